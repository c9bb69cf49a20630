"""Reconcile one cache on one host: bring its content there, and derive the cache's status.

Each host reports for itself; whoever reports last concludes. Level-triggered: it can be called at
any time, any number of times, and goes on where a killed one stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol

import msgspec
from msgspec import structs
from redis.client import Pipeline

from eci_emulator.controller import cache_records
from eci_emulator.controller.cache_status import advance
from eci_emulator.engine.driver import EngineUnavailable
from eci_emulator.images.reports import Report, Reports
from eci_emulator.market.catalogue import Catalogue
from eci_emulator.model import events
from eci_emulator.model.caches import (
    AUTOMATIC_NAME,
    BUILDING,
    DATA_CACHE_ID,
    USABLE,
    Cache,
    CacheStatus,
    ImageCache,
)
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.hosts import Host
from eci_emulator.store.lease import Lease
from eci_emulator.store.table import Conflict, Table
from eci_emulator.store.wakeups import RECONCILE_CACHE

_WANTED: Final = BUILDING | USABLE


class Holder(Protocol):
    """Brings the content of one kind of cache to this host."""

    def holds(self, cache: Any) -> bool:
        """Whether everything is there."""

    def hold(self, cache: Any, report: Report) -> None:
        """Go a step further towards that; the report says how far it is. Raises EngineUnavailable."""

    def let_go(self, cache_id: str) -> None:
        """The cache is gone, or not for this host."""


class Caches:
    def __init__(
        self, store: Store, catalogue: Catalogue, host: str, *, images: Holder, data: Holder
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._host = host
        self._images = images
        self._data = data
        self._reports = Reports(store.redis)

    def reconcile(self, cache_id: str) -> None:
        """Take a cache as far as it goes now; whoever brings what is missing calls this again."""

        def settle(lease: Lease, pokes: int) -> None:
            with suppress(EngineUnavailable):  # it is still to be done: the sweep calls
                self._settle(cache_id)

        self._store.leases.attend(keys.worked_on(self._host, cache_id), settle)

    def _settle(self, cache_id: str) -> None:
        cache = self._store.cache_table(cache_id).get(cache_id)
        if cache is None or self._host not in self.hosts(cache.region):
            self._holder(cache_id).let_go(cache_id)
            self._reports.remove(cache_id, self._host)
            self._finish(cache_id)
            return
        report = self._report(cache)
        if self._lacks(cache, report):
            report.over, report.error = False, ""
            self._holder(cache_id).hold(cache, report)
            self._reports.put(cache_id, self._host, report)
        self._conclude(cache_id)
        if report.over or cache.status not in _WANTED:
            self._finish(cache_id)

    def is_missing(self, cache: Cache) -> bool:
        """Whether this host should have a cache and does not."""
        return self._host in self.hosts(cache.region) and self._lacks(cache, self._report(cache))

    def _lacks(self, cache: Cache, report: Report) -> bool:
        """Whether there is something to be done. What could not be had while a cache was built is not tried
        again; what is lost, or could not be had later, is."""
        if cache.status in BUILDING:
            return not report.over
        return cache.status in USABLE and not (report.held and self._holder(cache.id).holds(cache))

    def hosts(self, region_id: str) -> list[str]:
        """The hosts that serve a region."""
        zones = self._catalogue.region(region_id).zone_ids
        alive = [host.name for host in self._store.hosts.alive() if _serves(host, zones)]
        return alive or [self._host]

    def _holder(self, cache_id: str) -> Holder:
        return self._data if cache_id.startswith(DATA_CACHE_ID) else self._images

    def _report(self, cache: Cache) -> Report:
        """Of this host, for the present generation."""
        known = self._reports.all(cache.id).get(self._host)
        return known if known and known.generation == cache.generation else Report(cache.generation)

    def _finish(self, cache_id: str) -> None:
        self._store.wakeups.finish(self._host, RECONCILE_CACHE, cache_id)

    def _conclude(self, cache_id: str) -> None:
        """Bring the record up to date with the reports, status by status."""
        reports = self._reports.all(cache_id)

        def change(cache: Cache) -> None:
            known = [reports.get(host) for host in self.hosts(cache.region)]
            code = self._catalogue.region(cache.region).code
            advance(cache, known, self._store.clock.now(), code)

        while cache := change_record(self._store, cache_id, change):
            if isinstance(cache, ImageCache) and cache.automatic and cache.status is CacheStatus.FAILED:
                self._tell_group(cache)

    def _tell_group(self, cache: ImageCache) -> None:
        """Tell the group that an automatic cache was made for, if it is still there."""
        now, group_id = self._store.clock.now(), cache.name.removeprefix(AUTOMATIC_NAME)

        def tell(group: ContainerGroup) -> None:
            group.state.tell(events.IMAGE_CACHE_FAILED, now, group=group_id)

        self._store.groups.update(group_id, tell)


def change_record(store: Store, cache_id: str, change: Callable[[Any], None]) -> Cache | None:
    """Change a cache's record, again when somebody else wrote it meanwhile; None when that changed nothing."""
    table: Table[Any] = store.cache_table(cache_id)
    while True:
        cache: Cache | None = table.get(cache_id)
        if cache is None:
            return None
        before = structs.replace(cache)
        written = msgspec.json.encode(cache)
        change(cache)
        if msgspec.json.encode(cache) == written:
            return None

        def also(pipe: Pipeline, before: Cache = before, after: Cache = cache) -> None:
            cache_records.enter(pipe, store, before, after)

        with suppress(Conflict):
            table.save(cache, also=also)
            return cache


def delete_record(store: Store, cache_id: str, condition: Callable[[Any], bool] = lambda cache: True) -> None:
    """Delete a cache if the condition holds for its record."""
    table: Table[Any] = store.cache_table(cache_id)
    while (cache := table.get(cache_id)) is not None and condition(cache):

        def also(pipe: Pipeline, gone: Cache = cache) -> None:
            cache_records.enter(pipe, store, gone, None)

        with suppress(Conflict):
            table.delete(cache, also=also)


def expire(store: Store, cache_id: str) -> None:
    """A cache's timer has fallen due: delete it if its time has come."""
    now = store.clock.now()
    delete_record(store, cache_id, lambda cache: 0 < cache.due() <= now)


def _serves(host: Host, zones: list[str]) -> bool:
    return not host.zones or any(zone in host.zones for zone in zones)
