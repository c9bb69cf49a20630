"""CreateContainerGroup: validate, place, write, wake a worker. It never talks to an engine."""

from __future__ import annotations

from redis.client import Pipeline

from eci_emulator.actions import networking
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.internet import Uplink, uplink
from eci_emulator.market.offers import offers
from eci_emulator.market.regions import Region
from eci_emulator.model import errors, ids
from eci_emulator.model.group import ContainerGroup, GroupSpec, GroupState, Placement
from eci_emulator.model.network import VSwitch
from eci_emulator.model.validate import validate
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import NoAddressLeft, free_address, take_address
from eci_emulator.store.table import Conflict
from eci_emulator.store.warm import Wanted, WarmSandbox

Json = dict[str, object]


def create_container_group(emulator: Emulator, caller: Caller, spec: GroupSpec) -> Json:
    """Answer with the id of the new group; it is Scheduling, and a worker has been woken."""
    validate(spec)
    spec.resource_group_id = spec.resource_group_id or ids.default_resource_group(caller.account)
    region = emulator.catalogue.region(caller.region)
    candidates = networking.vswitches(emulator, caller, region, spec.v_switch_id, spec.zone_id)
    spec.security_group_id = networking.security_group(
        emulator, caller, region, spec.security_group_id, candidates[0].vpc_id
    )
    if caller.dry_run:
        raise errors.DryRunSuccess()
    while True:
        group = _placed(emulator, caller, region, spec, candidates)
        internet = uplink(emulator, caller, spec)
        group.state.placement.internet_ip = internet.address
        answer: Json = {"ContainerGroupId": group.id}
        try:
            _write(emulator, caller, group, internet, answer)
        except Conflict:
            continue  # another group took the address; take the next
        return answer


def _placed(
    emulator: Emulator, caller: Caller, region: Region, spec: GroupSpec, candidates: list[VSwitch]
) -> ContainerGroup:
    offer = offers(spec, emulator.catalogue, region)[0]
    vswitch = candidates[0]
    vpc = emulator.store.vpcs.get(caller.tenant.scoped(vswitch.vpc_id))
    assert vpc  # noqa: S101  a vSwitch is never without its VPC
    host = _host(emulator, vswitch.zone_id)
    sandbox = warm.first(emulator.store.redis, host, vswitch.cidr) if warm.fits(spec) else None
    ip = sandbox.ip if sandbox else _address(emulator, spec, vswitch)
    group_id = ids.new_id("eci", region.code)
    return ContainerGroup(
        id=group_id,
        account=caller.account,
        region=caller.region,
        spec=spec,
        client_token=caller.client_token,
        sequence=emulator.store.groups.next_sequence(),
        state=GroupState(
            creation_time=emulator.store.clock.now(),
            placement=Placement(
                host=host,
                zone_id=vswitch.zone_id,
                v_switch_id=vswitch.public_id,
                vpc_id=vswitch.vpc_id,
                cidr=vswitch.cidr,
                vpc_cidr=vpc.cidr,
                ip=ip,
                sandbox=sandbox.name if sandbox else "",
                cpu=offer.size.cpu,
                memory=offer.size.memory,
                instance_type=offer.instance_type.name if offer.instance_type else "",
                compute_category=offer.category,
                eni_instance_id=ids.stable_id("eni", region.code, group_id),
            ),
        ),
    )


def _address(emulator: Emulator, spec: GroupSpec, vswitch: VSwitch) -> str:
    try:
        return free_address(emulator.store.redis, vswitch.cidr, spec.private_ip_address)
    except NoAddressLeft:
        raise (errors.AddressInUse() if spec.private_ip_address else errors.IpNotEnough()) from None


def _host(emulator: Emulator, zone: str) -> str:
    """A Docker host that serves the zone; the only one there is when none has announced itself yet."""
    serving = [
        host
        for host in emulator.store.hosts.alive()
        if not host.draining and (not host.zones or zone in host.zones)
    ]
    return serving[0].name if serving else emulator.settings.host_name


def _write(emulator: Emulator, caller: Caller, group: ContainerGroup, internet: Uplink, answer: Json) -> None:
    placed = group.state.placement

    def also(pipe: Pipeline) -> None:
        take_address(pipe, placed.cidr, placed.ip, group.id)
        internet.take(pipe, group.id)
        if emulator.settings.warm_sandboxes:
            warm.want(pipe, placed.host, Wanted(placed.vpc_cidr, placed.cidr))
        if placed.sandbox:
            warm.take(pipe, placed.host, placed.cidr, WarmSandbox(placed.sandbox, placed.ip))
        pipe.sadd(keys.unsettled(placed.host), group.id)
        caller.remember(pipe, answer)
        emulator.store.wakeups.wake(placed.host, group.id, pipe)

    shared = [keys.addresses(placed.cidr), keys.warm(placed.host, placed.cidr), *internet.keys]
    emulator.store.groups.save(group, watch=shared, also=also)
