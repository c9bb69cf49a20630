"""Placement: which size, zone, vSwitch and Docker host a group gets. Pure, and many groups at once.

Each offer (see ``offers``) is tried in every vSwitch before the next offer is: the order of the
types is the user's priority. In a vSwitch the conditions below are looked at in their order; the
first that fails refuses it. A group that is refused everywhere gets the error of the vSwitch that
came furthest, which is the one nearest to a success.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import IntEnum
from math import inf
from typing import Final
from zlib import crc32

from msgspec import structs

from eci_emulator.market import stock as stocks
from eci_emulator.market.offers import Offer
from eci_emulator.market.quote import spot_type
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, Placed, TagValue
from eci_emulator.market.stock import Level, StockKey
from eci_emulator.model import errors

#: Tags of a group that ask for, or avoid, the zones of groups with another tag: "app=web".
NEAR_TAG: Final = "eci-emulator/zone-affinity"
APART_TAG: Final = "eci-emulator/zone-anti-affinity"


class Step(IntEnum):
    """The conditions, in the order they are looked at."""

    QUOTA = 0
    ON_SALE = 1
    AFFINITY = 2
    STOCK = 3
    PRICE = 4
    ADDRESS = 5
    HOST = 6


def place(asks: Iterable[Ask], snapshot: MarketSnapshot) -> list[Placed | errors.EciError]:
    """A place, or the reason why there is none, for every ask in turn.

    What one takes is not there for the next. Reasons are VSwitchZoneMismatch, QuotaExceeded,
    ZoneNotOnSale, NoStock, SpotNotMatched and IpNotEnough.
    """
    books = _Books(snapshot)
    return [books.place(ask) for ask in asks]


class _Books:
    """What is left while a batch is being placed."""

    def __init__(self, snapshot: MarketSnapshot) -> None:
        self.market = snapshot
        self.stock = dict(snapshot.stock)
        self.quota = dict(snapshot.quota)
        self.addresses = {key: room.addresses for key, room in snapshot.v_switches.items()}
        self.tagged = {tag: dict(zones) for tag, zones in snapshot.tagged.items()}
        self.hosts = [structs.replace(host) for host in snapshot.hosts]
        self.on_sale: dict[tuple[str, str], bool] = {}
        self.spot_prices: dict[tuple[str, str], Decimal] = {}
        self.limits: dict[tuple[str, str, bool], tuple[StockKey, ...]] = {}

    def place(self, ask: Ask) -> Placed | errors.EciError:
        try:
            return self._place(ask)
        except errors.EciError as error:
            return error

    def _place(self, ask: Ask) -> Placed:
        candidates = [key for key in ask.v_switches if ask.zone_id in ("", self._zone(key))]
        if not candidates:
            raise errors.VSwitchZoneMismatch()
        furthest = Step.QUOTA
        for offer in ask.offers:
            for v_switch in self._ordered(ask, offer, candidates):
                found = self._try(ask, offer, v_switch)
                if isinstance(found, Placed):
                    self._take(ask, found)
                    return found
                furthest = max(furthest, found)
        raise _refusal(furthest)

    def _ordered(self, ask: Ask, offer: Offer, candidates: list[str]) -> list[str]:
        """The vSwitches in the order to be tried: as given, or best stock first (recommended zones
        before others, equal ones by a throw of the seeded dice)."""
        if ask.in_order or len(candidates) == 1:
            return candidates
        recommended = self.market.catalogue.region(ask.region).recommended_zone_ids

        def rank(v_switch: str) -> tuple[float, bool, int]:
            zone = self._zone(v_switch)
            left = stocks.left(self.stock, self._limits(zone, offer, ask.bid is not None))
            dice = crc32(f"{self.market.seed}/{ask.id}/{v_switch}".encode())
            return -left, zone not in recommended, dice

        return sorted(candidates, key=rank)

    def _try(self, ask: Ask, offer: Offer, v_switch: str) -> Placed | Step:
        zone, spot = self._zone(v_switch), ask.bid is not None
        if self.quota.get((ask.account, ask.region), inf) < offer.size.cpu:
            return Step.QUOTA
        if not self._on_sale(ask.region, zone):
            return Step.ON_SALE
        if not self._near_and_apart(ask, zone):
            return Step.AFFINITY
        limits = self._limits(zone, offer, spot)
        if stocks.left(self.stock, limits) < 1:
            return Step.STOCK
        kind, price = self._spot_price(zone, offer) if spot else ("", None)
        if ask.bid and price is not None and ask.bid.limit is not None and price > ask.bid.limit:
            return Step.PRICE
        if self.addresses[v_switch] < 1:
            return Step.ADDRESS
        host = self._host(ask, zone, offer)
        if host is None:
            return Step.HOST
        return Placed(
            id=ask.id,
            offer=offer,
            zone_id=zone,
            v_switch_id=v_switch,
            host=host.name,
            spot_type=kind,
            spot_price=price,
            stock=limits,
        )

    def _zone(self, v_switch: str) -> str:
        return self.market.v_switches[v_switch].zone_id

    def _limits(self, zone: str, offer: Offer, spot: bool) -> tuple[StockKey, ...]:
        """The stock levels that count; the same for all of a batch."""
        known = self.limits.get((zone, offer.name, spot))
        if known is None:
            known = stocks.limits(self.stock, zone, offer, spot=spot)
            self.limits[zone, offer.name, spot] = known
        return known

    def _on_sale(self, region: str, zone: str) -> bool:
        known = self.on_sale.get((region, zone))
        if known is None:
            home = self.market.catalogue.zones.get(zone)
            known = home is not None and home.id == region and stocks.on_sale(self.stock, zone)
            self.on_sale[region, zone] = known
        return known

    def _near_and_apart(self, ask: Ask, zone: str) -> bool:
        """Near: where such groups run, anywhere while there are none. Apart: where none runs."""
        near, apart = _tag(ask.tags.get(NEAR_TAG)), _tag(ask.tags.get(APART_TAG))
        if near:
            zones = self.tagged.get((ask.account, near), {})
            if any(zones.values()) and not zones.get(zone):
                return False
        return not (apart and self.tagged.get((ask.account, apart), {}).get(zone))

    def _spot_price(self, zone: str, offer: Offer) -> tuple[str, Decimal]:
        kind = spot_type(self.market.catalogue, offer)
        price = self.spot_prices.get((zone, kind.name))
        if price is None:
            discount = self.market.spot.discount(zone, kind.name, self.market.now)
            price = self.spot_prices[zone, kind.name] = self.market.prices.spot_hour(kind, discount)
        return kind.name, price

    def _host(self, ask: Ask, zone: str, offer: Offer) -> Host | None:
        """The host of the zone with the most room: spread, so that none fills before the others.

        Who buys GPUs goes where they are; where there are none, such a group does without.
        """
        need, gpus = offer.size, offer.instance_type.gpu if offer.instance_type else 0
        fitting = (
            host
            for host in self.hosts
            if host.groups >= 1
            and host.cpu >= need.cpu
            and host.memory >= need.memory
            and (not host.zones or zone in host.zones)
            and ask.host in ("", host.name)
        )
        return min(
            fitting,
            key=lambda host: (host.gpus < gpus, -host.groups, -host.cpu, -host.memory, host.name),
            default=None,
        )

    def _take(self, ask: Ask, placed: Placed) -> None:
        size = placed.offer.size
        if (ask.account, ask.region) in self.quota:
            self.quota[ask.account, ask.region] -= size.cpu
        for key in placed.stock:
            level = self.stock[key]
            if level.units is not None:
                self.stock[key] = Level(level.units - 1, level.closed)
        self.addresses[placed.v_switch_id] -= 1
        host = next(host for host in self.hosts if host.name == placed.host)
        host.cpu, host.memory, host.groups = host.cpu - size.cpu, host.memory - size.memory, host.groups - 1
        for tag in ask.tags.items():
            zones = self.tagged.setdefault((ask.account, tag), {})
            zones[placed.zone_id] = zones.get(placed.zone_id, 0) + 1


def _tag(text: str | None) -> TagValue | None:
    """``app=web`` as a tag."""
    if not text:
        return None
    key, _, value = text.partition("=")
    return key, value


def _refusal(step: Step) -> errors.EciError:
    match step:
        case Step.QUOTA:
            return errors.QuotaExceeded(resource="vCPU")
        case Step.ON_SALE:
            return errors.ZoneNotOnSale()
        case Step.PRICE:
            return errors.SpotNotMatched(reason="The market price is higher than the price limit")
        case Step.ADDRESS:
            return errors.IpNotEnough()
    return errors.NoStock()
