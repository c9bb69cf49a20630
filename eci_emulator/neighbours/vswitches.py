"""vSwitches: the ranges that container groups get their addresses from."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

from msgspec import field

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors, ids
from eci_emulator.model.group import Tag
from eci_emulator.model.neighbour_errors import (
    CidrOverlapped,
    DependencyViolation,
    VSwitchNotFound,
    ZoneNotFound,
)
from eci_emulator.model.network import Vpc, VSwitch
from eci_emulator.model.ranges import capacity, engine_subnet, ipv6_subnets
from eci_emulator.neighbours import common, vpcs
from eci_emulator.neighbours.common import Asked, Json, Listing, Renaming
from eci_emulator.store import keys
from eci_emulator.store.networks import everywhere
from eci_emulator.store.table import Conflict

PREFIXES: Final = range(16, 30)


class VSwitchToCreate(Asked):
    vpc_id: str
    cidr_block: str
    zone_id: str
    v_switch_name: str = ""
    description: str = ""
    ipv6_cidr_block: int | None = None
    tag: list[Tag] = field(default_factory=list)


class VSwitchReference(Asked):
    v_switch_id: str


class VSwitchChanges(Renaming):
    v_switch_id: str
    v_switch_name: str = ""
    enable_ipv6: bool | None = field(default=None, name="EnableIPv6")
    ipv6_cidr_block: int | None = None


class VSwitchListing(Listing):
    vpc_id: str = ""
    v_switch_id: str = ""
    v_switch_name: str = ""
    zone_id: str = ""
    route_table_id: str = ""
    is_default: bool | None = None


def create_vswitch(emulator: Emulator, caller: Caller, asked: VSwitchToCreate) -> Json:
    """Raises VpcNotFound, ZoneNotFound, InvalidValue and CidrOverlapped."""
    region = emulator.catalogue.region(caller.region)
    if asked.zone_id not in region.zone_ids:
        raise ZoneNotFound(id=asked.zone_id)
    vswitch_id = ids.new_id("vsw", region.code)
    vswitch = VSwitch(
        id=caller.tenant.scoped(vswitch_id),
        account=caller.account,
        region=caller.region,
        vpc_id=asked.vpc_id,
        zone_id=asked.zone_id,
        cidr=asked.cidr_block,
        name=asked.v_switch_name,
        description=asked.description,
        tags=asked.tag,
        creation_time=emulator.store.clock.now(),
    )

    def check(vpc: Vpc) -> None:
        cidr = _range(vswitch.cidr, vpc)
        siblings = common.all_of(emulator.store.vswitches, caller, f"vpc={vpc.public_id}")
        _check_siblings(cidr, siblings)
        _check_twins(emulator, cidr, vpc)
        if asked.ipv6_cidr_block is not None:
            vswitch.ipv6_cidr = _ipv6_range(vpc, siblings, asked.ipv6_cidr_block)

    answer = {"VSwitchId": vswitch_id}
    return vpcs.create_inside(emulator, caller, emulator.store.vswitches, vswitch, answer, check)


def _range(text: str, vpc: Vpc) -> IPv4Network:
    try:
        cidr = IPv4Network(text)
    except ValueError:
        raise errors.InvalidValue("CidrBlock", "it must be an IPv4 range like 10.0.0.0/24") from None
    if cidr.prefixlen not in PREFIXES or not cidr.subnet_of(IPv4Network(vpc.cidr)):
        raise errors.InvalidValue("CidrBlock", f"it must be a /16 to /29 in the VPC's range {vpc.cidr}")
    return cidr


def _ipv6_range(vpc: Vpc, siblings: list[VSwitch], number: int | None) -> str:
    """The part of the VPC's IPv6 range with that number, or the first that no sibling has."""
    if not vpc.ipv6_cidr:
        raise errors.InvalidValue("Ipv6CidrBlock", f"the VPC {vpc.public_id} has no IPv6 range")
    subnets = ipv6_subnets(vpc.ipv6_cidr)
    owners = {sibling.ipv6_cidr: sibling for sibling in siblings}
    free = (subnet for subnet in subnets if subnet not in owners)
    wanted = next(free, subnets[0]) if number is None else subnets[number]
    if wanted in owners:
        raise CidrOverlapped(cidr=wanted, other=f"that of the vSwitch {owners[wanted].public_id}")
    return wanted


def _check_siblings(cidr: IPv4Network, siblings: list[VSwitch]) -> None:
    for sibling in siblings:
        if cidr.overlaps(IPv4Network(sibling.cidr)):
            raise CidrOverlapped(cidr=cidr, other=f"{sibling.cidr} of the vSwitch {sibling.public_id}")


def _check_twins(emulator: Emulator, cidr: IPv4Network, vpc: Vpc) -> None:
    """VPCs of one range share a network of the engine, whoever they belong to.

    There vSwitches of one range give out its addresses together; of two that merely overlap, both
    would give out the same address.
    """
    subnet = engine_subnet(vpc.cidr, str(cidr))
    for other, twin in everywhere(emulator.store):
        taken = IPv4Network(twin.cidr)
        if engine_subnet(other.cidr, twin.cidr) == subnet and taken != cidr and taken.overlaps(cidr):
            where = f"{taken} in another VPC of the range {other.cidr}; here it may only be the same"
            raise CidrOverlapped(cidr=cidr, other=where)


def describe_vswitch_attributes(emulator: Emulator, caller: Caller, asked: VSwitchReference) -> Json:
    return _view(emulator, _find(emulator, caller, asked.v_switch_id))


def describe_vswitches(emulator: Emulator, caller: Caller, query: VSwitchListing) -> Json:
    found = [
        vswitch
        for vswitch in common.all_of(emulator.store.vswitches, caller)
        if common.among(query.vpc_id, vswitch.vpc_id)
        and common.among(query.v_switch_id, vswitch.public_id)
        and common.among(query.v_switch_name, vswitch.name)
        and common.among(query.zone_id, vswitch.zone_id)
        and common.among(query.route_table_id, vpcs.route_table_id(vswitch.vpc_id))
        and query.is_default in (None, vswitch.invented)
    ]
    return common.listed(found, query, "VSwitches", "VSwitch", lambda vswitch: _view(emulator, vswitch))


def modify_vswitch_attribute(emulator: Emulator, caller: Caller, asked: VSwitchChanges) -> Json:
    vswitch = _find(emulator, caller, asked.v_switch_id)
    ipv6_cidr = vswitch.ipv6_cidr
    if asked.enable_ipv6 is False:
        ipv6_cidr = ""
    elif asked.ipv6_cidr_block is not None or (asked.enable_ipv6 and not ipv6_cidr):
        vpc = vpcs.find(emulator, caller, vswitch.vpc_id)
        inside = common.all_of(emulator.store.vswitches, caller, f"vpc={vpc.public_id}")
        siblings = [sibling for sibling in inside if sibling.id != vswitch.id]
        ipv6_cidr = _ipv6_range(vpc, siblings, asked.ipv6_cidr_block)

    def change(stored: VSwitch) -> None:
        common.named(stored, asked, asked.v_switch_name)
        stored.ipv6_cidr = ipv6_cidr

    emulator.store.vswitches.update(vswitch.id, change)
    return {}


def delete_vswitch(emulator: Emulator, caller: Caller, asked: VSwitchReference) -> Json:
    """Raises DependencyViolation while container groups are in it."""
    while True:
        vswitch = _find(emulator, caller, asked.v_switch_id)
        groups = emulator.store.groups.select(caller.tenant, [f"vswitch={vswitch.public_id}"], limit=5).ids
        if groups:
            raise DependencyViolation(ids=", ".join(groups))
        try:
            emulator.store.vswitches.delete(vswitch)
        except Conflict:
            continue
        return {}


def _find(emulator: Emulator, caller: Caller, vswitch_id: str) -> VSwitch:
    return common.find(emulator.store.vswitches, caller, vswitch_id, VSwitchNotFound)


def _view(emulator: Emulator, vswitch: VSwitch) -> Json:
    used = emulator.store.redis.hlen(keys.addresses(vswitch.cidr))
    return {
        **common.shared_view(vswitch),
        "VSwitchId": vswitch.public_id,
        "VSwitchName": vswitch.name,
        "VpcId": vswitch.vpc_id,
        "ZoneId": vswitch.zone_id,
        "CidrBlock": vswitch.cidr,
        "Ipv6CidrBlock": vswitch.ipv6_cidr,
        "EnabledIpv6": bool(vswitch.ipv6_cidr),
        "Status": "Available",
        "AvailableIpAddressCount": capacity(vswitch.cidr) - used,
        "IsDefault": vswitch.invented,
        "NetworkAclId": "",
        "RouteTable": {"RouteTableId": vpcs.route_table_id(vswitch.vpc_id), "RouteTableType": "System"},
        "CloudResources": {"CloudResourceSetType": []},
        "CreationTime": common.created(vswitch),
        "Tags": common.tags_view(vswitch),
    }
