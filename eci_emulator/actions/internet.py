"""The public address of a container group: an EIP of the user's, or one taken for the group."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct, field
from redis.client import Pipeline

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors
from eci_emulator.model.group import GroupSpec
from eci_emulator.model.neighbour_errors import EipInUse, NoEipLeft
from eci_emulator.model.network import Eip
from eci_emulator.store import keys
from eci_emulator.store.addresses import NoAddressLeft
from eci_emulator.store.eips import PublicAddress, free_public_address, hold, holder
from eci_emulator.store.table import Conflict


class Uplink(Struct, frozen=True):
    """A public address that was free when read; the transaction that takes it must watch ``keys``."""

    address: str = ""
    keys: list[str] = field(default_factory=list)
    take: Callable[[Pipeline, str], None] = lambda pipe, group_id: None


def uplink(emulator: Emulator, caller: Caller, spec: GroupSpec) -> Uplink:
    """What connects a new group to the internet, if anything does.

    Raises EipInUse, NoEipLeft, and in strict mode NotFound for an EIP that nobody allocated.
    """
    if spec.eip_instance_id:
        return _of_eip(emulator, _eip(emulator, caller, spec.eip_instance_id))
    if spec.auto_create_eip:
        free = _free(emulator)
        return Uplink(free.address, [free.key], free.take)
    return Uplink()


def _of_eip(emulator: Emulator, eip: Eip) -> Uplink:
    user = holder(emulator.store.redis, eip.id)
    if user:
        raise EipInUse(id=eip.public_id, user=user)
    watched = [keys.eip_holder(eip.id), emulator.store.eips.key(eip.id)]
    return Uplink(eip.address, watched, lambda pipe, group_id: hold(pipe, eip.id, group_id))


def _eip(emulator: Emulator, caller: Caller, eip_id: str) -> Eip:
    """The EIP of that id, invented where that is allowed."""
    while True:
        known = emulator.store.eips.get(caller.tenant.scoped(eip_id))
        if known:
            return known
        if emulator.settings.strict_network:
            raise errors.NotFound(parameter="EipInstanceId", value=eip_id)
        free = _free(emulator)
        eip = Eip(
            id=caller.tenant.scoped(eip_id),
            account=caller.account,
            region=caller.region,
            address=free.address,
            creation_time=emulator.store.clock.now(),
            invented=True,
            sequence=emulator.store.eips.next_sequence(),
        )
        try:
            emulator.store.eips.save(eip, watch=[free.key], also=partial(free.take, owner=eip.id))
        except Conflict:
            continue
        return eip


def _free(emulator: Emulator) -> PublicAddress:
    try:
        return free_public_address(emulator.store.redis)
    except NoAddressLeft:
        raise NoEipLeft() from None
