from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from eci_emulator.market import catalogue, prices
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.quote import quote, spot_quote
from eci_emulator.market.sizes import Size
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.model import errors

CATALOGUE = catalogue.load()
CHINA, WORLD = prices.load("china"), prices.load("international")
SMALL = Offer(Size(2, 4))
C5 = Offer(Size(2, 4), CATALOGUE.types["ecs.c5.large"])


def test_published_prices_an_hour():
    assert CHINA.cpu_hour() == Decimal("0.1764")
    assert CHINA.cpu_hour("economy") == Decimal("0.0972")
    assert CHINA.cpu_hour("general") == Decimal("0.1764")
    assert CHINA.memory_hour == Decimal("0.022068")
    assert (WORLD.cpu_hour(), WORLD.memory_hour) == (Decimal("0.02772"), Decimal("0.003456"))
    assert WORLD.cpu_hour("economy") == Decimal("0.015264")
    assert (CHINA.currency, WORLD.currency) == ("CNY", "USD")


def test_a_second_of_the_published_example():
    assert quote(CHINA, SMALL).trade_price == Decimal("0.00012252")


def test_a_second_of_others():
    economy = Offer(Size(0.5, 1), category="economy")
    assert quote(CHINA, economy).trade_price == Decimal("0.00001963")
    assert quote(CHINA, SMALL, storage=10).trade_price == Decimal("0.00012842")
    assert quote(CHINA, C5).trade_price == Decimal("0.0001727778")  # 0.622 an hour
    assert prices.second(CHINA.spot_hour(C5.instance_type, Decimal("0.1"))) == Decimal(
        "0.0000172222"
    )  # 0.062


def test_types_follow_the_factor_unless_they_are_listed():
    assert WORLD.type_hour(C5.instance_type) == Decimal("0.622") * Decimal("0.1571")
    own = msgspec.structs.replace(WORLD, instance_types={"ecs.c5.large": Decimal("0.11")})
    assert own.type_hour(C5.instance_type) == Decimal("0.11")


@pytest.mark.parametrize(
    ("discount", "price"),
    [("0.09", "0.056"), ("1", "0.622"), ("0.9999", "0.622"), ("0.00001", "0.001"), ("0.1005", "0.063")],
)
def test_spot_prices_have_three_decimals(discount, price):
    assert CHINA.spot_hour(C5.instance_type, Decimal(discount)) == Decimal(price)


def test_a_price_and_its_discount_go_together():
    kind = C5.instance_type
    assert CHINA.spot_hour(kind, CHINA.discount_of(kind, Decimal("0.217"))) == Decimal("0.217")
    assert CHINA.discount_of(kind, Decimal(5)) == 1


def test_a_list_of_ones_own(tmp_path):
    path = tmp_path / "mine.json"
    path.write_bytes(
        msgspec.json.encode(msgspec.structs.replace(CHINA, name="mine", cpu_second=Decimal("0.1")))
    )
    assert prices.load(str(path)).cpu_second == Decimal("0.1")
    with pytest.raises(FileNotFoundError):
        prices.load("mars")


def test_quote():
    answer = msgspec.to_builtins(quote(CHINA, SMALL, 10), builtin_types=(Decimal,))
    assert answer["Currency"] == "CNY"
    assert answer["OriginalPrice"] == answer["TradePrice"] == Decimal("0.00012842")
    found = {entry["Resource"]: entry["TradePrice"] for entry in answer["DetailInfos"]}
    assert found == {
        "cpu": Decimal("0.000098"),
        "mem": Decimal("0.00002452"),
        "systemdisk": Decimal("0.0000059"),
    }
    assert answer["SpotPrices"] == []


def test_quote_of_a_type():
    (detail,) = quote(CHINA, C5).detail_infos
    assert (detail.resource, detail.trade_price) == ("instance_type", Decimal("0.0001727778"))


ZONES = ["cn-hangzhou-h", "cn-hangzhou-i"]
MARKET = SpotMarket(0, (SetPrice("*", "*", 0, Decimal("0.2")), SetPrice(ZONES[1], "*", 0, Decimal("0.09"))))


def test_spot_quote():
    answer = spot_quote(CHINA, CATALOGUE, MARKET, C5, Bid(), ZONES, 0)
    shown = [
        (entry.zone_id, entry.instance_type, entry.spot_price, entry.origin_price)
        for entry in answer.spot_prices
    ]
    assert shown == [
        ("cn-hangzhou-h", "ecs.c5.large", Decimal("0.124"), Decimal("0.622")),
        ("cn-hangzhou-i", "ecs.c5.large", Decimal("0.056"), Decimal("0.622")),
    ]
    assert answer.trade_price == prices.second(Decimal("0.056"))
    assert answer.original_price == prices.second(Decimal("0.622"))


def test_spot_quote_of_a_size_and_of_none():
    assert (
        spot_quote(CHINA, CATALOGUE, MARKET, SMALL, Bid(), ZONES, 0).spot_prices[0].instance_type
        == "ecs.u1-c1m2.large"
    )
    with pytest.raises(errors.InvalidSpotSize):
        spot_quote(CHINA, CATALOGUE, MARKET, Offer(Size(0.25, 0.5)), Bid(), ZONES, 0)


def test_spot_quote_below_the_market():
    assert spot_quote(CHINA, CATALOGUE, MARKET, C5, Bid(Decimal("0.056")), ZONES, 0)
    with pytest.raises(errors.SpotNotMatched, match=r"0\.056"):
        spot_quote(CHINA, CATALOGUE, MARKET, C5, Bid(Decimal("0.055")), ZONES, 0)
