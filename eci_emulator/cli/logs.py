"""``eci-emulator logs``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.supervisor import state

LOOK_AGAIN = 0.2


@click.command()
@click.argument("process", nargs=-1)
@click.option("-f", "--follow", is_flag=True, help="Go on showing new lines until Ctrl-C.")
@click.option(
    "-n", "--lines", type=click.IntRange(0), default=100, show_default=True, help="Lines of each log."
)
@options.state_dir
def logs(process: tuple[str, ...], follow: bool, lines: int, **given: Any) -> None:
    """Show the logs of the emulator's processes. All of them, or those named.

    PROCESS is supervisor, redis, api, node, worker-1 and so on, as `status` shows them.
    """
    folder = state.logs_dir(options.read(**given).state_dir)
    there = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if not there:
        raise click.ClickException(f"no logs in {folder}: no emulator was started on this state folder")
    missing = set(process) - there.keys()
    if missing:
        raise click.ClickException(f"no log of {', '.join(sorted(missing))} in {folder}")
    chosen = [Tail(there[name]) for name in process or there]
    width = max((len(tail.name) for tail in chosen), default=0)
    with suppress(KeyboardInterrupt):  # which is how following ends
        for tail, line in _lines(chosen, lines, follow):
            click.echo(line if len(chosen) == 1 else f"{tail.name:<{width}} | {line}")


class Tail:
    """The lines of a log file, from the end on, also when it is rotated."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._path = path
        self._read_to = 0

    def last(self, count: int) -> list[str]:
        lines = self.new()
        return lines[-count:] if count else []

    def new(self) -> list[str]:
        """The whole lines written since the last call."""
        if not self._path.exists():  # being rotated just now
            return []
        if self._path.stat().st_size < self._read_to:
            self._read_to = 0
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read_to += len(whole) + len(newline)
        return whole.decode(errors="replace").split("\n") if newline else []


def _lines(tails: list[Tail], count: int, follow: bool) -> Iterator[tuple[Tail, str]]:
    for tail in tails:
        yield from ((tail, line) for line in tail.last(count))
    while follow:
        time.sleep(LOOK_AGAIN)
        for tail in tails:
            yield from ((tail, line) for line in tail.new())
