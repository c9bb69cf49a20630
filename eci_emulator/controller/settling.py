"""Waiting until the workers have finished everything that can finish without outside help."""

from __future__ import annotations

import time
from typing import Final, cast

from eci_emulator.store import keys
from eci_emulator.store.database import Store

LOOK_AGAIN_SECONDS: Final = 0.003
#: A group that stays unsettled this long (the sweep comes by each second) waits for something outside,
#: such as a process that takes its time to end.
PATIENCE_SECONDS: Final = 1.5
#: However much there is to do, no step takes longer.
LIMIT_SECONDS: Final = 30.0


class Settling:
    """All times are real seconds. Only groups can keep it waiting in vain, each of them once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given_up: set[str] = set()

    def wait(self) -> None:
        began = quiet_since = time.monotonic()
        while time.monotonic() - began < LIMIT_SECONDS:
            unsettled = self._unsettled()
            self._given_up &= unsettled
            if self._is_busy(unsettled):
                quiet_since = time.monotonic()
            elif unsettled <= self._given_up:
                return
            elif time.monotonic() - quiet_since > PATIENCE_SECONDS:
                self._given_up = unsettled
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        self._given_up = self._unsettled()

    def _unsettled(self) -> set[str]:
        found: set[str] = set()
        for host in self._store.hosts.alive():
            members = cast("set[bytes]", self._store.redis.smembers(keys.unsettled(host.name)))
            found |= {member.decode() for member in members}
        return found

    def _is_busy(self, unsettled: set[str]) -> bool:
        """Whether a wake-up is in a queue or just taken out of it, or somebody is at work."""
        leases = self._store.leases
        if any(self._store.wakeups.pending(host.name) for host in self._store.hosts.alive()):
            return True
        if any(not leases.free(group_id) for group_id in unsettled):
            return True
        return any(not leases.heeded(group_id) for group_id in unsettled - self._given_up)
