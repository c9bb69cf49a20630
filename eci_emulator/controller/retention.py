"""How long the records of ended groups are kept: all for an hour, then the newest hundred of a region."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Final, cast

from eci_emulator.model.changes import ask_deletion
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.table import Conflict

KEPT_SECONDS: Final = 3600.0
KEPT_GROUPS: Final = 100
#: Groups that could never be placed are kept for a day.
SCHEDULE_FAILED_SECONDS: Final = 86_400.0


def sweep(store: Store) -> int:
    """Delete the groups whose time is over, as DeleteContainerGroup does; returns how many those were."""
    now = store.clock.now()
    over = [*_beyond_the_newest(store, now - KEPT_SECONDS), *_failed(store, now - SCHEDULE_FAILED_SECONDS)]
    for group in over:
        _delete(store, group, now)
    return len(over)


def _beyond_the_newest(store: Store, before: float) -> list[ContainerGroup]:
    ids = _ended(store, keys.ENDED, before)
    if len(ids) <= KEPT_GROUPS:
        return []
    by_tenant: dict[str, list[str]] = defaultdict(list)
    for owner, group_id in zip(store.groups.owners(ids), ids, strict=True):
        by_tenant[owner].append(group_id)
    return store.groups.get_many(
        [group_id for ended in by_tenant.values() for group_id in ended[:-KEPT_GROUPS]]
    )


def _failed(store: Store, before: float) -> list[ContainerGroup]:
    return store.groups.get_many(_ended(store, keys.SCHEDULE_FAILED, before))


def _ended(store: Store, key: str, before: float) -> list[str]:
    """Groups that ended before that, the oldest first."""
    members = cast("list[bytes]", store.redis.zrange(key, "-inf", before, byscore=True))
    return [member.decode() for member in members]


def _delete(store: Store, group: ContainerGroup, now: float) -> None:
    ask_deletion(group, now, force=False)
    with suppress(Conflict):  # somebody changed it at this moment: the next sweep comes back to it
        store.groups.save(group, also=lambda pipe: store.wake_with(pipe, group))
