"""Finding places for new groups in the market as it is now, read in a few trips however many groups there are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.offers import Offer, bid
from eci_emulator.market.placement import APART_TAG, NEAR_TAG, place
from eci_emulator.market.snapshot import Ask, MarketSnapshot, Placed, TagValue, VSwitchRoom
from eci_emulator.market.snapshot import Host as FreeHost
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model import errors, ids
from eci_emulator.model.group import GroupSpec, Placement
from eci_emulator.model.network import Vpc, VSwitch
from eci_emulator.model.quantity import GIB
from eci_emulator.model.statuses import TERMINAL
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import AddressBook, NoAddressLeft
from eci_emulator.store.hosts import Host
from eci_emulator.store.market import Market, MarketState, stock_field
from eci_emulator.store.table import Tenant
from eci_emulator.store.warm import WarmSandbox

IN_ANY_ORDER: Final = "VSwitchRandom"
#: The bridge of a Linux host takes 1,023 ports.
DOCKER_GROUPS: Final = 1_000
SIMULATED_GROUPS: Final = 1_000_000


class Order(Struct, frozen=True):
    """A group that is to be made: what it may be bought as, and where it may go."""

    id: str
    caller: Caller
    spec: GroupSpec
    offers: Sequence[Offer]
    vswitches: Sequence[VSwitch]
    host: str = ""  # the only one that will do


def place_all(
    emulator: Emulator, orders: Sequence[Order], watch: Callable[..., object]
) -> list[Placement | errors.EciError]:
    """A place for each, or the reason why there is none.

    Nothing is taken yet: that is for the transaction of the caller, which is made to ``watch`` the
    keys that decided.
    """
    vswitches = {vswitch.id: vswitch for order in orders for vswitch in order.vswitches}
    cidrs = sorted({vswitch.cidr for vswitch in vswitches.values()})
    watch(*Market.WATCHED, *map(keys.addresses, cidrs))
    book = AddressBook(emulator.store.redis, cidrs)
    state = emulator.store.market.state()
    snapshot = MarketSnapshot(
        now=emulator.store.clock.now(),
        catalogue=emulator.catalogue,
        prices=emulator.prices,
        spot=SpotMarket(emulator.settings.spot_seed, state.spot),
        v_switches={key: VSwitchRoom(v.zone_id, book.left(v.cidr)) for key, v in vswitches.items()},
        hosts=_hosts(emulator, state),
        stock=state.stock,
        quota=_quota(emulator, orders, state),
        tagged=_tagged(emulator, orders),
        seed=emulator.settings.spot_seed,
    )
    found = place([_ask(order) for order in orders], snapshot)
    moving_in = _MovingIn(emulator, vswitches, book, watch)
    return [
        moving_in.place(order, placed) if isinstance(placed, Placed) else placed
        for order, placed in zip(orders, found, strict=True)
    ]


def _ask(order: Order) -> Ask:
    spec = order.spec
    return Ask(
        id=order.id,
        account=order.caller.account,
        region=order.caller.region,
        offers=tuple(order.offers),
        v_switches=tuple(vswitch.id for vswitch in order.vswitches),
        in_order=spec.schedule_strategy != IN_ANY_ORDER,
        zone_id=spec.zone_id,
        host=order.host,
        bid=bid(spec),
        tags={tag.key: tag.value for tag in spec.tags},
    )


def _hosts(emulator: Emulator, state: MarketState) -> tuple[FreeHost, ...]:
    """What is free on the Docker hosts that take groups; before any has announced itself, on our own."""
    known = emulator.store.hosts.all()
    if not known:
        return (FreeHost(name=emulator.settings.host_name),)
    now, often = time.time(), emulator.settings.host_overcommit
    return tuple(_room(host, state, often) for host in known if host.alive(now) and not host.draining)


def _room(host: Host, state: MarketState, often: float) -> FreeHost:
    used = state.host(host.name)
    most = SIMULATED_GROUPS if host.engine == "simulated" else DOCKER_GROUPS
    free = FreeHost(name=host.name, zones=frozenset(host.zones), groups=most - used.groups, gpus=host.gpus)
    if often:
        free.cpu = host.cpus * often - used.cpu
        free.memory = host.memory / GIB * often - used.memory
    return free


def _quota(
    emulator: Emulator, orders: Sequence[Order], state: MarketState
) -> Mapping[tuple[str, str], float]:
    quota = emulator.settings.vcpu_quota
    tenants = {order.caller.tenant for order in orders}
    return {tenant: quota - state.vcpus(*tenant) for tenant in tenants} if quota else {}


def _tagged(emulator: Emulator, orders: Sequence[Order]) -> Mapping[tuple[str, TagValue], Mapping[str, int]]:
    """Where the groups run that others want to be near to, or apart from."""
    wanted = {
        (order.caller.tenant, tag.value)
        for order in orders
        for tag in order.spec.tags
        if tag.key in (NEAR_TAG, APART_TAG)
    }
    found: dict[tuple[str, TagValue], Counter[str]] = {}
    for tenant, text in wanted:
        key, _, value = text.partition("=")
        found.setdefault((tenant.account, (key, value)), Counter()).update(_zones(emulator, tenant, text))
    return found


def _zones(emulator: Emulator, tenant: Tenant, tag: str) -> Iterator[str]:
    """The zone of each group that carries a tag and has not ended."""
    groups = emulator.store.groups
    for group in groups.get_many(groups.select(tenant, [f"tag={tag}"]).ids):
        if group.state.status not in TERMINAL:
            yield group.state.placement.zone_id


class _MovingIn:
    """Makes placements of places: each gets an address, or a sandbox that is ready and has one."""

    def __init__(
        self,
        emulator: Emulator,
        vswitches: Mapping[str, VSwitch],
        book: AddressBook,
        watch: Callable[..., object],
    ) -> None:
        self._emulator = emulator
        self._vswitches = vswitches
        self._book = book
        self._watch = watch
        self._vpcs = _vpcs(emulator, vswitches.values())
        self._sandboxes: dict[tuple[str, str], list[WarmSandbox]] = {}

    def place(self, order: Order, placed: Placed) -> Placement | errors.EciError:
        vswitch, offer = self._vswitches[placed.v_switch_id], placed.offer
        sandbox = self._sandbox(placed.host, vswitch.cidr) if warm.fits(order.spec) else None
        try:
            ip = sandbox.ip if sandbox else self._book.take(vswitch.cidr, order.spec.private_ip_address)
        except NoAddressLeft:
            return errors.AddressInUse() if order.spec.private_ip_address else errors.IpNotEnough()
        kind = offer.instance_type
        code = self._emulator.catalogue.region(order.caller.region).code
        return Placement(
            host=placed.host,
            zone_id=placed.zone_id,
            v_switch_id=vswitch.public_id,
            vpc_id=vswitch.vpc_id,
            cidr=vswitch.cidr,
            vpc_cidr=self._vpcs[_vpc_key(vswitch)].cidr,
            ip=ip,
            sandbox=sandbox.name if sandbox else "",
            cpu=offer.size.cpu,
            memory=offer.size.memory,
            instance_type=kind.name if kind else "",
            gpu=kind.gpu if kind else 0,
            compute_category=offer.category,
            spot_price=float(placed.spot_price or Decimal(0)),
            stock=[stock_field(key) for key in placed.stock],
            eni_instance_id=ids.stable_id("eni", code, order.id),
        )

    def _sandbox(self, host: str, cidr: str) -> WarmSandbox | None:
        if (host, cidr) not in self._sandboxes:
            self._watch(keys.warm(host, cidr))
            self._sandboxes[host, cidr] = warm.ready(self._emulator.store.redis, host, cidr)
        ready = self._sandboxes[host, cidr]
        return ready.pop(0) if ready else None


def _vpcs(emulator: Emulator, vswitches: Iterable[VSwitch]) -> Mapping[str, Vpc]:
    """The VPCs of the vSwitches; none is ever without."""
    return {vpc.id: vpc for vpc in emulator.store.vpcs.get_many(sorted(set(map(_vpc_key, vswitches))))}


def _vpc_key(vswitch: VSwitch) -> str:
    return Tenant(vswitch.account, vswitch.region).scoped(vswitch.vpc_id)
