"""Waiting until the workers have finished everything that can finish without outside help."""

from __future__ import annotations

import math
import time
from typing import Final, cast

from eci_emulator.images.fetches import Fetches
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.lease import Attention

LOOK_AGAIN_SECONDS: Final = 0.003
#: A group that stays unsettled this long (the sweep comes by each second) waits for something outside,
#: such as a process that takes its time to end.
PATIENCE_SECONDS: Final = 1.5
#: While what is left to do becomes less, however slowly, it is waited for; if it does not for so long, no more.
LIMIT_SECONDS: Final = 30.0


class Settling:
    """All times are real seconds. A group that has kept it waiting in vain does so again only once it is poked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given_up: dict[str, int] = {}  # group -> its pokes by then

    def wait(self) -> None:
        least, deadline, quiet_since = math.inf, 0.0, time.monotonic()
        while True:
            unsettled, now = self._unsettled(), time.monotonic()
            jobs = self._jobs()
            left = jobs + len(unsettled)
            if left < least:
                least, deadline = left, now + LIMIT_SECONDS
            awaited = {name: it for name, it in unsettled.items() if self._given_up.get(name) != it.pokes}
            if jobs or _is_attended(unsettled, awaited):
                quiet_since = now
            elif not awaited:
                return
            if now > min(deadline, quiet_since + PATIENCE_SECONDS):
                self._given_up = {name: it.pokes for name, it in unsettled.items()}
                return
            time.sleep(LOOK_AGAIN_SECONDS)

    def _unsettled(self) -> dict[str, Attention]:
        """Groups, also of a host that has not been heard of lately: it may just be slow; and longer work."""
        found: set[str] = set()
        for host in self._store.hosts.all():
            members = cast("set[bytes]", self._store.redis.smembers(keys.unsettled(host.name)))
            found |= {member.decode() for member in members}
        for host in self._store.hosts.alive():
            unfinished = self._store.wakeups.unfinished(host.name)
            found |= {keys.worked_on(host.name, record_id) for _, record_id in unfinished}
        return self._store.leases.attention(found)

    def _jobs(self) -> int:
        """Wake-ups in the queues of hosts that take them, and what those are to fetch and have not begun to."""
        return sum(
            self._store.wakeups.pending(host.name) + Fetches(self._store.redis, host.name).not_begun()
            for host in self._store.hosts.alive()
        )


def _is_attended(unsettled: dict[str, Attention], awaited: dict[str, Attention]) -> bool:
    """Whether somebody is at work, or has just taken a wake-up out of a queue."""
    return any(it.held for it in unsettled.values()) or not all(it.heeded for it in awaited.values())
