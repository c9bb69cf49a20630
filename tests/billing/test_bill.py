"""Bills computed by hand, to the cent. The comments show the calculation."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from eci_emulator.billing import render
from eci_emulator.billing.bill import Bill, bill, running_cost
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import cache_building, cache_keeping, usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.model.usage import Usage

CATALOGUE = catalogue.load()
CHINA, WORLD = prices.load("china"), prices.load("international")
MIDNIGHT = 1_700_006_400
ZONE = "cn-hangzhou-i"


def at(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return MIDNIGHT + hours * 3600 + minutes * 60 + seconds


def used(start: str, end: str | None, cpu: float = 2.0, memory: float = 4.0, **fields) -> Usage:
    group = fields.pop("group", "eci-1")
    generation = fields.pop("generation", 1)
    return Usage(
        id=usage_id(group, generation, at(start)),
        group=group,
        account="1",
        region="cn-hangzhou",
        zone=ZONE,
        start=at(start),
        end=at(end) if end else None,
        cpu=cpu,
        memory=memory,
        **fields,
    )


def billed(
    *usages: Usage, by: str = "hour", market: SpotMarket | None = None, price_list=CHINA, **span
) -> Bill:
    base = {"start": MIDNIGHT, "end": MIDNIGHT + 86_400}
    return bill(usages, Tariff(CATALOGUE, price_list, market or SpotMarket()), by=by, **(base | span))


def rows(made: Bill) -> dict[str, str]:
    return {row.key[11:16] if made.by == "hour" else row.key: str(row.amount) for row in made.rows}


PUBLISHED = used("10:49:30", "11:20:05")


def test_the_published_example():
    # 630 s and 1205 s of 2 x 0.000049 + 4 x 0.00000613 = 0.00012252: 0.0771876 and 0.1476366
    made = billed(PUBLISHED)
    assert [(row.seconds, str(row.amount)) for row in made.rows] == [(630, "0.08"), (1205, "0.15")]
    assert (made.total.seconds, str(made.total.amount), made.currency) == (1835, "0.23", "CNY")


def test_the_same_at_international_prices():
    # 2 x 0.0000077 + 4 x 0.00000096 = 0.00001924 a second: 0.0121212 and 0.0231842
    made = billed(PUBLISHED, price_list=WORLD)
    assert (rows(made), made.currency) == ({"10:00": "0.01", "11:00": "0.02"}, "USD")


@pytest.mark.parametrize(
    ("end", "amount"),
    [("10:00:35", "0.00"), ("10:00:36", "0.01"), ("10:01:47", "0.01"), ("10:01:48", "0.02")],
)
def test_half_a_cent_is_rounded_up(end, amount):
    # ecs.g6.large at 0.50 an hour: 36 s are 0.005, 108 s are 0.015
    assert str(billed(used("10:00:00", end, instance_type="ecs.g6.large")).total.amount) == amount


def test_rounding_is_per_instance():
    # 35 s at 0.50 an hour are 0.00486 each, nothing; ten of them in one instance are 0.0486
    ten = [used("10:00:00", "10:00:35", group=f"eci-{n}", instance_type="ecs.g6.large") for n in range(10)]
    assert billed(*ten).total.amount == 0
    one = used("10:00:00", "10:05:50", instance_type="ecs.g6.large")
    assert str(billed(one).total.amount) == "0.05"


def test_rounding_is_per_clock_hour():
    # 36 s on either side of eleven: 0.005 twice, each rounded up, though 72 s are 0.01
    across = used("10:59:24", "11:00:36", instance_type="ecs.g6.large")
    assert rows(billed(across)) == {"10:00": "0.01", "11:00": "0.01"}


def test_an_ecs_type():
    # ecs.c6.large at 0.39 an hour for 1.5 h: 0.39 and 0.195
    made = billed(used("10:00:00", "11:30:00", instance_type="ecs.c6.large"))
    assert rows(made) == {"10:00": "0.39", "11:00": "0.20"}


def test_economy_and_general():
    # 0.5 x 0.0972 + 0.022068 = 0.070668 an hour, against 0.5 x 0.1764 + 0.022068 = 0.110268
    assert str(billed(used("0:00:00", "10:00:00", 0.5, 1.0, category="economy")).total.amount) == "0.70"
    assert str(billed(used("0:00:00", "10:00:00", 0.5, 1.0, category="general")).total.amount) == "1.10"
    assert str(billed(used("0:00:00", "10:00:00", 0.5, 1.0)).total.amount) == "1.10"


def test_storage():
    # cpu 0.3528 + mem 0.088272 + 20 x 0.002124 = 0.483552 for the hour: 0.48, the odd cent goes to mem
    made = billed(used("10:00:00", "11:00:00", storage=20), by="item")
    assert rows(made) == {"cpu": "0.35", "mem": "0.09", "systemdisk": "0.04"}
    assert str(made.total.amount) == "0.48"
    assert {row.seconds for row in made.rows} == {made.total.seconds} == {3600}


def test_an_update_to_another_size():
    # half an hour of 2/4, 1800 x 0.00012252 = 0.220536, half an hour of 4/8, 0.441072: together 0.661608
    small = used("10:00:00", "10:30:00")
    big = used("10:30:00", "11:00:00", 4.0, 8.0, generation=2)
    made = billed(small, big)
    assert rows(made) == {"10:00": "0.66"}
    assert made.total.seconds == 3600


def spot_market(*steps: tuple[str, str]) -> SpotMarket:
    settings = tuple(SetPrice("*", "*", at(clock), Decimal(discount)) for clock, discount in steps)
    return SpotMarket(0, settings)


def test_spot_across_the_end_of_its_protection():
    # deal 0.2 x 0.39 = 0.078 an hour until 11:20; then 0.5 (0.195) until 11:30, 0.8 (0.312) until 11:50
    # 10: 40 min of 0.078 = 0.052; 11: 0.026 + 10 min of 0.195 = 0.0325 + 20 min of 0.312 = 0.104: 0.1625
    spot = {"instance_type": "ecs.c6.large", "spot": Decimal("0.2"), "protected_until": at("11:20:00")}
    market = spot_market(("9:00:00", "0.9"), ("11:10:00", "0.5"), ("11:30:00", "0.8"))
    made = billed(used("10:20:00", "11:50:00", **spot), market=market)
    assert rows(made) == {"10:00": "0.05", "11:00": "0.16"}
    assert rows(billed(used("10:20:00", "11:50:00", **spot), market=market, by="item")) == {
        "instance_type": "0.21"
    }


def test_spot_without_protection_and_with_storage():
    # market 0.5 x 0.39 = 0.195 from the start, and 100 GiB x 0.002124 = 0.2124: 0.4074
    spot = {"instance_type": "ecs.c6.large", "spot": Decimal("0.1"), "protected_until": at("10:00:00")}
    made = billed(
        used("10:00:00", "11:00:00", storage=100, **spot), market=spot_market(("0:00:00", "0.5")), by="item"
    )
    assert rows(made) == {"instance_type": "0.20", "systemdisk": "0.21"}


def test_a_deal_in_another_price_list_is_the_same_discount():
    # 0.5 of 0.39 x 0.1571 = 0.061269: 0.0306345, as a spot price 0.031
    spot = {"instance_type": "ecs.c6.large", "spot": Decimal("0.5"), "protected_until": at("20:00:00")}
    assert rows(billed(used("10:00:00", "11:00:00", **spot), price_list=WORLD)) == {"10:00": "0.03"}


def test_image_caches():
    # building 40 GiB for half an hour: 0.220536 + 40 x 0.0021 / 2 = 0.262536
    # keeping them: 40 x 0.12 / 720 = 0.006667 an hour, 0.01 in each of 24
    building = cache_building("imc-1", "1", "cn-hangzhou", ZONE, 40, at("10:00:00")).closed(at("10:30:00"))
    made = billed(building, by="item")
    assert rows(made) == {"cpu": "0.18", "mem": "0.04", "imagecache": "0.04"}
    assert str(billed(cache_keeping("imc-1", "1", "cn-hangzhou", ZONE, 40, MIDNIGHT)).total.amount) == "0.24"
    # an instance started from it: 0.441072 + 40 x 0.0021 = 0.525072 an hour
    assert str(billed(used("10:00:00", "11:00:00", disk=40)).total.amount) == "0.53"


# --- what a bill is of ---------------------------------------------------------------------------


def test_an_open_interval_counts_up_to_the_end():
    assert billed(used("10:00:00", None), end=at("10:10:30")).total.seconds == 630


def test_only_the_span_asked_for():
    made = billed(used("8:00:00", "20:00:00"), start=at("10:30:00"), end=at("12:15:00"))
    assert [(row.key[11:16], row.seconds) for row in made.rows] == [
        ("10:00", 1800),
        ("11:00", 3600),
        ("12:00", 900),
    ]
    assert billed(used("8:00:00", "9:00:00"), start=at("9:00:00")).rows == []


def test_order_and_repetition_make_no_difference():
    usages = [
        used(f"{hour}:00:07", f"{hour + 2}:13:00", group=f"eci-{hour % 3}", generation=hour)
        for hour in range(9)
    ]
    opened = [msgspec.structs.replace(usage, end=None) for usage in usages]
    assert billed(*usages) == billed(*reversed(usages), *opened, *usages) == billed(*opened, *usages)


def test_groupings_have_the_same_total():
    usages = [
        used("0:10:00", "9:01:01", 1.0, 2.0, group="eci-1", tags="app:web;team:a"),
        used("3:00:00", "7:07:07", 4.0, 8.0, group="eci-2", tags="app:web", storage=7),
        used("5:00:00", "5:00:20", group="eci-3"),
        used("5:00:20", "5:59:59", group="eci-3", generation=2, tags="app:db"),
    ]
    bills = {by: billed(*usages, by=by) for by in ("group", "hour", "item", "tag", "tag:app")}
    assert len({made.total.amount for made in bills.values()}) == 1
    for made in bills.values():
        assert sum(row.amount for row in made.rows) == made.total.amount
    assert [row.key for row in bills["tag"].rows] == ["(none)", "app:db", "app:web", "app:web;team:a"]
    assert [row.key for row in bills["tag:app"].rows] == ["(none)", "db", "web"]
    assert [row.seconds for row in bills["group"].rows] == [31861, 14827, 3599]
    assert sum(row.seconds for row in bills["tag:app"].rows) == bills["tag:app"].total.seconds


@pytest.mark.parametrize("by", ["colour", "group:app", ""])
def test_unknown_groupings(by):
    with pytest.raises(ValueError, match="a bill goes by"):
        billed(by=by)


def test_nothing_used():
    made = billed()
    assert (made.rows, made.total.seconds, str(made.total.amount)) == ([], 0, "0.00")


def test_running_cost():
    tariff = Tariff(CATALOGUE, CHINA, spot_market(("0:00:00", "0.2"), ("12:00:00", "0.6")))
    assert running_cost(used("0:00:00", None), tariff, at("1:00:00")) == Decimal("0.00012252")
    spot = {"instance_type": "ecs.c6.large", "spot": Decimal("0.3"), "protected_until": at("9:00:00")}
    live = used("8:00:00", None, **spot)
    found = [running_cost(live, tariff, at(clock)) * 3600 for clock in ("8:59:59", "9:00:00", "12:00:00")]
    assert [round(cost, 4) for cost in found] == [Decimal("0.117"), Decimal("0.078"), Decimal("0.234")]


def test_renderers():
    made = billed(PUBLISHED, by="item")
    assert render.as_csv(made).splitlines() == [
        "item,seconds,cpu,mem,list_total,total,currency",
        "cpu,1835,0.18,0.00,0.18,0.18,CNY",
        "mem,1835,0.00,0.05,0.05,0.05,CNY",
    ]
    shown = render.as_tree(billed(PUBLISHED, by="group"))
    assert (shown["total"], shown["seconds"], shown["currency"]) == ("0.23", 1835, "CNY")
    (line,) = shown["lines"]
    assert line["items"] == {"cpu": "0.18", "mem": "0.05"}
    assert (line["total"], line["list_total"]) == ("0.23", "0.23")
    assert line["unrounded"] == shown["unrounded"] == "0.2248242"  # 1835 s x 0.00012252
