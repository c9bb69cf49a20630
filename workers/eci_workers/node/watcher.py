"""Following the engine: its event stream tells of exits, a list of our containers is the truth."""

from __future__ import annotations

import time
from typing import Final

import structlog

from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE, EngineEvent
from eci_emulator.store.exits import Exit
from eci_workers.node.resync import Resync
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

#: What a group has to be looked at again for.
TELLING: Final = frozenset({"die", "start", "destroy"})

#: Of what was killed the engine has to be asked why: it may not have told yet that memory had run out.
KILLED: Final = 137

log = structlog.get_logger()


class Watcher(Task):
    """One event stream for the whole host. Before it, and after each break, everything is compared once."""

    pause = 0.2

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._labels = {LABEL_INSTANCE: runtime.settings.instance}
        self._resync = Resync(runtime)
        self._out_of_memory: set[str] = set()

    def once(self) -> None:
        # Events from just before the comparison are asked for too: nothing falls between the two.
        since = time.time() - 1.0
        self._resync.once()
        for event in self.runtime.engine.events(self._labels, since):
            group_id = event.labels.get(LABEL_GROUP)
            self._note(event)
            if group_id and event.action in TELLING:
                # If the worker that is woken dies, the sweep wakes another.
                self.store.unsettle(self.host, group_id)
                if self.store.leases.free(group_id):
                    self.store.wakeups.wake(self.host, group_id)

    def _note(self, event: EngineEvent) -> None:
        """Record how a container ended, before the engine answers questions about it."""
        if event.action == "oom":
            self._out_of_memory.add(event.name)
        elif event.action == "destroy":
            self._out_of_memory.discard(event.name)
        elif event.exit_code not in (None, KILLED) and event.name not in self._out_of_memory:
            self.store.exits.tell(event.name, Exit(event.exit_code, event.time))
