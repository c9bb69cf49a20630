"""EIPs: public addresses that container groups show as theirs."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from msgspec import field
from redis.client import Pipeline

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import ids
from eci_emulator.model.group import Tag
from eci_emulator.model.neighbour_errors import EipInUse, EipNotFound, EipProtected, NoEipLeft
from eci_emulator.model.network import Eip
from eci_emulator.neighbours import common
from eci_emulator.neighbours.common import Asked, Json, Listing, Renaming
from eci_emulator.store.addresses import NoAddressLeft
from eci_emulator.store.eips import PublicAddress, free_public_address, give_back, holder
from eci_emulator.store.table import Conflict


class EipToAllocate(Asked):
    name: str = ""
    description: str = ""
    bandwidth: str = "5"
    internet_charge_type: str = "PayByBandwidth"
    instance_charge_type: str = "PostPaid"
    isp: str = field(default="BGP", name="ISP")
    security_protection_types: list[str] = field(default_factory=list)
    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)


class EipReference(Asked):
    allocation_id: str


class EipChanges(Renaming):
    allocation_id: str
    name: str = ""
    bandwidth: str = ""


class EipInstance(Asked):
    """An EIP under the name that some actions have for it."""

    instance_id: str


class Protection(EipInstance):
    protection_enable: bool
    type: str = "EIP"


class ForwardMode(EipInstance):
    mode: str


class EipListing(Listing):
    allocation_id: str = ""
    eip_address: str = ""
    eip_name: str = ""
    status: str = ""
    associated_instance_id: str = ""
    isp: str = field(default="", name="ISP")
    charge_type: str = ""


def allocate_eip_address(emulator: Emulator, caller: Caller, asked: EipToAllocate) -> Json:
    """Raises NoEipLeft."""
    region = emulator.catalogue.region(caller.region)
    eip = Eip(
        id=caller.tenant.scoped(ids.new_id("eip", region.code)),
        account=caller.account,
        region=caller.region,
        name=asked.name,
        description=asked.description,
        resource_group_id=asked.resource_group_id,
        tags=asked.tag,
        address="",
        bandwidth=asked.bandwidth,
        internet_charge_type=asked.internet_charge_type,
        charge_type=asked.instance_charge_type,
        isp=asked.isp,
        security_protection_types=asked.security_protection_types,
        creation_time=emulator.store.clock.now(),
        sequence=emulator.store.eips.next_sequence(),
    )
    return _allocate(emulator, caller, eip)


def _allocate(emulator: Emulator, caller: Caller, eip: Eip) -> Json:
    """Write a new EIP with a free address; the answer to its allocation."""
    while True:
        try:
            free = free_public_address(emulator.store.redis)
        except NoAddressLeft:
            raise NoEipLeft() from None
        eip.address = free.address
        answer: Json = {
            "AllocationId": eip.public_id,
            "EipAddress": eip.address,
            "ResourceGroupId": common.resource_group(eip),
        }
        also = partial(_taken, free=free, eip=eip, caller=caller, answer=answer)
        with suppress(Conflict):  # somebody else took the address: take the next
            emulator.store.eips.save(eip, watch=[free.key], also=also)
            return answer


def _taken(pipe: Pipeline, *, free: PublicAddress, eip: Eip, caller: Caller, answer: Json) -> None:
    free.take(pipe, eip.id)
    caller.remember(pipe, answer)


def describe_eip_addresses(emulator: Emulator, caller: Caller, query: EipListing) -> Json:
    eips = [
        eip
        for eip in common.all_of(emulator.store.eips, caller)
        if common.among(query.allocation_id, eip.public_id)
        and common.among(query.eip_address, eip.address)
        and query.eip_name in ("", eip.name)
        and query.isp in ("", eip.isp)
        and query.charge_type in ("", eip.charge_type)
    ]
    held = {eip.id: _instance(emulator, caller, eip) for eip in eips}
    matching = [
        eip
        for eip in eips
        if query.status in ("", _status(held[eip.id])) and query.associated_instance_id in ("", held[eip.id])
    ]
    return common.listed(matching, query, "EipAddresses", "EipAddress", lambda eip: _view(eip, held[eip.id]))


def modify_eip_address_attribute(emulator: Emulator, caller: Caller, asked: EipChanges) -> Json:
    def change(eip: Eip) -> None:
        eip.bandwidth = asked.bandwidth or eip.bandwidth
        common.named(eip, asked, asked.name)

    emulator.store.eips.update(_find(emulator, caller, asked.allocation_id).id, change)
    return {}


def deletion_protection(emulator: Emulator, caller: Caller, asked: Protection) -> Json:
    """Switch the protection of an EIP from being released. Raises EipNotFound."""

    def change(eip: Eip) -> None:
        eip.deletion_protection = asked.protection_enable

    emulator.store.eips.update(_find(emulator, caller, asked.instance_id).id, change)
    return {}


def modify_eip_forward_mode(emulator: Emulator, caller: Caller, asked: ForwardMode) -> Json:
    def change(eip: Eip) -> None:
        eip.mode = asked.mode

    emulator.store.eips.update(_find(emulator, caller, asked.instance_id).id, change)
    return {}


def describe_high_definition_monitor_log_attribute(
    emulator: Emulator, caller: Caller, query: EipInstance
) -> Json:
    """There are no such logs, which is an answer, too."""
    eip = _find(emulator, caller, query.instance_id)
    return {"Success": "true", "InstanceId": eip.public_id, "LogProject": "", "LogStore": ""}


def release_eip_address(emulator: Emulator, caller: Caller, asked: EipReference) -> Json:
    """Raises EipInUse while a container group holds it, and EipProtected."""
    while True:
        eip = _find(emulator, caller, asked.allocation_id)
        if eip.deletion_protection:
            raise EipProtected(id=eip.public_id)
        user = holder(emulator.store.redis, eip.id)
        if user:
            raise EipInUse(id=eip.public_id, user=user)
        try:
            emulator.store.eips.delete(eip, also=partial(give_back, address=eip.address))
        except Conflict:
            continue
        return {}


def _find(emulator: Emulator, caller: Caller, allocation_id: str) -> Eip:
    return common.find(emulator.store.eips, caller, allocation_id, EipNotFound)


def _instance(emulator: Emulator, caller: Caller, eip: Eip) -> str:
    """What an EIP is bound to: the network interface of the group that holds it."""
    group_id = holder(emulator.store.redis, eip.id)
    if not group_id:
        return ""
    return ids.stable_id("eni", emulator.catalogue.region(caller.region).code, group_id)


def _status(instance: str) -> str:
    return "InUse" if instance else "Available"


def _view(eip: Eip, instance: str) -> Json:
    return {
        **common.shared_view(eip),
        "AllocationId": eip.public_id,
        "IpAddress": eip.address,
        "Name": eip.name,
        "Descritpion": eip.description,  # misspelt as the real one's, which has both
        "Status": _status(instance),
        "InstanceId": instance,
        "InstanceType": "NetworkInterface" if instance else "",
        "InstanceRegionId": eip.region if instance else "",
        "Bandwidth": eip.bandwidth,
        "EipBandwidth": eip.bandwidth,
        "InternetChargeType": eip.internet_charge_type,
        "ChargeType": eip.charge_type,
        "ISP": eip.isp,
        "Netmode": "public",
        "Mode": eip.mode,
        "BusinessStatus": "Normal",
        "HDMonitorStatus": "OFF",
        "DeletionProtection": eip.deletion_protection,
        "SecondLimited": False,
        "HasReservationData": "false",
        "AllocationTime": common.created(eip),
        "ExpiredTime": "",
        "AvailableRegions": {"AvailableRegion": [eip.region]},
        "OperationLocks": {"LockReason": []},
        "SecurityProtectionTypes": {"SecurityProtectionType": eip.security_protection_types},
        "Tags": common.tags_view(eip),
    }
