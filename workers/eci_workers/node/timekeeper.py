"""Firing what falls due on the emulator's clock. One node agent of an installation does it at a time."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from eci_emulator.controller.timekeeping import Timekeeping
from eci_workers.node.leading import Lead
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

#: That the clock was moved, or that this agent leads now, is seen after this long at the most.
LOOK_SECONDS: Final = 1.0
#: How late Redis may be in telling that a wait is over: it looks four times a second.
LATE_SECONDS: Final = 0.25


class Timekeeper(Task):
    pause: ClassVar[float] = 0.02

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._lead = Lead(self.store.redis)
        self._timekeeping = Timekeeping(self.store, runtime.engine, lambda: None, runtime.spot)

    def once(self) -> None:
        if not self._lead.is_ours():
            time.sleep(LOOK_SECONDS)
            return
        delay = self._delay()
        if delay > LATE_SECONDS:
            self.store.timers.wait(delay - LATE_SECONDS)
        else:
            time.sleep(delay)
            self._timekeeping.keep()

    def _delay(self) -> float:
        """Real seconds until the next timer is due, or until the next regular look if that is sooner."""
        due_at = self.store.timers.next_due()
        if due_at is None:
            return LOOK_SECONDS
        return min(self.store.clock.state().real_delay(due_at, time.time()), LOOK_SECONDS)
