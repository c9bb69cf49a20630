from __future__ import annotations

from collections import Counter
from math import inf
from random import Random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eci_emulator.market import catalogue, prices
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.placement import APART_TAG, NEAR_TAG, place
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, Placed, VSwitchRoom
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.market.stock import ANY, Level, StockKey
from eci_emulator.model import errors

CATALOGUE = catalogue.load()
CHINA = prices.load("china")
REGION = "cn-hangzhou"
HH, II, JJ, KK = (f"{REGION}-{letter}" for letter in "hijk")  # k is not recommended
SMALL = Offer(Size(2, 4))
C6 = Offer(Size(2, 4), CATALOGUE.types["ecs.c6.large"])
G6 = Offer(Size(4, 16), CATALOGUE.types["ecs.g6.xlarge"])
ROOMS = {f"vsw-{zone[-1]}": VSwitchRoom(zone, 1000) for zone in (HH, II, JJ, KK)}


def market(**fields) -> MarketSnapshot:
    base = {"v_switches": ROOMS, "hosts": (Host(name="local"),), "spot": SpotMarket(), "now": 0.0}
    return MarketSnapshot(catalogue=CATALOGUE, prices=CHINA, **(base | fields))


def ask(number: int = 0, *, zones: str = "hi", offers=(SMALL,), **fields) -> Ask:
    switches = tuple(f"vsw-{letter}" for letter in zones)
    base = {"account": "1", "region": REGION, "in_order": True}
    return Ask(id=f"eci-{number}", v_switches=switches, offers=tuple(offers), **(base | fields))


def one(request: Ask, snapshot: MarketSnapshot) -> Placed:
    (found,) = place([request], snapshot)
    if isinstance(found, errors.EciError):
        raise found
    return found


def test_the_first_vswitch_in_order():
    found = one(ask(zones="ih"), market())
    assert (found.zone_id, found.v_switch_id, found.host) == (II, "vsw-i", "local")


def test_the_next_vswitch_when_stock_is_out():
    found = one(ask(zones="ih"), market(stock={StockKey(II, "2-4Gi"): Level(0)}))
    assert found.zone_id == HH


def test_the_first_type_everywhere_before_the_second_type():
    stock = {StockKey(HH, "ecs.c6.large"): Level(0)}
    found = one(ask(offers=[C6, G6]), market(stock=stock))
    assert (found.offer, found.zone_id) == (C6, II)
    stock[StockKey(ANY, "ecs.c6")] = Level(0)
    found = one(ask(offers=[C6, G6]), market(stock=stock))
    assert (found.offer, found.zone_id) == (G6, HH)


def test_random_takes_the_best_stock():
    stock = {StockKey(HH, ANY): Level(3), StockKey(II, ANY): Level(5)}
    assert one(ask(in_order=False), market(stock=stock)).zone_id == II


def test_random_prefers_recommended_zones():
    zones = Counter(
        found.zone_id for found in place([ask(n, zones="hk", in_order=False) for n in range(50)], market())
    )
    assert zones == {HH: 50}


def test_random_spreads_by_a_seeded_throw():
    asks = [ask(n, zones="hij", in_order=False) for n in range(300)]
    first = [found.zone_id for found in place(asks, market(seed=1))]
    assert first == [found.zone_id for found in place(asks, market(seed=1))]
    assert first != [found.zone_id for found in place(asks, market(seed=2))]
    assert min(Counter(first).values()) > 60
    assert len(set(first)) == 3


def test_zone_and_vswitch_must_agree():
    assert one(ask(zones="hi", zone_id=II), market()).zone_id == II
    with pytest.raises(errors.VSwitchZoneMismatch):
        one(ask(zones="h", zone_id=II), market())


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"quota": {("1", REGION): 1.5}}, errors.QuotaExceeded),
        ({"stock": {StockKey(ANY, ANY): Level(closed=True)}}, errors.ZoneNotOnSale),
        ({"stock": {StockKey(ANY, "eci"): Level(closed=True)}}, errors.NoStock),
        ({"stock": {StockKey(ANY, ANY): Level(0)}}, errors.NoStock),
        (
            {"v_switches": {key: VSwitchRoom(room.zone_id, 0) for key, room in ROOMS.items()}},
            errors.IpNotEnough,
        ),
        ({"hosts": (Host(name="local", cpu=1.0),)}, errors.NoStock),
        ({"hosts": (Host(name="local", zones=frozenset({JJ})),)}, errors.NoStock),
        ({"hosts": ()}, errors.NoStock),
        (
            {"v_switches": {"vsw-h": VSwitchRoom("mars-a", 1), "vsw-i": VSwitchRoom("mars-b", 1)}},
            errors.ZoneNotOnSale,
        ),
    ],
)
def test_refusals(fields, error):
    with pytest.raises(error):
        one(ask(), market(**fields))


def test_the_error_of_the_vswitch_that_came_furthest():
    fields = {
        "v_switches": {"vsw-h": VSwitchRoom(HH, 0), "vsw-i": VSwitchRoom(II, 9)},
        "stock": {StockKey(II, ANY): Level(0)},
    }
    with pytest.raises(errors.IpNotEnough):
        one(ask(), market(**fields))


def priced(discount: str) -> SpotMarket:
    return SpotMarket(0, (SetPrice(ANY, ANY, 0, prices.Decimal(discount)),))


def test_spot_pays_the_market_price_of_the_type_that_stands_for_its_size():
    found = one(ask(bid=Bid()), market(spot=priced("0.5")))
    assert (found.spot_type, found.spot_price) == ("ecs.u1-c1m2.large", prices.Decimal("0.156"))
    found = one(ask(offers=[C6], bid=Bid()), market(spot=priced("0.5")))
    assert (found.spot_type, found.spot_price) == ("ecs.c6.large", prices.Decimal("0.195"))
    assert one(ask(), market()).spot_price is None


def test_spot_below_the_market():
    assert one(ask(bid=Bid(prices.Decimal("0.156"))), market(spot=priced("0.5")))
    with pytest.raises(errors.SpotNotMatched):
        one(ask(bid=Bid(prices.Decimal("0.155"))), market(spot=priced("0.5")))


def test_spot_stock_limits_spot_only():
    snapshot = market(stock={StockKey(ANY, ANY, spot=True): Level(0)})
    assert one(ask(), snapshot)
    with pytest.raises(errors.NoStock):
        one(ask(bid=Bid()), snapshot)


def test_near_and_apart():
    tagged = {("1", ("app", "web")): {II: 2}}
    assert one(ask(tags={NEAR_TAG: "app=web"}), market(tagged=tagged)).zone_id == II
    assert one(ask(zones="ih", tags={APART_TAG: "app=web"}), market(tagged=tagged)).zone_id == HH
    assert one(ask(tags={NEAR_TAG: "app=web"}), market()).zone_id == HH, "nothing to be near to: anywhere"
    assert one(ask(account="2", tags={NEAR_TAG: "app=web"}), market(tagged=tagged)).zone_id == HH
    with pytest.raises(errors.NoStock):
        one(ask(zones="h", tags={NEAR_TAG: "app=web"}), market(tagged=tagged))


def test_groups_of_one_batch_keep_apart_from_each_other():
    tags = {"app": "web", APART_TAG: "app=web"}
    found = place([ask(n, zones="hij", tags=tags) for n in range(4)], market())
    assert [getattr(place, "zone_id", type(place)) for place in found] == [HH, II, JJ, errors.NoStock]


def test_hosts_fill_evenly():
    hosts = (Host(name="a", cpu=8.0), Host(name="b", cpu=4.0))
    found = place([ask(n) for n in range(7)], market(hosts=hosts))
    assert [getattr(place, "host", "none") for place in found] == ["a", "a", "a", "b", "a", "b", "none"]


def test_the_snapshot_is_left_as_it_was():
    hosts = (Host(name="a", cpu=8.0),)
    snapshot = market(hosts=hosts, stock={StockKey(HH, ANY): Level(1)}, quota={("1", REGION): 4.0})
    assert place([ask()], snapshot) == place([ask()], snapshot)
    assert hosts[0].cpu == 8.0


def test_a_batch_shares_what_there_is():
    snapshot = market(
        stock={StockKey(HH, "2-4Gi"): Level(2), StockKey(ANY, ANY): Level(5)}, quota={("1", REGION): 8.0}
    )
    found = place([ask(n) for n in range(5)], snapshot)
    assert [getattr(place, "zone_id", type(place)) for place in found] == [
        HH,
        HH,
        II,
        II,
        errors.QuotaExceeded,
    ]
    assert found[0].stock == (StockKey(HH, "2-4Gi"), StockKey(ANY, ANY))


# --- against the slow and obvious way -----------------------------------------------------------


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
            free.append((-groups, -cpu, -memory, host.name))
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


ZONES = (HH, II, JJ, KK)
WHATS = (ANY, "eci", "2-4Gi", "ecs.c6", "ecs.g6.xlarge")
zones = st.sampled_from(ZONES)
offer = st.sampled_from([SMALL, C6, G6, Offer(Size(8, 16))])
asks = st.builds(
    Ask,
    id=st.uuids().map(str),
    account=st.sampled_from(["1", "2"]),
    region=st.just(REGION),
    offers=st.lists(offer, min_size=1, max_size=3, unique=True).map(tuple),
    v_switches=st.lists(st.sampled_from(sorted(ROOMS)), min_size=1, max_size=4, unique=True).map(tuple),
    in_order=st.booleans(),
    zone_id=st.one_of(st.just(""), zones),
    bid=st.one_of(
        st.none(), st.builds(Bid, st.sampled_from([None, prices.Decimal("0.1"), prices.Decimal("0.3")]))
    ),
    tags=st.fixed_dictionaries(
        {},
        optional={
            "app": st.sampled_from(["1", "2"]),
            NEAR_TAG: st.sampled_from(["app=1", "app=2"]),
            APART_TAG: st.sampled_from(["app=1", "app=2"]),
        },
    ),
)
levels = st.builds(Level, st.sampled_from([None, 0, 1, 2, 5]), st.sampled_from([False] * 7 + [True]))
stock = st.dictionaries(
    st.builds(
        StockKey,
        st.one_of(zones, st.just(ANY)),
        st.sampled_from(WHATS),
        st.booleans(),
    ),
    levels,
    max_size=8,
)
hosts = st.lists(
    st.builds(
        Host,
        name=st.sampled_from("abcd"),
        zones=st.frozensets(zones, max_size=3),
        cpu=st.sampled_from([4.0, 16.0, inf]),
        memory=st.sampled_from([8.0, 64.0, inf]),
        groups=st.sampled_from([2.0, inf]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda host: host.name,
).map(tuple)
markets = st.builds(
    market,
    stock=stock,
    hosts=hosts,
    quota=st.dictionaries(st.just(("1", REGION)), st.floats(0, 30).map(round), max_size=1),
    v_switches=st.fixed_dictionaries(
        {key: st.builds(VSwitchRoom, st.just(ROOMS[key].zone_id), st.integers(0, 5)) for key in ROOMS}
    ),
    tagged=st.dictionaries(
        st.just(("1", ("app", "1"))), st.dictionaries(zones, st.integers(0, 1), max_size=2), max_size=1
    ),
    spot=st.integers(0, 5).map(SpotMarket),
    seed=st.integers(0, 3),
)


def outcomes(answers: list[Placed | errors.EciError]) -> list[object]:
    return [(a.offer, a.v_switch_id, a.host) if isinstance(a, Placed) else type(a) for a in answers]


@settings(max_examples=200, deadline=None)
@given(st.lists(asks, min_size=1, max_size=12, unique_by=lambda request: request.id), markets)
def test_like_brute_force_in_odd_markets(batch, snapshot):
    assert outcomes(place(batch, snapshot)) == brute_force(batch, snapshot)


@pytest.mark.parametrize("seed", range(200))
def test_like_brute_force_in_ordinary_markets(seed):
    dice = Random(seed)
    keys = [StockKey(zone, what, spot) for zone in (*ZONES, ANY) for what in WHATS for spot in (False, True)]
    snapshot = market(
        stock={key: Level(dice.choice([None, 1, 3, 9])) for key in dice.sample(keys, 4)},
        hosts=tuple(Host(name=name, cpu=dice.choice([16.0, 40.0])) for name in "abc"),
        quota={("1", REGION): dice.choice([20.0, 60.0])},
        v_switches={key: VSwitchRoom(room.zone_id, dice.randint(3, 9)) for key, room in ROOMS.items()},
        spot=SpotMarket(seed),
        seed=seed,
    )
    batch = [
        ask(
            number,
            zones=dice.choice(["hij", "jk", "khi", "h"]),
            offers=dice.choice([[SMALL], [C6, SMALL], [G6, C6]]),
            in_order=dice.random() < 0.3,
            account=dice.choice("12"),
            bid=dice.choice([None, Bid(), Bid(prices.Decimal("0.2"))]),
            tags=dice.choice([{}, {"app": "1"}, {"app": "1", APART_TAG: "app=1"}, {NEAR_TAG: "app=1"}]),
        )
        for number in range(15)
    ]
    assert outcomes(place(batch, snapshot)) == brute_force(batch, snapshot)
