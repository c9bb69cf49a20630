from __future__ import annotations

from decimal import Decimal

import pytest

from eci_emulator.market import catalogue, prices
from eci_emulator.market.availability import available
from eci_emulator.market.offers import Bid
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import MarketSnapshot
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.market.stock import ANY, Level, StockKey
from eci_emulator.model import errors

H, I_ = "cn-hangzhou-h", "cn-hangzhou-i"


def market(stock=None, discount: str = "0.5") -> MarketSnapshot:
    return MarketSnapshot(
        now=0.0,
        catalogue=catalogue.load(),
        prices=prices.load("china"),
        spot=SpotMarket(0, (SetPrice(ANY, ANY, 0, Decimal(discount)),)),
        v_switches={},
        hosts=(),
        stock=stock or {},
    )


def shown(found) -> dict[str, dict[str, str]]:
    return {
        zone: {entry.value: entry.status_category for entry in entries} for zone, entries in found.items()
    }


def test_a_type():
    stock = {StockKey(I_, "ecs.c6"): Level(0)}
    found = shown(available(market(stock), [H, I_], "InstanceType", "ecs.c6.large"))
    assert found == {H: {"ecs.c6.large": "WithStock"}, I_: {"ecs.c6.large": "WithoutStock"}}


def test_a_family_is_as_good_as_its_best_type():
    stock = {StockKey(H, "ecs.c6.large"): Level(0), StockKey(I_, "ecs.c6"): Level(closed=True)}
    found = shown(available(market(stock), [H, I_], "InstanceTypeFamily", "ecs.c6"))
    assert found == {H: {"ecs.c6": "WithStock"}, I_: {"ecs.c6": "ClosedWithStock"}}


def test_types_of_a_size():
    names = shown(available(market(), [H], "InstanceType", size=Size(2, 4)))[H]
    assert {"ecs.c6.large", "ecs.c7.large", "ecs.u1-c1m2.large"} <= set(names)
    assert "ecs.g6.large" not in names


def test_everything():
    assert len(shown(available(market(), [H], "InstanceType"))[H]) == len(catalogue.load().types)


def test_what_a_bid_buys():
    found = shown(available(market(), [H], "InstanceType", size=Size(2, 4), bid=Bid(Decimal("0.16"))))
    assert found == {H: {"ecs.u1-c1m2.large": "WithStock", "ecs.e-c1m2.large": "WithStock"}}
    with pytest.raises(errors.SpotNotMatched):
        available(market(), [H], "InstanceType", "ecs.c6.large", bid=Bid(Decimal("0.1")))


def test_spot_stock():
    stock = {StockKey(ANY, ANY, spot=True): Level(0)}
    found = available(market(stock), [H], "InstanceType", "ecs.c6.large", bid=Bid())
    assert shown(found) == {H: {"ecs.c6.large": "WithoutStock"}}


def test_unknown_words():
    with pytest.raises(errors.NotFound):
        available(market(), [H], "InstanceType", "ecs.c6")
    with pytest.raises(errors.InvalidValue):
        available(market(), [H], "Disk")
