"""Who waits for a fetch: container groups and caches, by the id of their record."""

from __future__ import annotations

from eci_emulator.model.statuses import TERMINAL
from eci_emulator.store.database import Store
from eci_emulator.store.wakeups import RECONCILE_CACHE

_GROUP = "eci-"


class Waiting:
    def __init__(self, store: Store, host: str) -> None:
        self._store = store
        self._host = host

    def wanted(self, waiter: str) -> bool:
        """Whether it is still there, and goes on to live."""
        if not waiter.startswith(_GROUP):
            return self._store.cache_table(waiter).get(waiter) is not None
        group = self._store.groups.get(waiter)
        return group is not None and not group.delete_requested and group.state.status not in TERMINAL

    def wake(self, waiter: str) -> None:
        if not waiter.startswith(_GROUP):
            self._store.wakeups.run(self._host, RECONCILE_CACHE, waiter)
            return
        group = self._store.groups.get(waiter)
        if group:
            self._store.wake(group)
