"""Finding the vSwitch and security group of a new container group, inventing what nobody created."""

from __future__ import annotations

from typing import Final, TypeVar

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.regions import Region
from eci_emulator.model import errors, ids, ranges
from eci_emulator.model.group import GroupSpec
from eci_emulator.model.network import SecurityGroup, Vpc, VSwitch
from eci_emulator.store.networks import everywhere
from eci_emulator.store.table import Conflict, Table

MAX_VSWITCHES: Final = 10

T = TypeVar("T", Vpc, VSwitch, SecurityGroup)


def vswitches(emulator: Emulator, caller: Caller, region: Region, asked: str, zone: str) -> list[VSwitch]:
    """The vSwitches named (comma separated), or the default one of the zone, each with its range.

    Raises LengthExceeded for too many, NotFound for an unknown one in strict mode, InvalidValue when they
    are of several VPCs, ZoneNotOnSale for a zone that the region has not, VSwitchZoneMismatch when none is in it.
    """
    if zone and zone not in region.zone_ids:
        raise errors.ZoneNotOnSale()
    wanted = [part.strip() for part in asked.split(",") if part.strip()]
    if len(wanted) > MAX_VSWITCHES:
        raise errors.LengthExceeded(f"VSwitchId takes {MAX_VSWITCHES} vSwitches at most.")
    if not wanted:
        zone_id = zone or region.recommended_zone_ids[0]
        wanted = [ids.stable_id("vsw", region.code, f"{caller.tenant}/{zone_id}")]
    found = [_vswitch(emulator, caller, region, vswitch_id, zone) for vswitch_id in wanted]
    if len({vswitch.vpc_id for vswitch in found}) > 1:
        raise errors.InvalidValue("VSwitchId", "all vSwitches must be of one VPC")
    if zone and not any(vswitch.zone_id == zone for vswitch in found):
        raise errors.VSwitchZoneMismatch()
    return [vswitch for vswitch in found if not zone or vswitch.zone_id == zone]


def fitting(spec: GroupSpec, vswitches: list[VSwitch]) -> list[VSwitch]:
    """Those that can have the addresses asked for.

    Raises InvalidValue for an address that is in none of them, VSwitchWithoutIpv6 and RegionWithoutIpv6.
    """
    if int(spec.extra.get("Ipv6AddressCount", 0)):
        with_ipv6 = any(vswitch.ipv6_cidr for vswitch in vswitches)
        raise errors.RegionWithoutIpv6() if with_ipv6 else errors.VSwitchWithoutIpv6()
    address = spec.private_ip_address
    found = [vswitch for vswitch in vswitches if not address or ranges.holds(vswitch.cidr, address)]
    if not found:
        raise errors.InvalidValue("PrivateIpAddress", "no vSwitch has that address to give")
    return found


def _vswitch(emulator: Emulator, caller: Caller, region: Region, vswitch_id: str, zone: str) -> VSwitch:
    known = emulator.store.vswitches.get(caller.tenant.scoped(vswitch_id))
    if known:
        return known
    if emulator.settings.strict_network:
        raise errors.NotFound(parameter="VSwitchId", value=vswitch_id)
    vpc = _default_vpc(emulator, caller, region)
    inside = emulator.store.vswitches.select(caller.tenant, [f"vpc={vpc.public_id}"]).ids
    vswitch = VSwitch(
        id=caller.tenant.scoped(vswitch_id),
        account=caller.account,
        region=caller.region,
        vpc_id=vpc.public_id,
        zone_id=zone or region.recommended_zone_ids[len(inside) % len(region.recommended_zone_ids)],
        cidr=_range(emulator, vpc, inside),
        creation_time=emulator.store.clock.now(),
        invented=True,
    )
    return _insert(emulator.store.vswitches, vswitch)


def _range(emulator: Emulator, vpc: Vpc, inside: list[str]) -> str:
    """A range for another vSwitch of a VPC that has those ``inside``. Raises IpNotEnough."""
    siblings = [vswitch.cidr for vswitch in emulator.store.vswitches.get_many(inside)]
    twins = {
        one.cidr for other, one in everywhere(emulator.store) if other.cidr == vpc.cidr and other.id != vpc.id
    }
    try:
        return ranges.invented_vswitch_cidr(vpc.cidr, siblings, twins)
    except ranges.NoRangeLeft:
        raise errors.IpNotEnough() from None


def _default_vpc(emulator: Emulator, caller: Caller, region: Region) -> Vpc:
    """The VPC of an account and region for all that was never created."""
    vpc_id = ids.stable_id("vpc", region.code, str(caller.tenant))
    known = emulator.store.vpcs.get(caller.tenant.scoped(vpc_id))
    if known:
        return known
    vpc = Vpc(
        id=caller.tenant.scoped(vpc_id),
        account=caller.account,
        region=caller.region,
        name="default",
        cidr=_vpc_range(emulator, caller),
        creation_time=emulator.store.clock.now(),
        invented=True,
    )
    return _insert(emulator.store.vpcs, vpc)


def _vpc_range(emulator: Emulator, caller: Caller) -> str:
    """A range for a VPC that nobody created. Raises QuotaExceeded."""
    store = emulator.store
    vpcs = {vpc.cidr for vpc in store.vpcs.get_many(store.vpcs.all_ids())}
    networks = {ranges.engine_subnet(vpc.cidr, vswitch.cidr) for vpc, vswitch in everywhere(store)}
    seed = f"{emulator.settings.instance}/{caller.tenant}"
    try:
        return ranges.invented_vpc_cidr(seed, store.hosts.subnets(), vpcs, networks)
    except ranges.NoRangeLeft:
        raise errors.QuotaExceeded(resource="VPC") from None


def security_group(emulator: Emulator, caller: Caller, region: Region, asked: str, vpc_id: str) -> str:
    """The id of the security group, the VPC's default one when none was asked for.

    Raises NotFound for an unknown one in strict mode, SecurityGroupMismatch for one of another VPC.
    """
    group_id = asked or ids.stable_id("sg", region.code, f"{caller.tenant}/{vpc_id}")
    known = emulator.store.security_groups.get(caller.tenant.scoped(group_id))
    if known is None and asked and emulator.settings.strict_network:
        raise errors.NotFound(parameter="SecurityGroupId", value=asked)
    if known is None:
        known = _insert(
            emulator.store.security_groups,
            SecurityGroup(
                id=caller.tenant.scoped(group_id),
                account=caller.account,
                region=caller.region,
                vpc_id=vpc_id,
                creation_time=emulator.store.clock.now(),
                invented=True,
            ),
        )
    if known.vpc_id != vpc_id and not known.invented:
        raise errors.SecurityGroupMismatch()
    return group_id


def _insert(table: Table[T], record: T) -> T:
    """Write a new record; if somebody else invents the same one at this moment, return theirs."""
    record.sequence = table.next_sequence()
    try:
        table.save(record)
    except Conflict:
        return table.get(record.id) or record
    return record
