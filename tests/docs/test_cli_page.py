"""docs/cli.md names every command with every option, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from eci_emulator.cli import main

EVERYWHERE = "--state-dir"  # said once, at the top
PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


def test_every_command_and_option_is_on_the_page() -> None:
    _, *sections = re.split(r"^## `eci-emulator (.+?)`$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    told = {
        name: set(re.findall(r"--[a-z-]+", text)) for name, text in zip(*[iter(sections)] * 2, strict=True)
    }
    real = {
        name: {
            option
            for one in command.params
            for option in one.opts
            if option.startswith("--") and option != EVERYWHERE
        }
        for name, command in commands(main)
    }
    assert told.keys() == real.keys()
    assert {name: real[name] - told[name] for name in real if real[name] - told[name]} == {}
