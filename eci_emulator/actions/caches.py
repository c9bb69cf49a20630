"""What creating and changing image caches and data caches have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct, structs
from redis.client import Pipeline

from eci_emulator.actions import networking
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.records import change, remove
from eci_emulator.controller import cache_records
from eci_emulator.model import errors, ids
from eci_emulator.model.caches import DEFAULT_GIB, Cache, CacheStatus
from eci_emulator.model.group import Tag
from eci_emulator.store.table import Table

C = TypeVar("C", bound=Cache)

Json = dict[str, object]


class Rule(Struct, Generic[C], frozen=True):
    """How a kind of cache is updated: ``check`` raises if it may not be; other ``content`` means building it again."""

    parameter: str  # that names it
    content: tuple[str, ...]
    check: Callable[[C], None]


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


def with_size(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a request for a record, whose size of 0 means the default."""
    return {**values, "size": values["size"] or DEFAULT_GIB} if "size" in values else values


def check_tags(tags: list[Tag]) -> None:
    """Raises InvalidValue when a key is given twice."""
    if len({tag.key for tag in tags}) < len(tags):
        raise errors.InvalidValue("Tag", "each key may be given once")


def _apply(cache: Cache, values: Json, now: float) -> None:
    before = msgspec.json.encode(cache)
    for name, value in values.items():
        setattr(cache, name, value)
    if msgspec.json.encode(cache) == before:
        raise errors.NoNeedUpdate()
    if "retention_days" in values:
        cache.retain(cache.retention_days, now)


def insert(emulator: Emulator, caller: Caller, table: Table[C], cache: C, answer: Json) -> None:
    """Write a new cache; the hosts are woken to build it."""
    cache.since = cache.creation_time
    cache.retain(cache.retention_days, cache.creation_time)

    def also(pipe: Pipeline) -> None:
        caller.remember(pipe, answer)
        cache_records.enter(pipe, emulator.store, None, cache)

    table.save(cache, also=also)


def update(
    emulator: Emulator, caller: Caller, table: Table[C], cache_id: str, values: Json, rule: Rule[C]
) -> None:
    """Give a cache new values; with other content it is built again. Raises NotFound, NoNeedUpdate."""
    before: list[C] = []

    def apply(cache: C) -> None:
        rule.check(cache)
        before[:] = [structs.replace(cache)]
        now = emulator.store.clock.now()
        content = [getattr(cache, name) for name in rule.content]
        _apply(cache, values, now)
        if content != [getattr(cache, name) for name in rule.content]:
            cache.enter(CacheStatus.UPDATING, now)
            cache.generation += 1

    def also(pipe: Pipeline, cache: C) -> None:
        cache_records.enter(pipe, emulator.store, before[0], cache)

    change(table, caller, rule.parameter, cache_id, apply, also)


def delete(emulator: Emulator, caller: Caller, table: Table[C], parameter: str, cache_id: str) -> None:
    """The cache is gone at once; the hosts let go of what it holds. Raises NotFound."""

    def also(pipe: Pipeline, cache: C) -> None:
        cache_records.enter(pipe, emulator.store, cache, None)

    remove(table, caller, parameter, cache_id, also)
