from __future__ import annotations

import copy
from decimal import Decimal

import msgspec
import pytest

from eci_emulator.billing.bill import bill
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import Meter, cache_building, merged, tag_label, usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.group import ContainerGroup, GroupSpec, GroupState, Placement, Tag
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.model.usage import Usage

METER = Meter(catalogue.load(), prices.load("china"))


def a_group(
    status: str = "Scheduling", billed_from: float = 0.0, placed: dict | None = None, **spec
) -> ContainerGroup:
    placement = {"cpu": 2.0, "memory": 4.0, "zone_id": "cn-hangzhou-i"} | (placed or {})
    state = GroupState(
        status=GroupStatus(status),
        creation_time=90.5,
        billed_from=billed_from,
        placement=Placement(**placement),
    )
    return ContainerGroup(
        id="eci-1",
        account="1",
        region="cn-hangzhou",
        spec=GroupSpec(name="g", containers=[], **spec),
        state=state,
    )


def moved(before: ContainerGroup, status: str, at: float, **changes) -> tuple[Usage | None, float]:
    after = copy.deepcopy(before)
    after.state.status = GroupStatus(status)
    for name, value in changes.items():
        setattr(after, name, value)
    return METER.move(before, after, at)


def test_scheduling_is_free_and_pending_is_not():
    assert moved(a_group(), "Scheduling", 100.0) == (None, 0.0)
    assert moved(a_group(), "Pending", 100.9) == (None, 100.9)


@pytest.mark.parametrize("status", ["ScheduleFailed", "Failed", "Expired"])
def test_a_group_that_never_got_pending_is_free(status):
    assert moved(a_group(), status, 100.0) == (None, 0.0)


@pytest.mark.parametrize("status", ["Pending", "Running", "Restarting", "Updating", "Terminating"])
def test_an_interval_goes_on_while_billed(status):
    assert moved(a_group("Running", 100.0), status, 200.0) == (None, 100.0)


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Expired"])
def test_an_interval_ends_with_the_group(status):
    closed, billed_from = moved(a_group("Running", 100.7), status, 200.2)
    assert (closed.start, closed.end, billed_from) == (100, 200, 0.0)
    assert closed.id == usage_id("eci-1", 1, 100)


def test_an_interval_ends_with_the_record():
    closed, billed_from = METER.move(a_group("Terminating", 100.0), None, 200.0)
    assert (closed.start, closed.end, billed_from) == (100, 200, 0.0)
    assert METER.move(a_group("Failed"), None, 200.0) == (None, 0.0)


def test_an_update_begins_a_new_interval_without_a_gap():
    before = a_group("Updating", 100.0)
    closed, billed_from = moved(before, "Running", 200.9, generation=2)
    assert (closed.end, int(billed_from), closed.generation) == (200, 200, 1)


def test_once_more_changes_nothing():
    before = a_group("Pending", 100.0)
    assert moved(before, "Pending", 150.0) == moved(before, "Pending", 160.0) == (None, 100.0)
    closed, _ = moved(before, "Failed", 200.0)
    assert closed == moved(before, "Failed", 200.4)[0]
    assert moved(a_group("Failed"), "Failed", 300.0) == (None, 0.0)


def test_a_clock_that_was_set_back_gives_no_negative_time():
    closed, _ = moved(a_group("Running", 100.0), "Failed", 50.0)
    assert (closed.start, closed.end) == (100, 100)


def test_a_restart_is_billed_through():
    group, log = a_group(), []
    steps = [
        ("Pending", 36_000),
        ("Running", 36_010),
        ("Restarting", 37_200),
        ("Running", 37_230),
        ("Succeeded", 38_400),
    ]
    for status, at in steps:
        closed, billed_from = moved(group, status, float(at))
        group.state.status, group.state.billed_from = GroupStatus(status), billed_from
        log += [closed] if closed else []
    # 2400 s x 0.00012252 = 0.294048
    made = bill(log, Tariff(METER.catalogue, METER.prices, SpotMarket()), start=0, end=86_400)
    assert (made.total.seconds, str(made.total.amount)) == (2400, "0.29")


def test_what_is_billed():
    group = a_group(
        "Running",
        placed={"compute_category": "economy"},
        ephemeral_storage=15,
        tags=[Tag("b", "2"), Tag("a", "1")],
    )
    usage = METER.open(group, 100.0, disk=40)
    assert (usage.cpu, usage.memory, usage.category, usage.instance_type) == (2, 4, "economy", "")
    assert (usage.storage, usage.disk, usage.tags, usage.zone) == (15, 40, "a:1;b:2", "cn-hangzhou-i")
    assert (usage.spot, usage.protected_until, usage.end) == (None, 0, None)


def test_spot_by_size_is_priced_as_a_type():
    group = a_group("Running", placed={"spot_price": 0.078}, spot_strategy="SpotAsPriceGo")
    usage = METER.open(group, 100.0)
    assert (usage.instance_type, usage.protected_until) == ("ecs.u1-c1m2.large", 3690)
    assert usage.spot == Decimal("0.25")


def test_spot_by_type_without_protection():
    placed = {"spot_price": 0.195, "instance_type": "ecs.c6.large"}
    group = a_group(
        "Running", placed=placed, spot_strategy="SpotWithPriceLimit", spot_price_limit=0.2, spot_duration=0
    )
    usage = METER.open(group, 100.0)
    assert (usage.instance_type, usage.spot, usage.protected_until) == ("ecs.c6.large", Decimal("0.5"), 90)


def test_stored_and_read_back():
    usage = METER.open(a_group("Running", placed={"spot_price": 0.1}, spot_strategy="SpotAsPriceGo"), 100.0)
    assert msgspec.json.decode(msgspec.json.encode(usage), type=Usage) == usage


def test_ids_tell_intervals_apart():
    ids = {
        usage_id(group, generation, start)
        for group in "ab"
        for generation in (1, 2, 11)
        for start in (1, 11, 21)
    }
    assert len(ids) == 18


def test_merged():
    opened = cache_building("imc-1", "1", "r", "z", 20, 100.0)
    closed, later = opened.closed(200.0), opened.closed(300.0)
    other = cache_building("imc-0", "1", "r", "z", 20, 500.0)
    for records in ([opened, closed, other, later], [other, later, closed, opened]):
        assert merged(records) == [other, closed]


def test_tag_label():
    assert tag_label([("b", "2"), ("a", "")]) == "a:;b:2"
