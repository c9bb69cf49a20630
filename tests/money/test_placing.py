"""Where new groups go, and why they are refused: stock, quota, addresses, hosts; and many at once."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from redis.client import Redis

from eci_emulator.actions.context import Caller
from eci_emulator.actions.create_group import create_container_groups
from eci_emulator.actions.placing import Order, place_all
from eci_emulator.market.offers import Offer
from eci_emulator.market.sizes import Size
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup, ContainerSpec, GroupSpec
from eci_emulator.model.network import VSwitch
from eci_emulator.store.hosts import Host
from tests.controller.harness import ACCOUNT, REGION, Lab, container
from tests.money.conftest import Admin, MakeLab

HH, II = "cn-hangzhou-h", "cn-hangzhou-i"


def placed(lab: Lab, group_id: str) -> Any:
    return lab.group(group_id).state.placement


def vswitch(lab: Lab, zone: str) -> str:
    """The default vSwitch of a zone."""
    group = lab.create(container(), ZoneId=zone)
    found = placed(lab, group).v_switch_id
    lab.delete(group, Force=True)
    return str(found)


def caller() -> Caller:
    return Caller(account=ACCOUNT, region=REGION, action="CreateContainerGroup", request_id="test")


def specs(count: int, **fields: Any) -> list[GroupSpec]:
    app = ContainerSpec(name="app", image="app:1")
    return [GroupSpec(name=f"g{n}", containers=[app], cpu=2.0, memory=4.0, **fields) for n in range(count)]


def test_no_stock_is_told_at_once(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"zone": HH, "units": 0})
    with pytest.raises(errors.NoStock):
        lab.create(container(), ZoneId=HH)
    assert placed(lab, lab.create(container(), ZoneId=II)).zone_id == II


def test_a_closed_zone_sells_nothing(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"zone": HH, "closed": True})
    with pytest.raises(errors.ZoneNotOnSale):
        lab.create(container(), ZoneId=HH)


def test_the_next_vswitch_is_tried(lab: Lab, admin: Admin) -> None:
    first, second = vswitch(lab, HH), vswitch(lab, II)
    admin("PUT", "/stock", json={"zone": HH, "units": 1})
    found = [placed(lab, lab.create(container(), VSwitchId=f"{first},{second}")) for _ in range(2)]
    assert [place.zone_id for place in found] == [HH, II]
    assert [place.v_switch_id for place in found] == [first, second]


def test_types_are_tried_in_their_order(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"what": "ecs.c6", "units": 1})
    wanted = "ecs.c6.large,4-8Gi"
    first, second = (placed(lab, lab.create(container(), InstanceType=wanted)) for _ in range(2))
    assert (first.instance_type, first.cpu) == ("ecs.c6.large", 2)
    assert (second.instance_type, second.cpu) == ("", 4)


def test_stock_comes_back_when_a_group_ends(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"what": "2-4Gi", "units": 1})
    one = lab.create(container(script="sleep 10"), RestartPolicy="Never")
    with pytest.raises(errors.NoStock):
        lab.create(container())
    lab.advance(10)
    assert lab.status(one) == "Succeeded"
    two = lab.create(container())
    lab.delete(one, Force=True)  # its unit does not come back twice
    lab.delete(two, Force=True)
    assert admin("GET", "/stock")["levels"][0]["units"] == 1


def test_stock_lost_before_the_group_began(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"what": "2-4Gi", "units": 5})
    lab.call("CreateContainerGroup", ContainerGroupName="late", Container=[container()])
    (group,) = lab.store.groups.all_ids()
    admin("PUT", "/stock", json={"what": "2-4Gi", "units": 0})
    lab.settle()
    assert lab.status(group) == "ScheduleFailed"
    assert "NoStock" in lab.reasons(group)
    assert admin("GET", "/bill")["seconds"] == 0
    lab.delete(group)
    assert lab.leftovers() == []


def test_the_quota_is_by_account_and_region(make_lab: MakeLab) -> None:
    lab = make_lab(vcpu_quota=4.0)
    groups = [lab.create(container(), Cpu=2, Memory=4) for _ in range(2)]
    with pytest.raises(errors.QuotaExceeded):
        lab.create(container(), Cpu=0.25, Memory=0.5)
    usage = lab.call("ListUsage")["Attributes"]
    assert (usage["MaxCpu"], usage["UsedCpu"]) == (4, 4)
    lab.delete(groups[0], Force=True)
    with pytest.raises(errors.QuotaExceeded):
        lab.create(container(), Cpu=4, Memory=8)
    lab.create(container(), Cpu=2, Memory=4)


def test_an_update_is_counted(make_lab: MakeLab) -> None:
    lab = make_lab(vcpu_quota=8.0)
    group = lab.create(container(), Cpu=2, Memory=4)
    lab.call("UpdateContainerGroup", ContainerGroupId=group, Cpu=8, Memory=16)
    with pytest.raises(errors.QuotaExceeded):
        lab.create(container(), Cpu=2, Memory=4)
    lab.settle()
    lab.delete(group, Force=True)
    assert lab.store.market.state().vcpus(ACCOUNT, REGION) == 0


def test_addresses_run_out(lab: Lab) -> None:
    first = lab.create(container())
    place = placed(lab, first)
    known = lab.store.vswitches.get(f"{ACCOUNT}/{REGION}/{place.v_switch_id}")
    assert isinstance(known, VSwitch)
    known.cidr = known.cidr.rpartition("/")[0] + "/29"  # three addresses
    lab.store.vswitches.save(known)
    for _ in range(3):
        lab.call("CreateContainerGroup", ContainerGroupName="g", Container=[container()])
    with pytest.raises(errors.IpNotEnough):
        lab.create(container())


def test_groups_are_spread_over_the_hosts_of_their_zone(lab: Lab) -> None:
    for name, zones in (("one", [HH]), ("two", [HH, II]), ("three", [II])):
        lab.store.hosts.announce(Host(name=name, zones=zones, engine="docker", cpus=2, memory=4 << 30))
    made = create_container_groups(lab.emulator, caller(), specs(40, zone_id=HH))
    assert Counter(group.state.placement.host for group in made if isinstance(group, ContainerGroup)) == {
        "one": 20,
        "two": 20,
    }
    with pytest.raises(errors.NoStock):
        lab.create(container(), ZoneId="cn-hangzhou-j")


def test_a_drained_host_gets_no_new_groups(lab: Lab) -> None:
    for name in ("one", "two"):
        lab.store.hosts.announce(Host(name=name, engine="docker"))
    lab.store.hosts.drain("one", True)
    made = create_container_groups(lab.emulator, caller(), specs(4))
    assert {group.state.placement.host for group in made if isinstance(group, ContainerGroup)} == {"two"}


def test_a_host_sells_what_it_has_as_often_as_it_may(make_lab: MakeLab) -> None:
    lab = make_lab(host_overcommit=2.0)
    lab.store.hosts.announce(Host(name="small", engine="docker", cpus=2, memory=64 << 30))
    first, second, third = create_container_groups(lab.emulator, caller(), specs(3))
    assert isinstance(first, ContainerGroup)
    assert isinstance(second, ContainerGroup)
    assert isinstance(third, errors.NoStock)


def test_near_and_apart_by_tags(lab: Lab) -> None:
    def tagged(key: str, value: str, zone: str = "") -> str:
        where = {"ZoneId": zone} if zone else {"VSwitchId": both, "ScheduleStrategy": "VSwitchRandom"}
        return str(placed(lab, lab.create(container(), Tag=[{"Key": key, "Value": value}], **where)).zone_id)

    both = f"{vswitch(lab, HH)},{vswitch(lab, II)}"
    assert tagged("app", "web", II) == II
    assert {tagged("eci-emulator/zone-affinity", "app=web") for _ in range(5)} == {II}
    assert {tagged("eci-emulator/zone-anti-affinity", "app=web") for _ in range(5)} == {HH}


class Trips:
    """Counts the trips to Redis while it is open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for cls, name in ((Redis, "execute_command"), ("redis.client.Pipeline", "execute")):
            target = cls if isinstance(cls, type) else __import__("redis").client.Pipeline
            original = getattr(target, name)

            def counted(it: Any, *args: Any, __original: Any = original, **options: Any) -> Any:
                self.count += 1
                return __original(it, *args, **options)

            monkeypatch.setattr(target, name, counted)


@pytest.mark.parametrize("count", [1, 300])
def test_a_batch_takes_as_many_trips_as_a_single_one(
    lab: Lab, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.create(container())  # the network is there
    trips = Trips(monkeypatch)
    made = create_container_groups(lab.emulator, caller(), specs(count))
    assert all(isinstance(group, ContainerGroup) for group in made)
    ips = [group.state.placement.ip for group in made if isinstance(group, ContainerGroup)]
    assert len(set(ips)) == count
    assert trips.count < 40


def test_five_hundred_are_placed_in_less_time_than_fifty_one_by_one(lab: Lab) -> None:
    lab.create(container())
    network = lab.store.vswitches.get_many(lab.store.vswitches.all_ids())
    offer = Offer(Size(2.0, 4.0))
    orders = [Order(f"eci-{n}", caller(), spec, [offer], network) for n, spec in enumerate(specs(500))]

    def seconds(batches: list[list[Order]]) -> float:
        began = time.process_time()  # what else the machine does does not count
        for batch in batches:
            place_all(lab.emulator, batch, lambda *keys: None)
        return time.process_time() - began

    seconds([orders])
    assert seconds([orders]) < seconds([[order] for order in orders[:200]])
