"""The spot market acted out: deals, checks, notices, releases, prices and stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from eci_emulator.market.spot import SpotMarket
from eci_emulator.model import errors
from eci_emulator.model.times import iso
from tests.controller.harness import BEGIN, Lab, container
from tests.money.conftest import Admin, AdminOf, MakeLab, Run

HOUR = 3600
ZONE = "cn-hangzhou-h"
KIND = "ecs.c6.large"  # a size of 2-4Gi is priced as one of these types


def spot(lab: Lab, **parameters: Any) -> str:
    given = {"SpotStrategy": "SpotAsPriceGo", "Cpu": 2, "Memory": 4, "ZoneId": ZONE}
    return lab.create(container(script="trap 'exit 0' TERM; sleep inf"), **(given | parameters))


def set_price(admin: Admin, discount: float | None, **where: str) -> None:
    admin("PUT", "/spot/prices", json={"discount": discount, **where})


def test_it_is_bought_at_the_market_price(lab: Lab, admin: Admin) -> None:
    set_price(admin, 0.25)
    placed = lab.group(spot(lab, InstanceType=KIND)).state.placement
    (now,) = admin("GET", "/spot/prices", params={"zone": ZONE, "instance_type": KIND})["prices"]
    assert Decimal(now["price"]) == Decimal(str(placed.spot_price))
    assert Decimal(now["discount"]) == Decimal("0.25")


def test_a_bid_below_the_market_price_buys_nothing(lab: Lab, admin: Admin) -> None:
    set_price(admin, 0.9)
    limit = {"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": 0.05}
    with pytest.raises(errors.SpotNotMatched):
        spot(lab, **limit)
    set_price(admin, 0.1)
    assert lab.status(spot(lab, **limit)) == "Running"


def test_a_price_over_the_bid_takes_it_back_after_the_protection(lab: Lab, admin: Admin) -> None:
    set_price(admin, 0.2)
    group = spot(lab, SpotStrategy="SpotWithPriceLimit", SpotPriceLimit=0.1)
    set_price(admin, 0.9)
    lab.advance(HOUR - 1)
    assert lab.told(group, "SpotToBeReleased") == []  # protected for an hour
    lab.advance(1)
    assert lab.told(group, "SpotToBeReleased") == ["Spot ECI will be released in 3 minutes"]
    assert lab.status(group) == "Running"
    lab.advance(179)
    assert lab.status(group) == "Running"
    lab.advance(1)
    assert lab.status(group) == "Expired"
    assert lab.group(group).state.expired_time == BEGIN + HOUR + 180
    lab.advance(HOUR)
    assert admin("GET", "/bill")["seconds"] == HOUR + 180


def test_without_protection_it_is_checked_every_five_minutes(lab: Lab, admin: Admin) -> None:
    set_price(admin, 0.2)
    group = spot(lab, SpotStrategy="SpotWithPriceLimit", SpotPriceLimit=0.1, SpotDuration=0)
    lab.advance(400)
    set_price(admin, 0.9)
    lab.advance(199)
    assert lab.told(group, "SpotToBeReleased") == []
    lab.advance(1)
    assert len(lab.told(group, "SpotToBeReleased")) == 1


def test_who_pays_any_price_stays(lab: Lab, admin: Admin) -> None:
    group = spot(lab, SpotDuration=0)
    set_price(admin, 1.0)
    lab.advance(3 * HOUR)
    assert lab.status(group) == "Running"


def test_stock_that_is_gone_takes_it_back(lab: Lab, admin: Admin) -> None:
    there, elsewhere = spot(lab, SpotDuration=0), spot(lab, SpotDuration=0, ZoneId="cn-hangzhou-i")
    admin("PUT", "/stock", json={"zone": ZONE, "spot": True, "units": 0})
    lab.advance(300 + 180)
    assert (lab.status(there), lab.status(elsewhere)) == ("Expired", "Running")
    with pytest.raises(errors.NoStock):
        spot(lab)


def test_who_bought_the_last_one_may_keep_it(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"zone": ZONE, "what": "2-4Gi", "units": 1})
    group = spot(lab, SpotDuration=0)
    assert admin("GET", "/stock")["levels"][0]["units"] == 0
    lab.advance(HOUR)
    assert lab.status(group) == "Running"
    lab.delete(group, Force=True)
    assert admin("GET", "/stock")["levels"][0]["units"] == 1


def test_the_deal_counts_while_protected_and_the_market_price_after(lab: Lab, admin: Admin) -> None:
    set_price(admin, 0.5)
    group = spot(lab, InstanceType=KIND)
    lab.advance(1800)
    set_price(admin, 0.1)
    lab.advance(1800 + HOUR)
    lab.delete(group, Force=True)
    hours = {line["key"]: Decimal(line["total"]) for line in admin("GET", "/bill?by=hour")["lines"]}
    assert list(hours.values()) == [Decimal("0.20"), Decimal("0.04")]  # of 0.39: 0.195 protected, 0.039 after


def test_reclaim_on_demand_breaks_the_protection(lab: Lab, admin: Admin) -> None:
    group, plain = spot(lab), lab.create(container())
    answer = admin("POST", "/spot/reclaim", json={"all": True, "notice": 30})
    assert answer == {"group_ids": [group], "release_time": iso(BEGIN + 30)}
    lab.settle()
    lab.advance(29)
    assert lab.status(group) == "Running"
    lab.advance(1)
    assert (lab.status(group), lab.status(plain)) == ("Expired", "Running")
    assert lab.told(group, "SpotToBeReleased") == ["Spot ECI will be released in 0.5 minutes"]
    assert lab.reasons(group)[-1] == "StopCharge"


def test_a_program_has_its_grace_period(lab: Lab, admin: Admin) -> None:
    group = lab.create(
        container(env={"ECI_SIM_IGNORE_SIGTERM": "true"}),
        SpotStrategy="SpotAsPriceGo",
        TerminationGracePeriodSeconds=20,
    )
    admin("POST", "/spot/reclaim", json={"group_ids": [group], "notice": 60})
    lab.settle()
    lab.advance(79)
    assert lab.status(group) == "Running"
    lab.advance(1)
    assert lab.status(group) == "Expired"
    assert lab.container(group, "app").current.exit_code == 137
    assert admin("GET", "/bill")["seconds"] == 80


def test_reclaim_by_zone(lab: Lab, admin: Admin) -> None:
    there, elsewhere = spot(lab), spot(lab, ZoneId="cn-hangzhou-i")
    assert admin("POST", "/spot/reclaim", json={"zone": ZONE})["group_ids"] == [there]
    assert admin("POST", "/spot/reclaim", json={"all": True})["group_ids"] == [elsewhere]


def test_what_cannot_be_reclaimed(lab: Lab, admin: Admin) -> None:
    plain = lab.create(container())
    assert admin.refused("POST", "/spot/reclaim", json={"group_ids": [plain]})[0] == 400
    assert admin.refused("POST", "/spot/reclaim", json={"group_ids": ["eci-none"]})[0] == 404
    assert admin.refused("POST", "/spot/reclaim", json={"notice": 1})[0] == 400
    group = spot(lab)
    admin("POST", "/spot/reclaim", json={"group_ids": [group]})
    assert admin.refused("POST", "/spot/reclaim", json={"group_ids": [group]})[0] == 400


def test_the_notice_is_a_setting(make_lab: MakeLab, admin_of: AdminOf) -> None:
    lab = make_lab(spot_notice_seconds=60.0)
    group = spot(lab)
    admin_of(lab)("POST", "/spot/reclaim", json={"all": True})
    lab.settle()
    lab.advance(60)
    assert lab.status(group) == "Expired"


def test_prices_over_time_are_those_of_the_seed(make_lab: MakeLab, admin_of: AdminOf) -> None:
    lab = make_lab(spot_seed=7)
    query = {"zone": ZONE, "instance_type": KIND, "start": iso(BEGIN), "end": iso(BEGIN + 86400)}
    found = admin_of(lab)("GET", "/spot/prices", params=query)["prices"]
    wanted = SpotMarket(7).history(ZONE, KIND, int(BEGIN), int(BEGIN) + 86400)
    assert [(entry["since"], Decimal(entry["discount"])) for entry in found] == [
        (iso(begun), discount) for begun, _, discount in wanted
    ]
    assert len(found) > 5


def test_a_price_that_was_set_ends_when_it_may_wander_again(lab: Lab, admin: Admin) -> None:
    query = {"zone": ZONE, "instance_type": "2-4Gi"}
    before = admin("GET", "/spot/prices", params=query)
    set_price(admin, 0.77, zone=ZONE, instance_type="2-4Gi")
    assert admin("GET", "/spot/prices", params=query)["prices"][0]["discount"] == "0.77"
    set_price(admin, None)
    assert admin("GET", "/spot/prices", params=query) == before


@pytest.mark.parametrize(
    ("method", "path", "parts"),
    [
        ("GET", "/spot/prices", {"params": {"zone": "mars", "instance_type": KIND}}),
        ("GET", "/spot/prices", {"params": {"zone": ZONE, "instance_type": "ecs.none"}}),
        ("PUT", "/spot/prices", {"json": {"zone": "mars", "discount": 1}}),
        ("PUT", "/spot/prices", {"json": {"instance_type": "3-1Gi", "discount": 1}}),
        ("PUT", "/stock", {"json": {"zone": "mars", "units": 1}}),
        ("PUT", "/stock", {"json": {"what": "ecs.c6.lage", "units": 1}}),
        ("PUT", "/stock", {"json": {"what": "3-4Gi", "units": 1}}),
        ("POST", "/spot/reclaim", {"json": {"zone": "mars"}}),
    ],
)
def test_what_there_is_not(admin: Admin, method: str, path: str, parts: dict[str, Any]) -> None:
    assert admin.refused(method, path, **parts)[0] == 404


def test_the_market_on_the_command_line(run: Run, lab: Lab) -> None:
    assert run("spot", "price", "set", "0.2", "--zone", ZONE).exit_code == 0
    assert "0.2" in run("spot", "price", "show", ZONE, "2-4Gi").output
    assert run("spot", "price", "free").exit_code == 0
    run("spot", "stock", "set", "3", "--zone", ZONE, "--what", "2-4Gi", "--on-demand")
    shown = run("spot", "stock", "show").output
    assert (ZONE in shown, "2-4Gi" in shown, " 3" in shown) == (True, True, True)
    run("spot", "stock", "clear")
    assert ZONE not in run("spot", "stock", "show").output
    group = spot(lab)
    told = run("spot", "reclaim", group, "--notice", "30s").output
    assert (group in told, iso(BEGIN + 30) in told) == (True, True)
    assert run("spot", "reclaim").exit_code == 2
