"""Every command and every option says what it is for."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from eci_emulator.cli import COMMANDS, main


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(main)
    found = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        found += with_children(name, command)
    return found


def with_children(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    children = command.commands.items() if isinstance(command, click.Group) else ()
    return [(name, command), *(found for sub, it in children for found in with_children(f"{name} {sub}", it))]


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_help(name: str, command: click.Command) -> None:
    answer = CliRunner().invoke(main, [*name.split(), "--help"])
    assert answer.exit_code == 0
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help"
            assert parameter.help.split("  [")[0].endswith((".", ")")), f"{parameter.name}: a whole sentence"


def test_the_list_of_commands_is_in_the_help() -> None:
    answer = CliRunner().invoke(main, ["--help"])
    for name in COMMANDS:
        assert f"\n  {name} " in answer.output


def test_the_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("main, version 0.")


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["logs", "-n", "-1"]])
def test_what_is_not_understood_is_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECI_EMULATOR_WORKERS", "many")
    answer = CliRunner().invoke(main, ["status"])
    assert answer.exit_code == 2
    assert "ECI_EMULATOR_WORKERS='many'" in answer.output
