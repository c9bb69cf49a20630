"""Everything the emulator remembers, in one place: the tables and what goes with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from redis import Redis
from redis.client import Pipeline

from eci_emulator.clock import Clock
from eci_emulator.model.caches import DATA_CACHE_ID, DataCache, ImageCache
from eci_emulator.model.disks import Disk
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.network import Eip, SecurityGroup, Vpc, VSwitch
from eci_emulator.model.statuses import TERMINAL, GroupStatus
from eci_emulator.schemas.views import events_view, group_view
from eci_emulator.store import keys, resources
from eci_emulator.store.exits import Exits
from eci_emulator.store.faults import Faults
from eci_emulator.store.hooks import Hooks
from eci_emulator.store.hosts import Hosts
from eci_emulator.store.lease import Leases, unsettle
from eci_emulator.store.ledger import Ledger
from eci_emulator.store.market import Market
from eci_emulator.store.samples import Samples
from eci_emulator.store.table import Table
from eci_emulator.store.timers import Timers
from eci_emulator.store.wakeups import Wakeups

#: Redis answers in a tenth of a millisecond; one that takes this long is not there.
REDIS_TIMEOUT_SECONDS: Final = 2.0


def connect(url: str) -> Redis:
    """A client for ``redis://host:port/db`` or ``unix:///path``; no connection is made yet."""
    return Redis.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        health_check_interval=30,
    )


class Store:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.clock = Clock(redis, keys.CLOCK)
        self.hosts = Hosts(redis)
        self.leases = Leases(redis)
        self.exits = Exits(redis)
        self.timers = Timers(redis)
        self.wakeups = Wakeups(redis)
        self.market = Market(redis)
        self.ledger = Ledger(redis)
        self.faults = Faults(redis)
        self.hooks = Hooks(redis)
        self.samples = Samples(redis)
        self.disks = Table(redis, "disk", Disk)
        self.groups = Table(
            redis,
            "group",
            ContainerGroup,
            indexes=_group_entries,
            view=group_view,
            extras=lambda g: {"events": events_view(g)},
            hidden=lambda group: group.is_gone,
            timeline=_ended,
        )
        self.virtual_nodes = resources.virtual_nodes(redis)
        self.image_caches = resources.image_caches(redis)
        self.data_caches = resources.data_caches(redis)
        self.commit_tasks = resources.commit_tasks(redis)
        self.ops_tasks = resources.ops_tasks(redis)
        self.vpcs = Table(redis, "vpc", Vpc)
        self.vswitches = Table(redis, "vswitch", VSwitch, indexes=lambda v: (f"vpc={v.vpc_id}",))
        self.security_groups = Table(
            redis, "security-group", SecurityGroup, indexes=lambda s: (f"vpc={s.vpc_id}",)
        )
        self.eips = Table(redis, "eip", Eip)

    def cache_table(self, cache_id: str) -> Table[ImageCache] | Table[DataCache]:
        """The table that a cache is in, by its id."""
        return self.data_caches if cache_id.startswith(DATA_CACHE_ID) else self.image_caches

    def tables(self) -> list[Table[Any]]:
        """Every table, in the order of this class."""
        return [part for part in vars(self).values() if isinstance(part, Table)]

    def forget(self, kept: Sequence[str]) -> None:
        """Delete everything but the keys that begin with one of ``kept``."""
        found = self.redis.scan_iter(match=f"{keys.PREFIX}*", count=1000)
        gone = [key for key in found if not key.decode().startswith(tuple(kept))]
        for start in range(0, len(gone), 1000):
            self.redis.unlink(*gone[start : start + 1000])
        self.redis.publish(keys.READ, "")

    def unsettle(self, host: str, group_id: str) -> None:
        """Have a group looked at: by who works on it now, or at the latest by the next sweep."""
        pipe = self.redis.pipeline()
        unsettle(pipe, host, group_id)
        pipe.execute()

    def wake(self, group: ContainerGroup) -> None:
        """Have a group reconciled soon, whatever becomes of the wake-up."""
        with self.redis.pipeline() as pipe:
            pipe.multi()
            self.wake_with(pipe, group)
            pipe.execute()

    def wake_with(self, pipe: Pipeline, group: ContainerGroup) -> None:
        """Wake a group together with the write that makes it needed.

        In one transaction: a worker that is woken before the poke is there, while another is just letting go
        of the group, would leave it to the next sweep.
        """
        host = group.state.placement.host
        unsettle(pipe, host, group.id)
        self.wakeups.wake(host, group.id, pipe)


def _group_entries(group: ContainerGroup) -> Iterator[str]:
    """What DescribeContainerGroups can filter by."""
    placed = group.state.placement
    yield f"name={group.spec.name}"
    yield f"status={group.state.status}"
    yield f"zone={placed.zone_id}"
    yield f"vswitch={placed.v_switch_id}"
    yield f"security-group={group.spec.security_group_id}"
    yield f"resource-group={group.spec.resource_group_id}"
    yield f"category={placed.compute_category}"
    for tag in group.spec.tags:
        yield f"tag={tag.key}"
        yield f"tag={tag.key}={tag.value}"


def _ended(group: ContainerGroup) -> dict[str, float]:
    """What the retention sweep looks through."""
    state = group.state
    match state.status:
        case GroupStatus.SCHEDULE_FAILED:
            return {keys.SCHEDULE_FAILED: state.terminal_since or state.failed_time}
        case status if status in TERMINAL:
            return {keys.ENDED: state.terminal_since}
    return {}
