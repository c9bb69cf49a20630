"""Groups that run to an end: their logs on the terminal, their exit codes, what they cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from eci_sdk import groups
from eci_sdk import types as t
from eci_sdk.actions import Actions
from eci_sdk.logs import LogReader
from eci_sdk.waiters import UNSEEN, too_late, vanished

if TYPE_CHECKING:
    from rich.console import Console

INTERVAL: Final = 0.5


@dataclass(frozen=True)
class Cost:
    """An amount of money, before the bill rounds each hour of an instance to a hundredth."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        digits = 2 if self.amount >= 1 else 6
        return f"{self.amount:.{digits}f} {self.currency}"


@dataclass(frozen=True)
class JobResult:
    """How a job has ended. ``cost`` is None when the service does not tell it, as the real one does not."""

    group: t.ContainerGroup = field(repr=False)
    status: str
    exit_codes: dict[str, int]
    cost: Cost | None = None

    @property
    def ok(self) -> bool:
        """Whether all containers ended with success."""
        return self.status == "Succeeded"


class Display:
    """Log lines, and on a terminal a line of progress below them."""

    def __init__(self, name: str, console: Console | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed

        self._console = console or Console()
        parts = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Elapsed(),
        )
        live = self._console.is_terminal
        self._progress = Progress(*parts, console=self._console, transient=True, disable=not live)
        self._task = self._progress.add_task(name, total=None)
        self._name = name

    @contextmanager
    def shown(self) -> Iterator[Display]:
        with self._progress:
            yield self

    def update(self, group: t.ContainerGroup) -> None:
        """Show how far a group is."""
        ended = sum(groups.has_ended(group, one) for one in groups.containers(group))
        self._progress.update(
            self._task,
            description=f"{self._name} {group['Status']}",
            completed=ended,
            total=len(list(groups.containers(group))),
        )

    def line(self, container: str, text: str) -> None:
        """Show a log line; ``container`` is empty when there is only one."""
        shown = f"{container} | {text}" if container else text
        self._console.print(shown, markup=False, highlight=False, emoji=False, soft_wrap=True)


def wait_and_tail(
    client: Actions, group_id: str, timeout: float, console: Console | None
) -> t.ContainerGroup:
    """Show the logs of all containers until the group has ended, and give it then.

    Raises WaitFailed when it is gone or there is none, WaitTimeout.
    """
    deadline = time.monotonic() + timeout
    readers: dict[str, LogReader] = {}
    group, looks = None, 0
    with Display(group_id, console).shown() as display:
        while True:
            last, group, looks = group, groups.find(client, group_id, events=True), looks + 1
            if group is None and (last is not None or looks >= UNSEEN):
                raise vanished(group_id, last)
            if group is not None:
                display.update(group)
                _show_lines(client, group, readers, display)
                if group["Status"] in groups.FINAL:
                    return group
            if time.monotonic() >= deadline:
                raise too_late(group_id, group, timeout)
            time.sleep(INTERVAL)


def _show_lines(
    client: Actions, group: t.ContainerGroup, readers: dict[str, LogReader], display: Display
) -> None:
    names = [one["Name"] for one in groups.containers(group)]
    for name in names:
        reader = readers.setdefault(name, LogReader(client, group["ContainerGroupId"], name))
        for text in reader.read(group):
            display.line(name if len(names) > 1 else "", text)
