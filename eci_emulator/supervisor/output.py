"""Where the lines of the processes go: a log file each, and the terminal in the foreground."""

from __future__ import annotations

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

import click
import structlog
from structlog.typing import FilteringBoundLogger

SUPERVISOR = "supervisor"
MAX_BYTES = 5_000_000
KEPT_FILES = 2
COLOURS = ("cyan", "magenta", "blue", "yellow", "green")
WIDTH = 10


class _Lines:
    """The end of a structlog chain: gets each rendered line."""

    def __init__(self, line: Callable[[str], None]) -> None:
        self.info = self.warning = self.error = line


class Output:
    """Log files ``<folder>/<name>.log``, rotated by size; ``console`` also gets each line with its name.

    ``log`` is the supervisor's own logger, the lines of which are one more file.
    """

    def __init__(self, folder: Path, console: TextIO | None = None, *, as_json: bool = False) -> None:
        self.log: FilteringBoundLogger = structlog.wrap_logger(
            _Lines(lambda text: self.line(SUPERVISOR, text)),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.JSONRenderer()
                if as_json
                else structlog.dev.ConsoleRenderer(colors=False),
            ],
            wrapper_class=structlog.make_filtering_bound_logger("info"),
        )
        self._folder = folder
        self._console = console
        self._logs: dict[str, logging.Logger] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, name: str) -> logging.Logger:
        """The log of a process; from now on there is a file to be followed, were it silent for ever."""
        if name not in self._logs:
            self._logs[name] = self._open(name)
        return self._logs[name]

    def line(self, name: str, text: str) -> None:
        self.open(name).info("%s", text)
        if self._console is not None:
            self._show(name, text)

    def close(self) -> None:
        for log in self._logs.values():
            for handler in log.handlers:
                handler.close()
        self._logs.clear()

    def _open(self, name: str) -> logging.Logger:
        log = logging.Logger(name)
        log.addHandler(
            RotatingFileHandler(self._folder / f"{name}.log", maxBytes=MAX_BYTES, backupCount=KEPT_FILES)
        )
        return log

    def _show(self, name: str, text: str) -> None:
        colour = COLOURS[list(self._logs).index(name) % len(COLOURS)]
        try:
            click.echo(f"{click.style(f'{name:<{WIDTH}}|', fg=colour)} {text}", file=self._console)
        except OSError:  # the reader of a pipe has gone; the log files remain
            self._console = None
