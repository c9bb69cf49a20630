"""Settings: read from the environment, handed on to child processes, refused when wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from eci_emulator import settings
from eci_emulator.settings import Settings, SettingsError, load

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_defaults() -> None:
    plain = load({})
    assert (plain.host, plain.port, plain.engine, plain.workers) == ("127.0.0.1", 4588, "auto", 4)
    assert plain.state_dir.is_absolute()
    assert plain.is_loopback
    assert plain.private_redis


def test_values_are_typed() -> None:
    read = load(
        {
            "ECI_EMULATOR_PORT": "0",
            "ECI_EMULATOR_THROTTLING": "true",
            "ECI_EMULATOR_PULL_BANDWIDTH": "12.5",
            "ECI_EMULATOR_KEYS_FILE": "/etc/keys",
            "PATH": "/bin",
        }
    )
    assert (read.port, read.throttling, read.pull_bandwidth) == (0, True, 12.5)
    assert read.keys_file == Path("/etc/keys")


def test_an_override_wins_and_none_is_no_override() -> None:
    environ = {"ECI_EMULATOR_PORT": "1", "ECI_EMULATOR_WORKERS": "2"}
    read = load(environ, port=3, workers=None)
    assert (read.port, read.workers) == (3, 2)


def test_an_empty_variable_is_not_set() -> None:
    assert load({"ECI_EMULATOR_PORT": ""}).port == 4588


def test_state_dir_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}, state_dir="here").state_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "70000", "ECI_EMULATOR_PORT='70000'"),
        ("PORT", "http", "ECI_EMULATOR_PORT='http'"),
        ("ENGINE", "podman", "ECI_EMULATOR_ENGINE='podman'"),
        ("THROTTLING", "perhaps", "ECI_EMULATOR_THROTTLING='perhaps'"),
        ("INSTANCE", "a b", "ECI_EMULATOR_INSTANCE='a b'"),
        ("WORKER", "3", "did you mean ECI_EMULATOR_WORKERS?"),
        ("XYZ", "3", "ECI_EMULATOR_XYZ is not a setting"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({f"ECI_EMULATOR_{name}": value})
    assert told in str(caught.value)


def test_child_processes_get_exactly_the_same(tmp_path: Path) -> None:
    given = load(
        {}, state_dir=tmp_path, throttling=True, keys_file="/k", pull_bandwidth=1.5, access_key_secret="s"
    )
    assert load(given.to_env()) == given
    assert load({}, **given.to_dict()) == given


def test_the_instance_is_made_once_and_kept(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state"
    first = load({}, state_dir=state).with_instance()
    assert first.instance
    assert load({}, state_dir=state).with_instance().instance == first.instance
    assert [path.name for path in state.iterdir()] == ["instance"]


def test_a_given_instance_is_taken(tmp_path: Path) -> None:
    assert load({}, state_dir=tmp_path, instance="mine").with_instance().instance == "mine"
    assert not list(tmp_path.iterdir())


def test_secrets_are_not_shown() -> None:
    text = repr(load({}, access_key_secret="hush", redis_url="redis://:hush@host"))
    assert "hush" not in text
    assert "port=4588" in text


def row(entry: msgspec.inspect.Field) -> str:
    """The line of docs/settings.md for one setting."""
    assert isinstance(entry.type, msgspec.inspect.Metadata), f"{entry.name} has no description"
    description = (entry.type.extra_json_schema or {})["description"]
    if entry.name == "state_dir":
        default = "`~/.local/state/eci-emulator`"
    else:
        default = "" if entry.default in ("", None) else f"`{str(entry.default).replace('True', 'true')}`"
    return (
        f"| `{settings.PREFIX}{entry.name.upper()}` | {default.replace('False', 'false')} | {description} |"
    )


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_documented(name: str) -> None:
    struct = msgspec.inspect.type_info(Settings)
    assert isinstance(struct, msgspec.inspect.StructType)
    expected = row(next(entry for entry in struct.fields if entry.name == name))
    assert expected in DOCS.read_text().splitlines(), f"docs/settings.md lacks this line:\n{expected}"


def test_no_documented_setting_is_gone() -> None:
    documented = {
        line.split("`")[1] for line in DOCS.read_text().splitlines() if line.startswith("| `ECI_EMULATOR_")
    }
    assert documented == {settings.PREFIX + name.upper() for name in Settings.__struct_fields__}
