from __future__ import annotations

import json
from pathlib import Path

import pytest

from eci_emulator.gateway.keys import AccessKey, KeysError, account_of, load_keys

PAIR = {"access_key_id": "LTAI1", "access_key_secret": "hush"}


def test_yaml_and_json_and_a_pair(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(
        json.dumps([PAIR, {**PAIR, "access_key_id": "LTAI2", "active": False, "account_id": "12"}])
    )
    keys = load_keys(file, "LTAI3", "hush3")
    assert keys is not None
    first, second, third = (keys.lookup(f"LTAI{number}") for number in (1, 2, 3))
    assert first == AccessKey(access_key_id="LTAI1", access_key_secret="hush")
    assert first is not None
    assert first.account == account_of("LTAI1")
    assert second is not None
    assert (second.active, second.account) == (False, "12")
    assert third is not None
    assert third.access_key_secret == "hush3"
    assert keys.lookup("LTAI4") is None
    file.write_text("- access_key_id: LTAI1\n  access_key_secret: hush\n  security_token: t\n")
    keys = load_keys(file)
    assert keys is not None
    assert keys.lookup("LTAI1") == AccessKey(**PAIR, security_token="t")


def test_no_keys_is_not_an_empty_file(tmp_path: Path) -> None:
    assert load_keys(None) is None
    file = tmp_path / "keys.yaml"
    file.write_text("[]")
    assert load_keys(file) is not None  # then nobody may call


@pytest.mark.parametrize(
    "text",
    [
        "hush",
        "[hush",
        "- access_key_id: x\n",
        "- access_key_secret: hush\n  access_key_id: ''\n",
        "",
        "- access_key_id: x\n  access_key_secret: hush\n  secret: hush\n",
        "- access_key_id: 1\n  access_key_secret: hush",
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text(text)
    with pytest.raises(KeysError, match=r"keys\.yaml") as caught:
        load_keys(file)
    assert "hush" not in str(caught.value)


def test_a_missing_file_and_half_a_pair(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="No such file"):
        load_keys(tmp_path / "keys.yaml")
    with pytest.raises(KeysError, match="both"):
        load_keys(None, "LTAI1", "")


def test_a_secret_does_not_show() -> None:
    assert repr([AccessKey(**PAIR, security_token="hush")]) == "[AccessKey('LTAI1')]"
