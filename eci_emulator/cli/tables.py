"""Tables on the terminal and in pipes."""

from __future__ import annotations

import sys
from typing import Final

import click
from rich.console import Console
from rich.table import Table

ENDLESS: Final = 10_000  # columns, where nobody's terminal sets a limit


def plain(*headings: str) -> Table:
    """A table without lines, to which rows are added."""
    return Table(*headings, box=None, pad_edge=False)


def show(table: Table, *, empty: str = "") -> None:
    """Print a table, or a sentence in place of one without rows. Only a terminal's width cuts or folds it."""
    if not table.row_count:
        click.echo(empty)
        return
    console = Console(width=None if sys.stdout.isatty() else ENDLESS)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        click.echo(line.rstrip())
