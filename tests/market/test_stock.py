from __future__ import annotations

from math import inf

import pytest

from eci_emulator.market import catalogue, stock
from eci_emulator.market.offers import Offer
from eci_emulator.market.sizes import Size
from eci_emulator.market.stock import ANY, Level, StockKey

ZONE = "cn-hangzhou-i"
SMALL = Offer(Size(2, 4))
C6 = Offer(Size(2, 4), catalogue.load().types["ecs.c6.large"])


def units(levels, zone, offer, *, spot=False):
    return stock.left(levels, stock.limits(levels, zone, offer, spot=spot))


def test_plenty_by_default():
    assert units({}, ZONE, SMALL) == inf
    assert units({StockKey(ZONE, ANY): Level()}, ZONE, SMALL) == inf


@pytest.mark.parametrize("what", ["ecs.c6.large", "ecs.c6", ANY])
@pytest.mark.parametrize("zone", [ZONE, ANY])
def test_levels_for_a_type_its_family_and_everything(zone, what):
    assert units({StockKey(zone, what): Level(3)}, ZONE, C6) == 3


@pytest.mark.parametrize("what", ["2-4Gi", "eci", ANY])
def test_levels_for_a_size(what):
    assert units({StockKey(ZONE, what): Level(3)}, ZONE, SMALL) == 3


def test_levels_of_others_do_not_count():
    others = {
        StockKey("cn-hangzhou-h", ANY): Level(0),
        StockKey(ZONE, "ecs.c7"): Level(0),
        StockKey(ZONE, "eci"): Level(0),
        StockKey(ZONE, ANY, spot=True): Level(0),
    }
    assert units(others, ZONE, C6) == inf


def test_the_least_level_counts_and_closed_is_none():
    levels = {StockKey(ZONE, ANY): Level(9), StockKey(ANY, "ecs.c6"): Level(4)}
    assert units(levels, ZONE, C6) == 4
    assert units(levels | {StockKey(ANY, ANY): Level(closed=True)}, ZONE, C6) == 0


def test_spot_has_levels_of_its_own():
    levels = {StockKey(ZONE, ANY): Level(9), StockKey(ZONE, ANY, spot=True): Level(2)}
    assert units(levels, ZONE, C6) == 9
    assert units(levels, ZONE, C6, spot=True) == 2


def test_a_closed_zone():
    assert stock.on_sale({}, ZONE)
    assert stock.on_sale({StockKey(ZONE, ANY): Level(0)}, ZONE), "empty is not closed"
    assert stock.on_sale({StockKey(ZONE, "eci"): Level(closed=True)}, ZONE)
    assert not stock.on_sale({StockKey(ZONE, ANY): Level(closed=True)}, ZONE)
    assert not stock.on_sale({StockKey(ANY, ANY): Level(closed=True)}, ZONE)


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (Level(), "WithStock"),
        (Level(1), "WithStock"),
        (Level(0), "WithoutStock"),
        (Level(1, closed=True), "ClosedWithStock"),
        (Level(0, closed=True), "ClosedWithoutStock"),
    ],
)
def test_categories(level, word):
    assert stock.category({StockKey(ZONE, "ecs.c6"): level}, ZONE, C6) == word
