"""Fetching what the groups and caches of this host wait for."""

from __future__ import annotations

from typing import ClassVar, Final

from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

#: Something new is heard of at once; how often what goes on is looked after, in real seconds.
LOOK_SECONDS: Final = 1


class Fetcher(Task):
    pause: ClassVar[float] = 0.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._coordinator = runtime.coordinator()

    def once(self) -> None:
        self._coordinator.once()
        self._coordinator.fetches.wait(LOOK_SECONDS)
