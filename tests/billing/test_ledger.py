from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.billing.ledger import lines
from eci_emulator.billing.tariff import GRAINS, HOUR, Tariff
from eci_emulator.billing.usage import usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SetPrice, SpotMarket
from eci_emulator.model.usage import Usage

CATALOGUE, CHINA = catalogue.load(), prices.load("china")
TARIFF = Tariff(CATALOGUE, CHINA, SpotMarket(5, (SetPrice("*", "*", 12_345, Decimal("0.7")),)))
FOREVER = 10**10


def used(start: int, end: int | None, **fields) -> Usage:
    base = {
        "group": "eci-1",
        "account": "1",
        "region": "cn-hangzhou",
        "zone": "cn-hangzhou-i",
        "cpu": 2.0,
        "memory": 4.0,
    }
    return Usage(id=usage_id("eci-1", 1, start), start=start, end=end, **(base | fields))


def test_a_line_per_hour_and_item():
    found = list(lines(used(3000, 7300), TARIFF, 0, FOREVER))
    assert [(line.hour, line.item, line.seconds) for line in found] == [
        *((0, "cpu", 600), (0, "mem", 600), (3600, "cpu", 3600), (3600, "mem", 3600)),
        *((7200, "cpu", 100), (7200, "mem", 100)),
    ]
    assert found[0].rate == 352_800_000
    assert found[1].amount == 600 * 88_272_000


def test_grains_are_exact():
    (cpu, mem) = lines(used(0, 3600), TARIFF, 0, FOREVER)
    assert Decimal(cpu.amount + mem.amount) / GRAINS == Decimal("0.441072")


intervals = st.builds(
    used,
    st.integers(0, 50_000),
    st.none(),
    instance_type=st.sampled_from(["", "ecs.c6.large"]),
    storage=st.integers(0, 3),
)
spots = st.builds(
    used,
    st.integers(0, 50_000),
    st.none(),
    instance_type=st.just("ecs.c6.large"),
    spot=st.decimals("0.1", "1", places=2),
    protected_until=st.integers(0, 60_000),
)
usages = st.one_of(intervals, spots)


@given(usages, st.integers(0, 100_000), st.integers(0, 100_000))
def test_every_second_of_every_item_is_on_one_line(usage, start, end):
    seconds = Counter()
    for line in lines(usage, TARIFF, start, end):
        seconds[line.item] += line.seconds
        assert line.seconds > 0
        assert line.hour % HOUR == 0
    lived = max(0, end - max(usage.start, start))
    assert set(seconds.values()) <= {lived}
    assert bool(seconds) == (lived > 0)


@given(usages, st.integers(0, 30_000), st.integers(0, 30_000))
def test_settled_in_parts_or_at_once(usage, first, second):
    middle, end = usage.start + first, usage.start + first + second
    parts = Counter()
    for start, until in ((0, middle), (middle, end)):
        for line in lines(usage, TARIFF, start, until):
            parts[line.hour, line.item, line.rate] += line.seconds
    whole = {(line.hour, line.item, line.rate): line.seconds for line in lines(usage, TARIFF, 0, end)}
    assert parts == whole


@given(spots, st.integers(1, 12_000))
def test_spot_second_by_second(usage, length):
    end = usage.start + length
    kind = CATALOGUE.types["ecs.c6.large"]
    for moment in range(usage.start, end, 100):
        market = TARIFF.spot.discount(usage.zone, kind.name, moment)
        discount = usage.spot if moment < usage.protected_until else market
        (line,) = lines(usage, TARIFF, moment, moment + 1)
        assert Decimal(line.rate) / 10**9 == CHINA.spot_hour(kind, discount)
