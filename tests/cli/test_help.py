"""Every command and every option says what it is for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eci_emulator.cli import COMMANDS, main, tables


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
    assert "..." not in answer.output.partition("Commands:")[2], "a first sentence that is too long"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help"
            assert parameter.help.split("  [")[0].endswith((".", ")")), f"{parameter.name}: a whole sentence"


def test_the_list_of_commands_is_in_the_help() -> None:
    answer = CliRunner().invoke(main, ["--help"])
    for name in COMMANDS:
        assert f"\n  {name} " in answer.output


def test_the_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("eci-emulator, version 0.")


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["logs", "-n", "-1"]])
def test_what_is_not_understood_is_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECI_EMULATOR_WORKERS", "many")
    answer = CliRunner().invoke(main, ["status"])
    assert answer.exit_code == 2
    assert "ECI_EMULATOR_WORKERS='many'" in answer.output


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("up --detach --port 0", "/file: File exists"),
        ("status", "/endpoint.json: Not a directory"),
        ("down", "/endpoint.json: Not a directory"),
        ("logs", "/logs: no emulator was started"),
    ],
)
def test_a_state_folder_that_is_none_is_named(command: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = CliRunner().invoke(main, [*command.split(), "--state-dir", str(tmp_path / "file")])
    assert (answer.exit_code, told in answer.output) == (1, True), answer.output


@pytest.mark.parametrize("command", ["clock set", "bill --from", "fault add drop --until"])
def test_what_is_no_time_is_told_with_one_that_is(command: str) -> None:
    answer = CliRunner().invoke(main, [*command.split(), "soon"])
    assert "'soon' is no time; write 2026-01-31T10:00:00Z" in answer.output


def test_only_a_terminal_cuts_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    table = tables.plain("id", "of")
    table.add_row("x" * 300, "1")
    tables.show(table)
    assert capsys.readouterr().out.splitlines() == [f"{'id':<300}  of", f"{'x' * 300}  1"]
    tables.show(tables.plain("id"), empty="None.")
    assert capsys.readouterr().out == "None.\n"
