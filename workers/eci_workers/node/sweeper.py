"""Bringing back what was lost."""

from __future__ import annotations

from typing import Final, cast

from eci_emulator.store import keys
from eci_workers.node.tasks import Task

#: A wake-up still in the queue this long (real seconds) is taken for lost.
WAKE_SECONDS: Final = 3


class Sweeper(Task):
    """Sends wake-ups for groups that are not settled, and for other open work, while nobody works on them."""

    pause = 1.0

    def once(self) -> None:
        members = cast("set[bytes]", self.store.redis.smembers(keys.unsettled(self.host)))
        for group_id in [member.decode() for member in members]:
            if self._forsaken(group_id):
                self.store.wakeups.wake(self.host, group_id)
        for job, record_id in self.store.wakeups.unfinished(self.host):
            if self._forsaken(keys.worked_on(self.host, record_id)):
                self.store.wakeups.run(self.host, job, record_id)

    def _forsaken(self, record_id: str) -> bool:
        """Nobody holds it, and no wake-up of the last seconds may still be in the queue.

        One sweep's wake-up at a time: a long queue is not made longer by impatience.
        """
        return self.store.leases.free(record_id) and bool(
            self.store.redis.set(keys.swept(record_id), b"1", nx=True, ex=WAKE_SECONDS)
        )
