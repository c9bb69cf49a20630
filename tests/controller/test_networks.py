"""The engine's networks come with the first group in a range and go with the last vSwitch."""

from __future__ import annotations

import pytest

from eci_emulator.actions.context import Caller
from eci_emulator.neighbours import vpcs, vswitches
from eci_workers.node.networks import NetworkKeeper

from .harness import ACCOUNT, IMAGE, REGION, Lab

SERVER = {"Name": "main", "Image": IMAGE, "Command": ["sleep", "infinity"]}
CALLER = Caller(account=ACCOUNT, region=REGION, action="", request_id="test")


def vswitch(lab: Lab, vpc_cidr: str, cidr: str) -> str:
    vpc = vpcs.create_vpc(lab.emulator, CALLER, vpcs.VpcToCreate(cidr_block=vpc_cidr))["VpcId"]
    asked = vswitches.VSwitchToCreate(vpc_id=vpc, cidr_block=cidr, zone_id="cn-hangzhou-i")
    return str(vswitches.create_vswitch(lab.emulator, CALLER, asked)["VSwitchId"])


def delete_vswitch(lab: Lab, vswitch_id: str) -> None:
    asked = vswitches.VSwitchReference(v_switch_id=vswitch_id)
    vswitches.delete_vswitch(lab.emulator, CALLER, asked)


def networks(lab: Lab) -> list[str]:
    return list(lab.engine.list_networks(lab.runtime.names.labels()))


def routers(lab: Lab) -> list[str]:
    labels = lab.runtime.names.labels()
    return [info.name for info in lab.engine.list_containers(labels) if info.name.endswith("-router")]


@pytest.fixture
def keeper(lab: Lab) -> NetworkKeeper:
    return NetworkKeeper(lab.runtime)


def test_a_network_goes_with_its_last_vswitch(lab: Lab, keeper: NetworkKeeper) -> None:
    made = vswitch(lab, "10.0.0.0/16", "10.0.1.0/24")
    group = lab.create(SERVER, VSwitchId=made)
    network = lab.runtime.names.network("10.0.0.0/16")
    lab.delete(group)
    for _ in range(3):
        keeper.once()
    assert networks(lab) == [network]  # another group may come
    delete_vswitch(lab, made)
    keeper.once()
    assert networks(lab) == [network]  # not at the first look
    keeper.once()
    assert (networks(lab), routers(lab)) == ([], [])


def test_a_router_comes_back_by_itself(lab: Lab) -> None:
    lab.create(SERVER, VSwitchId=vswitch(lab, "10.0.0.0/16", "10.0.1.0/24"))
    (router,) = routers(lab)
    assert lab.engine._loaded(router).config.restart


def test_a_network_stays_while_something_is_in_it(lab: Lab, keeper: NetworkKeeper) -> None:
    made = vswitch(lab, "10.0.0.0/16", "10.0.1.0/24")
    group = lab.create(SERVER, VSwitchId=made)
    lab.store.groups.update(group, lambda it: setattr(it, "delete_requested", lab.now))  # but not settled
    delete_vswitch(lab, made)
    for _ in range(3):
        keeper.once()
    assert routers(lab) == [lab.runtime.names.router("10.0.0.0/16")]
    lab.store.groups.update(group, lambda it: setattr(it, "delete_requested", 0.0))


def test_a_range_used_again_has_its_network_made_again(lab: Lab, keeper: NetworkKeeper) -> None:
    for _ in range(2):
        made = vswitch(lab, "10.0.0.0/16", "10.0.1.0/24")
        group = lab.create(SERVER, VSwitchId=made)
        assert lab.status(group) == "Running"
        lab.delete(group)
        delete_vswitch(lab, made)
        for _ in range(2):
            keeper.once()
        assert networks(lab) == []


def test_a_group_tells_why_its_range_cannot_be_had_and_waits_for_it(lab: Lab, keeper: NetworkKeeper) -> None:
    first = vswitch(lab, "10.0.0.0/16", "10.0.1.0/24")
    lab.create(SERVER, VSwitchId=first)
    wide = vswitch(lab, "10.0.0.0/8", "10.0.0.0/20")  # a network of its own, in the same addresses
    waiting = lab.create(SERVER, VSwitchId=wide)
    assert lab.status(waiting) == "Pending"
    (told,) = set(lab.told(waiting, "FailedCreatePodSandBox"))
    assert "the range 10.0.0.0/20 overlaps another network of this host" in told
    for group in lab.store.groups.all_ids():
        if group != waiting:
            lab.delete(group)
    delete_vswitch(lab, first)
    for _ in range(2):
        keeper.once()
    lab.advance(600)
    assert lab.status(waiting) == "Running"
