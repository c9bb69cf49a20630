"""What goes with every write of a cache's record, in the same transaction: its timer, its bill, its hosts."""

from __future__ import annotations

from redis.client import Pipeline

from eci_emulator.billing.usage import cache_usage
from eci_emulator.model.caches import Cache
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.timers import set_timer
from eci_emulator.store.wakeups import RECONCILE_CACHE


def enter(pipe: Pipeline, store: Store, before: Cache | None, after: Cache | None) -> None:
    """Write down what a change means; ``before`` None: it is new, ``after`` None: it is gone."""
    record = after or before
    assert record  # noqa: S101  something was there before or is after
    kind = store.cache_table(record.id).kind
    set_timer(pipe, kind, record.id, (after.due() or None) if after else None)
    if after is None:
        pipe.delete(keys.cache_reports(record.id))
    _bill(pipe, store, before, after)
    if before is None or after is None or before.generation != after.generation:
        _wake_hosts(pipe, store, record.id)


def _bill(pipe: Pipeline, store: Store, before: Cache | None, after: Cache | None) -> None:
    """An interval ends when another begins or none is left."""
    paid = cache_usage(before) if before else None
    goes_on = cache_usage(after) if after else None
    if paid and (goes_on is None or goes_on.id != paid.id):
        store.ledger.add(pipe, paid.closed(after.since if after else store.clock.now()))


def _wake_hosts(pipe: Pipeline, store: Store, cache_id: str) -> None:
    """Have every host look at a cache. One that comes later looks by itself."""
    for host in store.hosts.alive():
        store.wakeups.begin(host.name, RECONCILE_CACHE, cache_id, pipe)
