from __future__ import annotations

from decimal import Decimal

from eci_emulator.billing.bill import bill
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import cache_keeping
from eci_emulator.billing.whatif import moved, on_spot
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.model.usage import Usage

CATALOGUE = catalogue.load()
MARKET = SpotMarket(0, (SetPrice("*", "*", 0, Decimal("0.25")),))


def used(**fields) -> Usage:
    base = {"id": "u", "group": "eci-1", "account": "1", "region": "cn-hangzhou", "zone": "cn-hangzhou-i"}
    return Usage(**(base | {"start": 0, "end": 3600, "cpu": 1.0, "memory": 2.0} | fields))


def test_a_size_on_spot():
    usage = on_spot(used(category="economy"), CATALOGUE, MARKET)
    assert (usage.cpu, usage.memory, usage.category, usage.instance_type) == (2, 2, "", "ecs.u1-c1m1.large")
    # 0.25 x 0.26
    made = bill([usage], Tariff(CATALOGUE, prices.load("china"), MARKET), start=0, end=3600)
    assert str(made.total.amount) == "0.07"


def test_a_type_on_spot():
    usage = on_spot(used(cpu=2.0, memory=4.0, instance_type="ecs.c6.large"), CATALOGUE, MARKET)
    assert (usage.instance_type, usage.spot) == ("ecs.c6.large", Decimal("0.25"))


def test_what_is_no_instance_or_spot_already_stays():
    for usage in (
        cache_keeping("imc-1", "1", "r", "z", 20, 0),
        used(instance_type="ecs.c6.large", spot=Decimal("0.5")),
        used(cpu=2.0, memory=4.0, instance_type="ecs.e-c1m2.large"),
        used(cpu=64.0, memory=999.0),
    ):
        assert on_spot(usage, CATALOGUE, MARKET) == usage


def test_another_region():
    usage = moved(used(), CATALOGUE, "ap-southeast-1")
    assert (usage.region, usage.zone) == ("ap-southeast-1", "ap-southeast-1a")
