"""Firing what falls due on the emulator's clock. One node agent of an installation does it at a time."""

from __future__ import annotations

import time

from eci_emulator.controller.timekeeping import Timekeeping
from eci_workers.node.leading import Lead
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime


class Timekeeper(Task):
    # A timer set earlier than the one waited for is seen after this long at the most.
    pause = 0.2

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._lead = Lead(self.store.redis)
        self._timekeeping = Timekeeping(self.store, runtime.engine, lambda: None, runtime.spot)

    def once(self) -> None:
        if not self._lead.is_ours():
            return
        due_at = self.store.timers.next_due()
        if due_at is not None and self.store.clock.state().real_delay(due_at, time.time()) <= 0:
            self._timekeeping.fire_due()
