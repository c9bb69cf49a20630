"""Keeping this host's caches whole and its disk free of what nobody needs, and clearing away what is over."""

from __future__ import annotations

import time
from typing import ClassVar

from eci_emulator.controller import retention
from eci_emulator.images.storage import Storages
from eci_emulator.store.wakeups import RECONCILE_CACHE
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime


class Housekeeper(Task):
    """A host that has just come, or lost something, has what it lacks brought; the others do nothing."""

    pause: ClassVar[float] = 30.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._housekeeping = runtime.housekeeping()
        self._storages = Storages(self.store.redis)

    def once(self) -> None:
        retention.sweep(self.store)
        self._complete_caches()
        self._storages.put(self.host, self._housekeeping.tidy(time.time()))

    def _complete_caches(self) -> None:
        for table in (self.store.image_caches, self.store.data_caches):
            for cache in table.get_many(table.all_ids()):
                if self.runtime.caches.is_missing(cache):
                    self.store.wakeups.begin(self.host, RECONCILE_CACHE, cache.id)
