"""Firing what falls due on the emulator's clock. One node agent of an installation does it at a time."""

from __future__ import annotations

import secrets
import time
from typing import Final

from eci_emulator.controller.timekeeping import Timekeeping
from eci_emulator.store import keys
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

LEADER_SECONDS: Final = 5


class Timekeeper(Task):
    # A timer set earlier than the one waited for is seen after this long at the most.
    pause = 0.2

    _me = secrets.token_hex(8).encode()
    _sure_until = 0.0  # the lead was renewed less than half its time ago

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._timekeeping = Timekeeping(self.store, runtime.engine, lambda: None, runtime.spot)

    def once(self) -> None:
        if not self._leads():
            return
        due_at = self.store.timers.next_due()
        if due_at is not None and self.store.clock.state().real_delay(due_at, time.time()) <= 0:
            self._timekeeping.fire_due()

    def _leads(self) -> bool:
        if time.monotonic() < self._sure_until:
            return True
        redis = self.store.redis
        mine = redis.set(keys.TIMEKEEPER, self._me, nx=True, ex=LEADER_SECONDS)
        if not mine and redis.get(keys.TIMEKEEPER) != self._me:
            return False
        redis.expire(keys.TIMEKEEPER, LEADER_SECONDS)
        self._sure_until = time.monotonic() + LEADER_SECONDS / 2
        return True
