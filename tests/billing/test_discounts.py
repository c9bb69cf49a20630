from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from eci_emulator.billing import discounts
from eci_emulator.billing.bill import bill
from eci_emulator.billing.discounts import Coupon, Discounts, SavingsPlan
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.usage import Usage

TARIFF = Tariff(catalogue.load(), prices.load("china"), SpotMarket())


def used(group: str, start: int, end: int, **fields) -> Usage:
    base = {"account": "1", "region": "cn-hangzhou", "zone": "cn-hangzhou-i", "cpu": 2.0, "memory": 4.0}
    return Usage(id=usage_id(group, 1, start), group=group, start=start, end=end, **(base | fields))


def paid(
    usages: list[Usage], *coupons: Coupon, plans: tuple[SavingsPlan, ...] = ()
) -> dict[str, tuple[str, str]]:
    found = Discounts(coupons=coupons, savings_plans=plans)
    made = bill(usages, TARIFF, start=0, end=36_000, discounts=found)
    return {row.key: (str(row.list_amount), str(row.amount)) for row in made.rows}


C6 = {"instance_type": "ecs.c6.large"}
REGIONAL = Coupon(id="ri-1", instance_type="ecs.c6.large", region="cn-hangzhou")


def test_a_coupon_covers_the_oldest_usage_first():
    usages = [used("b", 0, 3600, **C6), used("a", 600, 3600, **C6)]
    assert paid(usages, REGIONAL) == {"a": ("0.33", "0.33"), "b": ("0.39", "0.00")}


def test_what_is_left_of_an_hour_covers_the_next():
    usages = [used("a", 0, 1800, **C6), used("b", 100, 3600, **C6)]
    # a half and 1800 of b's 3500 seconds are covered: 1700 s of 0.39 an hour are left, 0.184167
    assert paid(usages, REGIONAL) == {"a": ("0.20", "0.00"), "b": ("0.38", "0.18")}


def test_each_hour_anew():
    assert paid([used("a", 0, 7200, **C6)], REGIONAL) == {"a": ("0.78", "0.00")}


def test_a_regional_coupon_covers_its_family_by_vcpus():
    # 2 of the 8 vCPUs of ecs.c6.2xlarge, 1.56 an hour
    big = used("a", 0, 3600, cpu=8.0, memory=16.0, instance_type="ecs.c6.2xlarge")
    assert paid([big], REGIONAL) == {"a": ("1.56", "1.17")}


def test_a_zonal_coupon_covers_its_type_in_its_zone():
    zonal = Coupon(
        id="ri-1", instance_type="ecs.c6.large", region="cn-hangzhou", zone="cn-hangzhou-i", count=9
    )
    usages = [
        used("here", 0, 3600, **C6),
        used("there", 0, 3600, **C6 | {"zone": "cn-hangzhou-h"}),
        used("twice", 0, 3600, cpu=4.0, memory=8.0, instance_type="ecs.c6.xlarge"),
    ]
    assert paid(usages, zonal) == {
        "here": ("0.39", "0.00"),
        "there": ("0.39", "0.39"),
        "twice": ("0.78", "0.78"),
    }


def test_coupons_leave_other_things_alone():
    usages = [
        used("elsewhere", 0, 3600, **C6 | {"region": "cn-beijing", "zone": "cn-beijing-h"}),
        used("family", 0, 3600, instance_type="ecs.g6.large"),
        used("size", 0, 3600),
        used("spot", 0, 3600, spot=Decimal("0.5"), protected_until=9999, **C6),
    ]
    found = paid(usages, REGIONAL)
    assert all(listed == due for listed, due in found.values())


def test_a_savings_plan_buys_at_its_rate():
    # 0.10 an hour at 0.5 of the list price covers 0.20 of 0.441072
    plan = SavingsPlan(id="sp", hourly=Decimal("0.1"), rate=Decimal("0.5"))
    assert paid([used("a", 0, 3600)], plans=(plan,)) == {"a": ("0.44", "0.24")}


def test_disks_are_not_covered():
    plan = SavingsPlan(id="sp", hourly=Decimal(100))
    # 100 GiB are 0.2124
    assert paid([used("a", 0, 3600, storage=100)], plans=(plan,)) == {"a": ("0.65", "0.21")}


def test_coupons_come_before_plans():
    plan = SavingsPlan(id="sp", hourly=Decimal("0.39"))
    usages = [used("a", 0, 3600, **C6), used("b", 1, 3600, **C6)]
    assert paid(usages, REGIONAL, plans=(plan,)) == {"a": ("0.39", "0.00"), "b": ("0.39", "0.00")}


def test_the_order_of_files_and_usages_does_not_matter():
    coupons = [
        Coupon(id=f"ri-{n}", instance_type="ecs.c6.large", region="cn-hangzhou", count=n) for n in (1, 2)
    ]
    usages = [
        used(f"eci-{n}", n * 37, 3600 + n * 511, cpu=4.0, instance_type="ecs.c6.xlarge") for n in range(5)
    ]
    assert paid(usages, *coupons) == paid(usages[::-1], *coupons[::-1])


def test_a_file(tmp_path):
    path = tmp_path / "discounts.yaml"
    path.write_text(
        "coupons: [{id: ri-1, instance_type: ecs.c6.large, region: cn-hangzhou}]\n"
        "savings_plans: [{id: sp, hourly: 0.1, rate: 0.5}]\n"
    )
    assert discounts.load(path) == Discounts(
        coupons=(REGIONAL,), savings_plans=(SavingsPlan(id="sp", hourly=Decimal("0.1"), rate=Decimal("0.5")),)
    )


def test_a_rate_that_makes_no_sense(tmp_path):
    path = tmp_path / "discounts.yaml"
    path.write_text("savings_plans: [{id: sp, hourly: 1, rate: 70}]")
    with pytest.raises(msgspec.ValidationError, match="the rate of sp is 70"):
        discounts.load(path)
