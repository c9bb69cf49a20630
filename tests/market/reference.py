"""What placement is tested with: a market, requests, and the slow and obvious way to place them."""

from __future__ import annotations

from math import inf
from zlib import crc32

from eci_emulator.market import catalogue, prices
from eci_emulator.market.offers import Offer
from eci_emulator.market.placement import APART_TAG, NEAR_TAG
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, VSwitchRoom
from eci_emulator.market.spot import SpotMarket
from eci_emulator.market.stock import ANY, StockKey
from eci_emulator.model import errors

CATALOGUE = catalogue.load()
CHINA = prices.load("china")
REGION = "cn-hangzhou"
HH, II, JJ, KK = (f"{REGION}-{letter}" for letter in "hijk")  # k is not recommended
SMALL = Offer(Size(2, 4))
C6 = Offer(Size(2, 4), CATALOGUE.types["ecs.c6.large"])
G6 = Offer(Size(4, 16), CATALOGUE.types["ecs.g6.xlarge"])
T4 = Offer(Size(4, 15), CATALOGUE.types["ecs.gn6i-c4g1.xlarge"])
ROOMS = {f"vsw-{zone[-1]}": VSwitchRoom(zone, 1000) for zone in (HH, II, JJ, KK)}


def market(**fields) -> MarketSnapshot:
    base = {"v_switches": ROOMS, "hosts": (Host(name="local"),), "spot": SpotMarket(), "now": 0.0}
    return MarketSnapshot(catalogue=CATALOGUE, prices=CHINA, **(base | fields))


def ask(number: int = 0, *, zones: str = "hi", offers=(SMALL,), **fields) -> Ask:
    switches = tuple(f"vsw-{letter}" for letter in zones)
    base = {"account": "1", "region": REGION, "in_order": True}
    return Ask(id=f"eci-{number}", v_switches=switches, offers=tuple(offers), **(base | fields))


def brute_force(asks: list[Ask], snapshot: MarketSnapshot) -> list[object]:
    """Every candidate of every ask judged from scratch, from the list of those placed before it."""
    done: list[tuple[Ask, Offer, str, str]] = []
    answers: list[object] = []
    for request in asks:
        if not any(request.zone_id in ("", snapshot.v_switches[v].zone_id) for v in request.v_switches):
            answers.append(errors.VSwitchZoneMismatch)
            continue
        ranked = [
            candidate
            for offer in request.offers
            for candidate in sorted(
                ((offer, v) for v in request.v_switches), key=lambda c: _rank(request, *c, snapshot, done)
            )
            if request.zone_id in ("", snapshot.v_switches[candidate[1]].zone_id)
        ]
        verdicts = [_judge(request, *candidate, snapshot, done) for candidate in ranked]
        accepted = [
            (candidate, host) for candidate, (step, host) in zip(ranked, verdicts, strict=True) if step == 7
        ]
        if accepted:
            (offer, v_switch), host = accepted[0]
            done.append((request, offer, v_switch, host))
            answers.append((offer, v_switch, host))
        else:
            answers.append(_ERRORS[max(step for step, _ in verdicts)])
    return answers


_ERRORS = (
    *(errors.QuotaExceeded, errors.ZoneNotOnSale, errors.NoStock, errors.NoStock),
    *(errors.SpotNotMatched, errors.IpNotEnough, errors.NoStock),
)


def _limits(request: Ask, offer: Offer, zone: str, snapshot: MarketSnapshot) -> list[StockKey]:
    return [
        key
        for key in snapshot.stock
        if key.zone in (zone, ANY)
        and key.what in (offer.name, offer.family, ANY)
        and (request.bid or not key.spot)
    ]


def _left(key: StockKey, snapshot: MarketSnapshot, done: list) -> float:
    level = snapshot.stock[key]
    if level.closed:
        return 0
    zone_of = snapshot.v_switches
    used = sum(key in _limits(r, o, zone_of[v].zone_id, snapshot) for r, o, v, _ in done)
    return inf if level.units is None else level.units - used


def _rank(request: Ask, offer: Offer, v_switch: str, snapshot: MarketSnapshot, done: list) -> tuple:
    if request.in_order:
        return ()
    zone = snapshot.v_switches[v_switch].zone_id
    least = min([_left(key, snapshot, done) for key in _limits(request, offer, zone, snapshot)], default=inf)
    dice = crc32(f"{snapshot.seed}/{request.id}/{v_switch}".encode())
    return -least, zone not in (HH, II, JJ), dice


def _judge(
    request: Ask, offer: Offer, v_switch: str, snapshot: MarketSnapshot, done: list
) -> tuple[int, str]:
    zone = snapshot.v_switches[v_switch].zone_id
    mine = [(r, o, v) for r, o, v, _ in done if r.account == request.account]
    quota = snapshot.quota.get((request.account, REGION), inf)
    if sum(o.size.cpu for _, o, _ in mine) + offer.size.cpu > quota:
        return 0, ""
    if any(snapshot.stock[k].closed for k in snapshot.stock if k[0] in (zone, ANY) and k[1:] == (ANY, False)):
        return 1, ""
    if not _affine(request, zone, snapshot, mine):
        return 2, ""
    if any(_left(key, snapshot, done) < 1 for key in _limits(request, offer, zone, snapshot)):
        return 3, ""
    if request.bid and request.bid.limit is not None:
        kind = offer.instance_type or CATALOGUE.spot_types[offer.size]
        if CHINA.spot_hour(kind, snapshot.spot.discount(zone, kind.name, snapshot.now)) > request.bid.limit:
            return 4, ""
    if sum(v == v_switch for _, _, v, _ in done) >= snapshot.v_switches[v_switch].addresses:
        return 5, ""
    free = []
    for host in snapshot.hosts:
        there = [o.size for _, o, _, name in done if name == host.name]
        groups = host.groups - len(there)
        cpu, memory = host.cpu - sum(s.cpu for s in there), host.memory - sum(s.memory for s in there)
        if (
            groups >= 1
            and cpu >= offer.size.cpu
            and memory >= offer.size.memory
            and zone in (host.zones or {zone})
        ):
            too_few = bool(offer.instance_type) and offer.instance_type.gpu > host.gpus
            free.append((too_few, -groups, -cpu, -memory, host.name))
    return (7, min(free)[-1]) if free else (6, "")


def _affine(request: Ask, zone: str, snapshot: MarketSnapshot, mine: list) -> bool:
    def zones_with(text: str) -> list[str]:
        key, value = text.split("=")
        before = snapshot.tagged.get((request.account, (key, value)), {})
        now = [snapshot.v_switches[v].zone_id for r, _, v in mine if r.tags.get(key) == value]
        return [z for z, count in before.items() if count] + now

    near, apart = request.tags.get(NEAR_TAG), request.tags.get(APART_TAG)
    if near and zones_with(near) and zone not in zones_with(near):
        return False
    return not (apart and zone in zones_with(apart))
