"""VPCs."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Final, TypeVar

from msgspec import field
from redis.client import Pipeline

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors, ids
from eci_emulator.model.group import Tag
from eci_emulator.model.neighbour_errors import VpcHasSecurityGroups, VpcHasVSwitches, VpcNotFound
from eci_emulator.model.network import SecurityGroup, Vpc, VSwitch
from eci_emulator.model.ranges import ipv6_range
from eci_emulator.neighbours import common
from eci_emulator.neighbours.common import Asked, Json, Listing, Renaming
from eci_emulator.store.table import Conflict, Table

Inside = TypeVar("Inside", VSwitch, SecurityGroup)

#: A VPC over public addresses would hide that part of the internet from its groups, and from this machine.
PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
LONGEST_PREFIX: Final = 28


class VpcToCreate(Asked):
    cidr_block: str = "172.16.0.0/12"
    vpc_name: str = ""
    description: str = ""
    resource_group_id: str = ""
    user_cidr: str = ""
    enable_ipv6: bool = False
    enable_dns_hostname: bool = False
    tag: list[Tag] = field(default_factory=list)


class VpcReference(Asked):
    vpc_id: str


class VpcChanges(Renaming):
    vpc_id: str
    vpc_name: str = ""
    cidr_block: str = ""
    enable_ipv6: bool | None = field(default=None, name="EnableIPv6")
    enable_dns_hostname: bool | None = None


class VpcListing(Listing):
    vpc_id: str = ""
    vpc_name: str = ""
    is_default: bool | None = None


def create_vpc(emulator: Emulator, caller: Caller, asked: VpcToCreate) -> Json:
    region = emulator.catalogue.region(caller.region)
    vpc_id = ids.new_id("vpc", region.code)
    vpc = Vpc(
        id=caller.tenant.scoped(vpc_id),
        account=caller.account,
        region=caller.region,
        name=asked.vpc_name,
        description=asked.description,
        resource_group_id=asked.resource_group_id,
        tags=asked.tag,
        cidr=str(_private_range(asked.cidr_block)),
        user_cidrs=[cidr for cidr in asked.user_cidr.split(",") if cidr],
        ipv6_cidr=ipv6_range(vpc_id) if asked.enable_ipv6 else "",
        dns_hostname=asked.enable_dns_hostname,
        creation_time=emulator.store.clock.now(),
    )
    if caller.dry_run:
        raise errors.DryRunSuccess()
    answer = {
        "VpcId": vpc_id,
        "VRouterId": router_id(vpc_id),
        "RouteTableId": route_table_id(vpc_id),
        "ResourceGroupId": common.resource_group(vpc),
    }
    return common.create(emulator.store.vpcs, caller, vpc, answer)


def describe_vpc_attribute(emulator: Emulator, caller: Caller, asked: VpcReference) -> Json:
    return _view(emulator, caller, find(emulator, caller, asked.vpc_id))


def describe_vpcs(emulator: Emulator, caller: Caller, query: VpcListing) -> Json:
    vpcs = [
        vpc
        for vpc in common.all_of(emulator.store.vpcs, caller)
        if common.among(query.vpc_id, vpc.public_id)
        and common.among(query.vpc_name, vpc.name)
        and query.is_default in (None, vpc.invented)
    ]
    return common.listed(vpcs, query, "Vpcs", "Vpc", lambda vpc: _view(emulator, caller, vpc))


def modify_vpc_attribute(emulator: Emulator, caller: Caller, asked: VpcChanges) -> Json:
    vpc = find(emulator, caller, asked.vpc_id)
    if asked.cidr_block not in ("", vpc.cidr):
        raise errors.NotEmulated(feature="another range for a VPC that is there")
    inside = common.all_of(emulator.store.vswitches, caller, f"vpc={vpc.public_id}")
    if asked.enable_ipv6 is False and any(vswitch.ipv6_cidr for vswitch in inside):
        raise errors.InvalidValue("EnableIPv6", "vSwitches of the VPC have IPv6 ranges")

    def change(stored: Vpc) -> None:
        common.named(stored, asked, asked.vpc_name)
        if asked.enable_ipv6 is not None:
            stored.ipv6_cidr = ipv6_range(stored.public_id) if asked.enable_ipv6 else ""
        if asked.enable_dns_hostname is not None:
            stored.dns_hostname = asked.enable_dns_hostname

    emulator.store.vpcs.update(vpc.id, change)
    return {}


def delete_vpc(emulator: Emulator, caller: Caller, asked: VpcReference) -> Json:
    """Raises VpcHasVSwitches, VpcHasSecurityGroups. Security groups that nobody created go with it."""
    store = emulator.store
    while True:
        vpc = find(emulator, caller, asked.vpc_id)
        vswitches = common.all_of(store.vswitches, caller, f"vpc={vpc.public_id}")
        if vswitches:
            raise VpcHasVSwitches(ids=", ".join(vswitch.public_id for vswitch in vswitches))
        groups = common.all_of(store.security_groups, caller, f"vpc={vpc.public_id}")
        created = [group.public_id for group in groups if not group.invented]
        if created:
            raise VpcHasSecurityGroups(ids=", ".join(created))
        if caller.dry_run:
            raise errors.DryRunSuccess()
        try:
            store.vpcs.delete(vpc)
        except Conflict:
            continue  # something has just been created in it
        for group in groups:
            store.security_groups.delete(group)
        return {}


def find(emulator: Emulator, caller: Caller, vpc_id: str) -> Vpc:
    """Raises VpcNotFound."""
    return common.find(emulator.store.vpcs, caller, vpc_id, VpcNotFound)


def create_inside(
    emulator: Emulator,
    caller: Caller,
    table: Table[Inside],
    record: Inside,
    answer: Json,
    check: Callable[[Vpc], None] = lambda _: None,
) -> Json:
    """Write a new record of something in a VPC. Raises VpcNotFound, and what ``check`` raises."""
    record.sequence = table.next_sequence()

    def also(pipe: Pipeline) -> None:
        table.insert(pipe, record)
        caller.remember(pipe, answer)

    while True:
        vpc = find(emulator, caller, record.vpc_id)
        check(vpc)
        try:
            # Saving the VPC, unchanged, makes others who looked at what is in it look again.
            emulator.store.vpcs.save(vpc, also=also)
        except Conflict:
            continue
        return answer


def router_id(vpc_id: str) -> str:
    return "vrt" + vpc_id.removeprefix("vpc")


def route_table_id(vpc_id: str) -> str:
    return "vtb" + vpc_id.removeprefix("vpc")


def _private_range(text: str) -> IPv4Network:
    try:
        cidr = IPv4Network(text)
    except ValueError:
        raise errors.InvalidValue("CidrBlock", "it must be an IPv4 range like 10.0.0.0/16") from None
    if cidr.prefixlen > LONGEST_PREFIX or not any(cidr.subnet_of(private) for private in PRIVATE):
        allowed = ", ".join(map(str, PRIVATE))
        raise errors.InvalidValue(
            "CidrBlock", f"it must lie in one of {allowed}, /{LONGEST_PREFIX} or larger"
        )
    return cidr


def _view(emulator: Emulator, caller: Caller, vpc: Vpc) -> Json:
    vswitches = common.all_of(emulator.store.vswitches, caller, f"vpc={vpc.public_id}")
    ipv6 = [{"Ipv6CidrBlock": vpc.ipv6_cidr, "Ipv6Isp": "BGP"}] if vpc.ipv6_cidr else []
    return {
        **common.shared_view(vpc),
        "VpcId": vpc.public_id,
        "VpcName": vpc.name,
        "Status": "Available",
        "CidrBlock": vpc.cidr,
        "Ipv6CidrBlock": vpc.ipv6_cidr,
        "Ipv6CidrBlocks": {"Ipv6CidrBlock": ipv6},
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
        "UserCidrs": {"UserCidr": vpc.user_cidrs},
        "VRouterId": router_id(vpc.public_id),
        "RouterTableIds": {"RouterTableIds": [route_table_id(vpc.public_id)]},
        "VSwitchIds": {"VSwitchId": [vswitch.public_id for vswitch in vswitches]},
        "NatGatewayIds": {"NatGatewayIds": []},
        "CloudResources": {"CloudResourceSetType": []},
        "CreationTime": common.created(vpc),
        "IsDefault": vpc.invented,
        "ClassicLinkEnabled": False,
        "EnabledIpv6": bool(ipv6),
        "DnsHostnameStatus": "ENABLED" if vpc.dns_hostname else "DISABLED",
        "Tags": common.tags_view(vpc),
    }
