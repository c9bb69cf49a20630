"""Public addresses: which are taken, and which group holds which EIP."""

from __future__ import annotations

from typing import NamedTuple

from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.ranges import EIP_RANGES
from eci_emulator.store import keys
from eci_emulator.store.addresses import NoAddressLeft, free_address, release, take_address
from eci_emulator.store.owners import let_go, owner
from eci_emulator.store.table import Tenant


class PublicAddress(NamedTuple):
    """A free public address. Whoever takes it watches ``key``, which another taker changes."""

    cidr: str
    address: str

    @property
    def key(self) -> str:
        return keys.addresses(self.cidr)

    def take(self, pipe: Pipeline, owner: str) -> None:
        take_address(pipe, self.cidr, self.address, owner)


def free_public_address(redis: Redis) -> PublicAddress:
    """Raises NoAddressLeft."""
    for cidr in EIP_RANGES:
        try:
            return PublicAddress(cidr, free_address(redis, cidr))
        except NoAddressLeft:
            continue
    raise NoAddressLeft(", ".join(EIP_RANGES))


def give_back(pipe: Pipeline, address: str) -> None:
    for cidr in EIP_RANGES:
        pipe.hdel(keys.addresses(cidr), address)


def hold(pipe: Pipeline, eip_id: str, group_id: str) -> None:
    pipe.set(keys.eip_holder(eip_id), group_id)


def holder(redis: Redis, eip_id: str) -> str:
    """The group that holds an EIP, or an empty string."""
    return owner(redis, keys.eip_holder(eip_id))


def release_public_address(pipe: Pipeline, group: ContainerGroup) -> None:
    """Part a group from its EIP, or give back the public address that was taken for it; if still its own."""
    if group.spec.eip_instance_id:
        eip_id = Tenant(group.account, group.region).scoped(group.spec.eip_instance_id)
        let_go(pipe, keys.eip_holder(eip_id), group.id)
    elif group.state.placement.internet_ip:
        for cidr in EIP_RANGES:
            release(pipe, cidr, group.state.placement.internet_ip, group.id)
