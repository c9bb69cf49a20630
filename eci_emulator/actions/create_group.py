"""CreateContainerGroup: validate, place, write, wake a worker. It never talks to an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from msgspec import Struct
from redis import WatchError
from redis.client import Pipeline

from eci_emulator.actions import image_start, networking
from eci_emulator.actions.bill import check_budget
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.disks import place_of_disks
from eci_emulator.actions.internet import Uplink, uplink
from eci_emulator.actions.placing import Order, place_all
from eci_emulator.controller.spot import set_spot_timer
from eci_emulator.market.offers import offers
from eci_emulator.model import errors, ids
from eci_emulator.model.group import ContainerGroup, GroupSpec, GroupState, Placement
from eci_emulator.model.network import VSwitch
from eci_emulator.model.validate import validate
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import take_address
from eci_emulator.store.market import take
from eci_emulator.store.warm import Wanted, WarmSandbox

Json = dict[str, object]
#: vSwitches and security group, of what was asked for: vSwitches, zone, security group.
Network = Callable[[str, str, str], tuple[list[VSwitch], str]]


class NewGroup(Struct, frozen=True):
    """A group that is about to be written."""

    caller: Caller
    group: ContainerGroup
    internet: Uplink
    image_cache: image_start.Write

    @property
    def answer(self) -> Json:
        return {"ContainerGroupId": self.group.id}


def create_container_group(emulator: Emulator, caller: Caller, spec: GroupSpec) -> Json:
    """Answer with the id of the new group; it is Scheduling, and a worker has been woken."""
    order = _order(emulator, caller, spec, partial(_network, emulator, caller))
    check_budget(emulator)
    if caller.dry_run:
        _rehearse(emulator, order)
        raise errors.DryRunSuccess()
    (made,) = _create(emulator, [order])
    if isinstance(made, errors.EciError):
        raise made
    return made.answer


def create_container_groups(
    emulator: Emulator, caller: Caller, specs: Sequence[GroupSpec]
) -> list[ContainerGroup | errors.EciError]:
    """Many groups without public addresses, in one pass and one transaction; of each the record, or why not.

    Raises what is wrong with any of the specs.
    """
    network = cache(partial(_network, emulator, caller))
    orders = [_order(emulator, caller, spec, network) for spec in specs]
    check_budget(emulator)
    return [made.group if isinstance(made, NewGroup) else made for made in _create(emulator, orders)]


def _order(emulator: Emulator, caller: Caller, spec: GroupSpec, network: Network) -> Order:
    validate(spec)
    image_start.check(emulator, caller, spec)
    region = emulator.catalogue.region(caller.region)
    spec.resource_group_id = spec.resource_group_id or ids.default_resource_group(caller.account)
    disks = place_of_disks(emulator, caller, spec)
    zone = spec.zone_id if spec.v_switch_id else spec.zone_id or disks.zone_id
    vswitches, spec.security_group_id = network(spec.v_switch_id, zone, spec.security_group_id)
    return Order(
        id=ids.new_id("eci", region.code),
        caller=caller,
        spec=spec,
        offers=offers(spec, emulator.catalogue, region),
        vswitches=networking.fitting(spec, disks.reachable(vswitches)),
        host=disks.host,
    )


def _network(
    emulator: Emulator, caller: Caller, vswitch_ids: str, zone: str, security_group: str
) -> tuple[list[VSwitch], str]:
    region = emulator.catalogue.region(caller.region)
    vswitches = networking.vswitches(emulator, caller, region, vswitch_ids, zone)
    vpc_id = vswitches[0].vpc_id
    return vswitches, networking.security_group(emulator, caller, region, security_group, vpc_id)


def _rehearse(emulator: Emulator, order: Order) -> None:
    """Raises what stands in the way of a group now, and makes none."""
    with emulator.store.redis.pipeline() as pipe:
        (placed,) = place_all(emulator, [order], pipe.watch)
    if isinstance(placed, errors.EciError):
        raise placed
    uplink(emulator, order.caller, order.spec)


def _create(emulator: Emulator, orders: Sequence[Order]) -> list[NewGroup | errors.EciError]:
    """Place and write, again when somebody else took meanwhile what was free."""
    while True:
        with emulator.store.redis.pipeline() as pipe:
            found = place_all(emulator, orders, pipe.watch)
            first, now = emulator.store.groups.next_sequence(len(orders)), emulator.store.clock.now()
            made = [
                _new_group(emulator, order, first + number, placed, now)
                if isinstance(placed, Placement)
                else placed
                for number, (order, placed) in enumerate(zip(orders, found, strict=True))
            ]
            try:
                _write(emulator, pipe, [new for new in made if isinstance(new, NewGroup)])
            except WatchError:
                continue
            return made


def _new_group(emulator: Emulator, order: Order, sequence: int, placed: Placement, now: float) -> NewGroup:
    caller, spec = order.caller, order.spec
    internet = uplink(emulator, caller, spec)
    placed.internet_ip = internet.address
    group = ContainerGroup(
        id=order.id,
        account=caller.account,
        region=caller.region,
        spec=spec,
        client_token=caller.client_token,
        sequence=sequence,
        state=GroupState(creation_time=now, placement=placed),
    )
    return NewGroup(caller, group, internet, image_start.begin(emulator, caller, group))


def _write(emulator: Emulator, pipe: Pipeline, new_groups: Sequence[NewGroup]) -> None:
    """Everything that is true of the new groups, in one transaction. Raises WatchError."""
    watched = [key for new in new_groups for key in new.internet.keys]
    if watched:
        pipe.watch(*watched)  # type: ignore[no-untyped-call]
    pipe.multi()
    for new in new_groups:
        _write_one(emulator, pipe, new)
    pipe.execute()


def _write_one(emulator: Emulator, pipe: Pipeline, new: NewGroup) -> None:
    group, placed = new.group, new.group.state.placement
    emulator.store.groups.insert(pipe, group)
    take_address(pipe, placed.cidr, placed.ip, group.id)
    take(pipe, group)
    new.internet.take(pipe, group.id)
    new.image_cache(pipe)
    if emulator.settings.warm_sandboxes:
        warm.want(pipe, placed.host, Wanted(placed.vpc_cidr, placed.cidr))
    if placed.sandbox:
        warm.take(pipe, placed.host, placed.cidr, WarmSandbox(placed.sandbox, placed.ip))
    set_spot_timer(pipe, group)
    pipe.sadd(keys.unsettled(placed.host), group.id)
    new.caller.remember(pipe, new.answer)
    emulator.store.wakeups.wake(placed.host, group.id, pipe)
