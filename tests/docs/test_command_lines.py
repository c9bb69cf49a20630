"""Every `eci-emulator …` line of the documentation is one: its command and its options exist."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from eci_emulator.cli import main

from .pages import PAGES, command_lines

#: Every command and option of this one is looked at by test_cli_page.py; here they have names for values.
ELSEWHERE = "cli.md"


def parse(group: click.Group, words: list[str]) -> None:
    """Raises UsageError."""
    context = click.Context(group)
    _, command, rest = group.resolve_command(context, words)
    assert command
    if not isinstance(command, click.Group):
        with command.make_context(command.name, rest, parent=context):
            pass  # files that it has opened are closed
    elif rest:
        parse(command, rest)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != ELSEWHERE], ids=lambda page: page.name
)
def test_every_command_line_is_one(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "init").mkdir()  # what the lines name has to be there
    (tmp_path / "seeded.json").touch()
    for line in command_lines(page):
        words = shlex.split(line, comments=True)
        try:
            parse(main, words)
        except click.UsageError as error:
            pytest.fail(f"eci-emulator {line}: {error.format_message()}")
