"""Sandboxes made ahead of need: ready ones wait in a list per host and vSwitch.

A group takes one in the transaction that writes it, address and all; the node agent makes new ones.
"""

from __future__ import annotations

import time
from typing import Final, cast

import msgspec
from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.group import GroupSpec
from eci_emulator.store import keys

#: A vSwitch that no group was placed in for this long (real seconds) keeps no sandboxes ready.
WANTED_SECONDS: Final = 600.0


class WarmSandbox(msgspec.Struct, frozen=True):
    name: str
    ip: str


class Wanted(msgspec.Struct, frozen=True, order=True):
    """A vSwitch to keep sandboxes ready in."""

    vpc_cidr: str
    cidr: str


def fits(spec: GroupSpec) -> bool:
    """Whether a group can live in a sandbox that was made without knowing it."""
    chosen = spec.host_name or spec.private_ip_address or spec.fixed_ip or spec.dns_config or spec.dns_policy
    shared_memory = any(volume.empty_dir_medium == "Memory" for volume in spec.volumes)
    return not (chosen or spec.host_aliases or spec.sysctls or shared_memory)


def take(pipe: Pipeline, host: str, cidr: str, sandbox: WarmSandbox) -> None:
    pipe.lrem(keys.warm(host, cidr), 1, msgspec.json.encode(sandbox))  # type: ignore[arg-type]


def want(pipe: Pipeline, host: str, wanted: Wanted) -> None:
    pipe.zadd(keys.warm_wanted(host), {msgspec.json.encode(wanted): time.time()})


def wanted(redis: Redis, host: str) -> list[Wanted]:
    members = cast(
        "list[bytes]", redis.zrangebyscore(keys.warm_wanted(host), time.time() - WANTED_SECONDS, "+inf")
    )
    return [msgspec.json.decode(member, type=Wanted) for member in members]


def ready(redis: Redis, host: str, cidr: str) -> list[WarmSandbox]:
    raws = cast("list[bytes]", redis.lrange(keys.warm(host, cidr), 0, -1))
    return [msgspec.json.decode(raw, type=WarmSandbox) for raw in raws]


def offer(pipe: Pipeline, host: str, cidr: str, sandbox: WarmSandbox) -> None:
    pipe.rpush(keys.warm(host, cidr), msgspec.json.encode(sandbox))
