from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.market.offers import Bid
from eci_emulator.market.spot import (
    NOTICE,
    STEP,
    SetPrice,
    SpotDecision,
    SpotMarket,
    next_check,
    protected_until,
    spot_decision,
)

ZONE, TYPE = "cn-hangzhou-i", "ecs.c6.large"
NOON = 1_700_000_400  # a multiple of STEP
DAY = 86_400
times = st.integers(0, 4_000_000_000)


WALK_OF_SEED_7 = ("0.14", "0.36", "0.5", "0.48", "0.5", "0.4")


def test_the_walk_is_the_same_on_every_machine():
    market = SpotMarket(seed=7)
    days = [market.discount(ZONE, TYPE, NOON + day * DAY) for day in range(6)]
    assert days == [Decimal(text) for text in WALK_OF_SEED_7]


@given(times, st.integers(0, 100), st.sampled_from(["a", "b"]))
def test_between_the_floor_and_the_on_demand_price(at, seed, zone):
    assert Decimal("0.1") <= SpotMarket(seed).discount(zone, TYPE, at) <= 1


@given(times)
def test_a_price_holds_for_a_step(at):
    market = SpotMarket(3)
    assert market.discount(ZONE, TYPE, at) == market.discount(ZONE, TYPE, at // STEP * STEP)


def test_seeds_zones_and_types_differ():
    def walk(seed, zone, kind):
        return [SpotMarket(seed).discount(zone, kind, NOON + hour * 3600) for hour in range(48)]

    assert walk(1, ZONE, TYPE) == walk(1, ZONE, TYPE)
    assert walk(1, ZONE, TYPE) != walk(2, ZONE, TYPE)
    assert walk(1, ZONE, TYPE) != walk(1, "cn-hangzhou-h", TYPE)
    assert walk(1, ZONE, TYPE) != walk(1, ZONE, "ecs.g6.large")


def test_prices_wander_but_do_not_jump():
    market = SpotMarket(1)
    walk = [market.discount(ZONE, TYPE, NOON + step * STEP) for step in range(30 * DAY // STEP)]
    assert max(walk) - min(walk) > Decimal("0.2")
    assert max(abs(b - a) for a, b in pairwise(walk)) <= Decimal("0.04")


def test_what_is_set_stands_from_then_on():
    market = SpotMarket(1, (SetPrice(ZONE, TYPE, NOON, Decimal("0.9")),))
    assert market.discount(ZONE, TYPE, NOON - 1) == SpotMarket(1).discount(ZONE, TYPE, NOON - 1)
    assert market.discount(ZONE, TYPE, NOON + 9 * DAY) == Decimal("0.9")
    assert market.discount("cn-hangzhou-h", TYPE, NOON) == SpotMarket(1).discount("cn-hangzhou-h", TYPE, NOON)


def test_the_latest_setting_counts_and_none_goes_back_to_the_walk():
    settings = (
        SetPrice("*", "*", NOON, Decimal("0.9")),
        SetPrice(ZONE, "*", NOON + 60, Decimal("0.2")),
        SetPrice("*", TYPE, NOON + 120, None),
    )
    market = SpotMarket(1, settings)
    assert market.discount(ZONE, TYPE, NOON + 59) == Decimal("0.9")
    assert market.discount(ZONE, TYPE, NOON + 60) == Decimal("0.2")
    assert market.discount(ZONE, TYPE, NOON + 120) == SpotMarket(1).discount(ZONE, TYPE, NOON + 120)
    assert market.discount(ZONE, "ecs.g6.large", NOON + 120) == Decimal("0.2")


def test_nothing_costs_more_than_on_demand():
    assert SpotMarket(0, (SetPrice("*", "*", 0, Decimal(3)),)).discount(ZONE, TYPE, NOON) == 1


@given(times, st.integers(1, 2 * DAY), st.integers(-DAY, 3 * DAY))
def test_history_tells_every_moment(start, length, setting):
    settings = (SetPrice(ZONE, TYPE, start + setting, Decimal("0.33")),)
    market = SpotMarket(2, settings)
    history = list(market.history(ZONE, TYPE, start, start + length))
    assert history[0][0] == start
    assert history[-1][1] == start + length
    for (_, end, before), (begin, _, after) in pairwise(history):
        assert end == begin
        assert before != after
    for begin, end, discount in history:
        assert begin < end
        assert market.discount(ZONE, TYPE, begin) == discount == market.discount(ZONE, TYPE, end - 1)


# --- whether an instance stays -------------------------------------------------------------------

BOUGHT = 1000.0
FREE = BOUGHT + 3600
LIMITED = Bid(Decimal("0.2"))


def decide(now: float, price: str = "0.1", bid: Bid = LIMITED, in_stock: bool = True) -> SpotDecision:
    return spot_decision(bid, BOUGHT, now, Decimal(price), in_stock=in_stock)


def test_a_protected_instance_stays_whatever_happens():
    assert decide(FREE - 1, "9", in_stock=False) == SpotDecision(FREE)


def test_a_price_above_the_bid():
    assert decide(FREE, "0.2").reason == ""
    assert decide(FREE, "0.201") == SpotDecision(FREE + STEP, FREE + NOTICE, "price above the bid")


def test_no_stock():
    assert decide(FREE, in_stock=False).release_at == FREE + NOTICE
    assert decide(FREE, bid=Bid(), in_stock=False).reason == "no stock"


def test_as_the_price_goes_is_never_outbid():
    assert decide(FREE, "9", bid=Bid()).reason == ""


def test_no_protection():
    assert protected_until(BOUGHT, Bid(duration=0)) == BOUGHT
    assert decide(BOUGHT, "0.3", bid=Bid(Decimal("0.2"), 0)).reason


@pytest.mark.parametrize(
    ("duration", "now", "check"),
    [
        (1, BOUGHT, FREE),
        (1, FREE - 0.5, FREE),
        (1, FREE, FREE + STEP),
        (1, FREE + STEP - 1, FREE + STEP),
        (0, BOUGHT, BOUGHT + STEP),
        (0, BOUGHT + 3 * STEP, BOUGHT + 4 * STEP),
    ],
)
def test_checks_every_five_minutes_after_the_protection(duration, now, check):
    assert next_check(BOUGHT, Bid(duration=duration), now) == check
