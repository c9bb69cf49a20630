"""Bringing back what was lost: groups that are not settled while nobody works on them."""

from __future__ import annotations

from typing import Final, cast

from eci_emulator.store import keys
from eci_workers.node.tasks import Task

#: A wake-up still in the queue this long (real seconds) is taken for lost.
WAKE_SECONDS: Final = 3


class Sweeper(Task):
    pause = 1.0

    def once(self) -> None:
        members = cast("set[bytes]", self.store.redis.smembers(keys.unsettled(self.host)))
        for member in members:
            group_id = member.decode()
            # One sweep's wake-up at a time: a long queue is not made longer by impatience.
            if self.store.leases.free(group_id) and self.store.redis.set(
                keys.swept(group_id), b"1", nx=True, ex=WAKE_SECONDS
            ):
                self.store.wakeups.wake(self.host, group_id)
