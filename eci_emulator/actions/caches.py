"""What creating and changing image caches and data caches have in common."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from redis.client import Pipeline

from eci_emulator.actions import networking
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors, ids
from eci_emulator.model.caches import Cache
from eci_emulator.model.group import Tag
from eci_emulator.store.wakeups import RECONCILE_CACHE

C = TypeVar("C", bound=Cache)

Json = dict[str, object]


def identity(emulator: Emulator, caller: Caller, prefix: str, region_id: str) -> dict[str, Any]:
    """What every new cache of a region starts with."""
    region = emulator.catalogue.region(region_id)
    return {
        "id": ids.new_id(prefix, region.code),
        "account": caller.account,
        "region": region_id,
        "container_group_id": ids.new_id("eci", region.code),
        "creation_time": emulator.store.clock.now(),
    }


def placed(emulator: Emulator, caller: Caller, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a request with the vSwitch, zone and security group that the builder gets.

    Raises NotFound, VSwitchZoneMismatch, SecurityGroupMismatch.
    """
    region = emulator.catalogue.region(caller.region)
    asked, zone = values.get("v_switch_id", ""), values.get("zone_id", "")
    vswitch = networking.vswitches(emulator, caller, region, asked, zone)[0]
    security_group = networking.security_group(
        emulator, caller, region, values.get("security_group_id", ""), vswitch.vpc_id
    )
    return {
        **values,
        "v_switch_id": vswitch.public_id,
        "zone_id": vswitch.zone_id,
        "security_group_id": security_group,
        "resource_group_id": values.get("resource_group_id") or ids.default_resource_group(caller.account),
    }


def check_tags(tags: list[Tag]) -> None:
    """Raises InvalidValue when a key is given twice."""
    if len({tag.key for tag in tags}) < len(tags):
        raise errors.InvalidValue("Tag", "each key may be given once")


def apply(cache: Cache, values: dict[str, Any], now: float) -> None:
    """Give a cache new values. Raises NoNeedUpdate when they are the ones it has."""
    before = msgspec.json.encode(cache)
    for name, value in values.items():
        setattr(cache, name, value)
    if msgspec.json.encode(cache) == before:
        raise errors.NoNeedUpdate()
    if "retention_days" in values:
        cache.retain(cache.retention_days, now)


def wake_hosts(emulator: Emulator, cache_id: str, pipe: Pipeline) -> None:
    """Have every host look at a cache: one that is new or changed is to be built, one that is gone let go of."""
    hosts = [host.name for host in emulator.store.hosts.alive()] or [emulator.settings.host_name]
    for host in hosts:
        emulator.store.wakeups.begin(host, RECONCILE_CACHE, cache_id, pipe)
