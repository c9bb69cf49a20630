"""IP addresses of vSwitches: who has which."""

from __future__ import annotations

from typing import Final, cast

from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.network import addresses
from eci_emulator.store import keys

_RELEASE: Final = """
if redis.call('hget', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('hdel', KEYS[1], ARGV[1]) end
return 0
"""


class NoAddressLeft(Exception):
    """Every address of the vSwitch is in use."""


def free_address(redis: Redis, cidr: str, wanted: str = "") -> str:
    """A free address of a range: the wanted one, or the next after the last given out.

    Nothing is taken yet: ``take_address`` does, in the transaction that writes the group, which
    must watch ``keys.addresses(cidr)``. Raises NoAddressLeft.
    """
    used = {field.decode() for field in cast("list[bytes]", redis.hkeys(keys.addresses(cidr)))}
    if wanted:
        if wanted in used:
            raise NoAddressLeft(wanted)
        return wanted
    cursor = int(cast("bytes | None", redis.get(keys.address_cursor(cidr))) or 0)
    for address in addresses(cidr, cursor):
        if address not in used:
            return address
    raise NoAddressLeft(cidr)


def take_address(pipe: Pipeline, cidr: str, address: str, group_id: str) -> None:
    pipe.hset(keys.addresses(cidr), address, group_id)
    pipe.incr(keys.address_cursor(cidr))


def release(pipe: Pipeline, cidr: str, address: str, owner: str) -> None:
    """Give an address back, if it still is the owner's."""
    pipe.eval(_RELEASE, 1, keys.addresses(cidr), address, owner)


def release_address(pipe: Pipeline, group: ContainerGroup) -> None:
    placed = group.state.placement
    if placed.ip:
        release(pipe, placed.cidr, placed.ip, group.id)
