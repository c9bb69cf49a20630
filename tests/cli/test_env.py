from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from eci_emulator import certificates
from eci_emulator.cli import main
from eci_emulator.cli.env import ENDPOINTS
from eci_emulator.settings import load
from eci_emulator.supervisor import state


def env(*arguments: str) -> str:
    answer = CliRunner().invoke(main, ["env", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_variables_of_the_common_clients(tmp_path: Path) -> None:
    told = json.loads(env("--json", "--state-dir", str(tmp_path)))
    assert told["ECI_ENDPOINT"] == told["ALIBABA_CLOUD_ENDPOINT"] == "127.0.0.1:4588"
    assert told["ALIBABA_CLOUD_ACCOUNT_TYPE"] == "Domestic"
    assert told["ALICLOUD_REGION"] == "cn-hangzhou"


def test_a_shell_can_take_them_whatever_is_in_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECI_EMULATOR_ACCESS_KEY_SECRET", "it's $HOME")
    lines = env("--state-dir", str(tmp_path))
    shell = subprocess.run(
        ["/bin/sh", "-c", f'{lines}\necho "$ALICLOUD_SECRET_KEY"'], capture_output=True, text=True
    )
    assert shell.stdout == "it's $HOME\n"


def test_terraforms_provider_block(tmp_path: Path) -> None:
    block = env("--terraform", "--state-dir", str(tmp_path))
    assert 'protocol               = "HTTP"' in block
    assert 'eci             = "127.0.0.1:4588"' in block
    assert block.count("{") == block.count("}") == 2


def test_terraforms_provider_block_over_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["env", "--terraform", "--https", "--state-dir", str(tmp_path)]
    answer = CliRunner().invoke(main, arguments)
    assert (answer.exit_code, "--https-port" in answer.output) == (1, True)
    monkeypatch.setenv("ECI_EMULATOR_HTTPS_PORT", "7443")
    block = env(*arguments[1:])
    assert 'protocol               = "HTTPS"' in block
    assert block.count('"127.0.0.1:7443"') == len(ENDPOINTS)
    assert f"SSL_CERT_FILE={certificates.ensure(tmp_path).authority}\n" in block
    assert CliRunner().invoke(main, ["env", "--https"]).exit_code == 2


def test_the_running_emulator_counts_not_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECI_EMULATOR_ACCESS_KEY_SECRET", "of another one")
    running = load({}, state_dir=tmp_path, port=7777, access_key_id="mine")
    endpoint = state.Endpoint(
        url="http://127.0.0.1:7777",
        pid=1,
        version="",
        engine="docker",
        instance="x",
        started_at=0.0,
        settings=running.to_dict(),
    )
    state.write(state.endpoint_path(tmp_path), endpoint)
    told = json.loads(env("--json", "--state-dir", str(tmp_path)))
    assert told["ECI_ENDPOINT"] == "127.0.0.1:7777"
    assert told["ALICLOUD_ACCESS_KEY"] == "mine"
    assert told["ALICLOUD_SECRET_KEY"] == "test"


def test_a_port_not_chosen_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECI_EMULATOR_PORT", "0")
    answer = CliRunner().invoke(main, ["env", "--state-dir", str(tmp_path)])
    assert answer.exit_code == 1
    assert "eci-emulator up" in answer.output
