"""How long ended groups are remembered."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from eci_emulator.controller import retention
from eci_emulator.model.group import ContainerGroup, ContainerSpec, GroupSpec
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.table import Tenant

HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def store(redis_client: redis.Redis) -> Store:
    store = Store(redis_client)
    store.clock.freeze()
    return store


def ended(
    store: Store, number: int, ago: float, status: GroupStatus = GroupStatus.SUCCEEDED, **of: Any
) -> ContainerGroup:
    group = ContainerGroup(
        id=f"eci-{number}-{of.get('account', '1')}",
        account=of.get("account", "1"),
        region=of.get("region", "cn-hangzhou"),
        spec=GroupSpec(name="g", containers=[ContainerSpec(name="c", image="i")]),
        sequence=store.groups.next_sequence(),
    )
    group.state.status = status
    group.state.placement.host = "local"
    group.state.terminal_since = store.clock.now() - ago
    store.groups.save(group)
    return group


def left(store: Store, account: str = "1", region: str = "cn-hangzhou") -> int:
    return store.groups.count(Tenant(account, region))


def test_all_are_kept_for_an_hour(store: Store) -> None:
    for number in range(130):
        ended(store, number, HOUR - 1)
    assert retention.sweep(store) == 0
    assert left(store) == 130


def test_then_the_newest_hundred(store: Store) -> None:
    groups = [ended(store, number, HOUR + 200 - number) for number in range(130)]
    assert retention.sweep(store) == 30
    kept = store.groups.select(Tenant("1", "cn-hangzhou")).ids
    assert kept == [group.id for group in groups[30:]]
    assert retention.sweep(store) == 0


def test_each_tenant_has_its_own_hundred(store: Store) -> None:
    for number in range(90):
        ended(store, number, 2 * HOUR)
        ended(store, number, 2 * HOUR, account="2")
    assert retention.sweep(store) == 0


def test_what_could_not_be_placed_is_kept_for_a_day(store: Store) -> None:
    ended(store, 1, DAY - 1, GroupStatus.SCHEDULE_FAILED)
    ended(store, 2, DAY + 1, GroupStatus.SCHEDULE_FAILED)
    assert retention.sweep(store) == 1
    assert left(store) == 1


def test_what_lives_stays(store: Store) -> None:
    for number in range(130):
        ended(store, number, 0, GroupStatus.RUNNING)
    store.clock.set(store.clock.now() + 30 * DAY)
    assert retention.sweep(store) == 0


def test_time_is_the_emulators(store: Store) -> None:
    for number in range(101):
        ended(store, number, 0)
    assert retention.sweep(store) == 0
    store.clock.set(store.clock.now() + HOUR + 1)
    assert retention.sweep(store) == 1


def test_a_worker_removes_what_is_left_of_it(store: Store) -> None:
    group = ended(store, 1, DAY + 1, GroupStatus.SCHEDULE_FAILED)
    retention.sweep(store)
    record = store.groups.get(group.id)
    assert record
    assert record.delete_requested == store.clock.now()
    assert store.redis.sismember(keys.unsettled("local"), group.id)
    assert store.wakeups.pending("local") == 1
    assert store.groups.get_for(Tenant("1", "cn-hangzhou"), group.id) is None
