from __future__ import annotations

from collections import Counter
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eci_emulator.market import prices
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.placement import APART_TAG, NEAR_TAG, place
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, Placed, VSwitchRoom
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.market.stock import ANY, Level, StockKey
from eci_emulator.model import errors
from tests.market.reference import (
    C6,
    G6,
    HH,
    II,
    JJ,
    KK,
    REGION,
    ROOMS,
    SMALL,
    T4,
    ask,
    brute_force,
    market,
)


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


def test_gpus_are_sold_where_they_are():
    hosts = (Host(name="a", gpus=1), Host(name="b", cpu=8.0))
    found = place([ask(n, offers=[T4]) for n in range(2)], market(hosts=hosts))
    assert [getattr(place, "host", "none") for place in found] == ["a", "a"]
    assert one(ask(offers=[T4]), market(hosts=hosts[1:])).host == "b", "nowhere: it does without"


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

ZONES = (HH, II, JJ, KK)
WHATS = (ANY, "eci", "2-4Gi", "ecs.c6", "ecs.g6.xlarge")
zones = st.sampled_from(ZONES)
offer = st.sampled_from([SMALL, C6, G6, T4, Offer(Size(8, 16))])
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
        gpus=st.sampled_from([0, 1]),
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
