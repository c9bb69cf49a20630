"""IP addresses of vSwitches: who has which."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.ranges import addresses, capacity
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


class AddressBook:
    """Free addresses of some ranges, read in one trip; each is given out once.

    Whoever takes them has watched ``keys.addresses(cidr)`` since before the book was opened.
    """

    def __init__(self, redis: Redis, cidrs: Collection[str]) -> None:
        pipe = redis.pipeline(transaction=False)
        for cidr in cidrs:
            pipe.hkeys(keys.addresses(cidr))
            pipe.get(keys.address_cursor(cidr))
        answers = pipe.execute()
        self._used = {cidr: set(used) for cidr, used in zip(cidrs, answers[::2], strict=True)}
        self._rest = {
            cidr: addresses(cidr, int(cursor or 0)) for cidr, cursor in zip(cidrs, answers[1::2], strict=True)
        }

    def left(self, cidr: str) -> int:
        return capacity(cidr) - len(self._used[cidr])

    def take(self, cidr: str, wanted: str = "") -> str:
        """The wanted address, or the next free one. Raises NoAddressLeft."""
        used = self._used[cidr]
        for address in (wanted,) if wanted else self._rest[cidr]:
            if address.encode() not in used:
                used.add(address.encode())
                return address
        raise NoAddressLeft(wanted or cidr)


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
