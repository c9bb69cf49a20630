from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from eci_emulator.model.ranges import EIP_RANGES
from eci_emulator.store.eips import release_public_address

from .conftest import Api, Json


def allocate(api: Api, **parameters: object) -> str:
    return str(api.vpc("AllocateEipAddress", **parameters)["AllocationId"])


def eip(api: Api, allocation_id: str) -> Json:
    (found,) = api.vpc("DescribeEipAddresses", AllocationId=allocation_id)["EipAddresses"]["EipAddress"]
    return dict(found)


def create(api: Api, **parameters: object) -> str:
    container = {"Name": "c", "Image": "busybox:1"}
    created = api.eci("CreateContainerGroup", ContainerGroupName="job", Container=[container], **parameters)
    return str(created["ContainerGroupId"])


def internet_ip(api: Api, group_id: str) -> str:
    groups = api.eci("DescribeContainerGroups", ContainerGroupIds=f'["{group_id}"]')["ContainerGroups"]
    return str(groups[0]["InternetIp"])


def end(api: Api, group_id: str) -> None:
    """What a worker does last with a group that is deleted."""
    group = api.emulator.store.groups.get(group_id)
    assert group
    with api.emulator.store.redis.pipeline() as pipe:
        release_public_address(pipe, group)
        pipe.execute()


def test_what_an_eip_is_allocated_with_is_read_back(api: Api) -> None:
    given = {"Bandwidth": "10", "InternetChargeType": "PayByTraffic", "ISP": "BGP", "Name": "web"}
    made = api.vpc("AllocateEipAddress", **given, Description="for the web", Tag=[{"Key": "a", "Value": "b"}])
    found = eip(api, made["AllocationId"])
    expected = {
        **given,
        "Description": "for the web",
        "IpAddress": made["EipAddress"],
        "Status": "Available",
        "InstanceId": "",
        "ChargeType": "PostPaid",
        "OperationLocks": {"LockReason": []},
        "AvailableRegions": {"AvailableRegion": ["cn-hangzhou"]},
        "Tags": {"Tag": [{"Key": "a", "Value": "b"}]},
    }
    assert found | expected == found
    monitor = api.vpc("DescribeHighDefinitionMonitorLogAttribute", InstanceId=made["AllocationId"])
    assert (monitor["LogProject"], monitor["InstanceId"]) == ("", made["AllocationId"])


def test_addresses_are_of_documentation_and_each_is_given_once(api: Api) -> None:
    addresses = [api.vpc("AllocateEipAddress")["EipAddress"] for _ in range(20)]
    assert len(set(addresses)) == 20
    assert all(ip_address(address) in ip_network(EIP_RANGES[0]) for address in addresses)


def test_a_used_up_range_is_followed_by_the_next(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eci_emulator.store.eips.EIP_RANGES", ["203.0.113.0/29", "198.51.100.0/29"])
    addresses = [api.vpc("AllocateEipAddress")["EipAddress"] for _ in range(6)]
    assert len([address for address in addresses if address.startswith("203.")]) == 3
    assert api.vpc.refused("AllocateEipAddress") == (403, "QuotaExceeded.Eip")
    (first,) = api.vpc("DescribeEipAddresses", EipAddress=addresses[0])["EipAddresses"]["EipAddress"]
    api.vpc("ReleaseEipAddress", AllocationId=first["AllocationId"])
    assert api.vpc("AllocateEipAddress")["EipAddress"] == addresses[0]


def test_a_group_shows_the_eip_it_was_given_and_holds_it(api: Api) -> None:
    mine = allocate(api)
    group_id = create(api, EipInstanceId=mine)
    held = eip(api, mine)
    assert internet_ip(api, group_id) == held["IpAddress"]
    assert (held["Status"], held["InstanceType"]) == ("InUse", "NetworkInterface")
    assert api.vpc.refused("ReleaseEipAddress", AllocationId=mine) == (400, "IncorrectEipStatus")
    other = {
        "ContainerGroupName": "job",
        "Container": [{"Name": "c", "Image": "busybox:1"}],
        "EipInstanceId": mine,
    }
    assert api.send("2018-08-08", "CreateContainerGroup", other).json()["Code"] == "IncorrectEipStatus"
    in_use = api.vpc("DescribeEipAddresses", Status="InUse")["EipAddresses"]["EipAddress"]
    assert [found["AllocationId"] for found in in_use] == [mine]
    end(api, group_id)
    assert eip(api, mine)["Status"] == "Available"
    api.vpc("ReleaseEipAddress", AllocationId=mine)
    assert api.vpc("DescribeEipAddresses", AllocationId=mine)["EipAddresses"] == {"EipAddress": []}
    assert api.vpc.refused("ReleaseEipAddress", AllocationId=mine) == (404, "InvalidAllocationId.NotFound")


def test_an_address_taken_for_a_group_goes_with_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eci_emulator.store.eips.EIP_RANGES", ["203.0.113.0/30", "198.51.100.0/29"])
    groups = [create(api, AutoCreateEip=True, EipBandwidth=5) for _ in range(3)]
    assert len({internet_ip(api, group_id) for group_id in groups}) == 3
    refused = {
        "ContainerGroupName": "job",
        "Container": [{"Name": "c", "Image": "busybox:1"}],
        "AutoCreateEip": True,
    }
    assert api.send("2018-08-08", "CreateContainerGroup", refused).json()["Code"] == "QuotaExceeded.Eip"
    address = internet_ip(api, groups[1])
    end(api, groups[1])
    assert internet_ip(api, create(api, AutoCreateEip=True)) == address


def test_a_group_without_one_shows_none(api: Api) -> None:
    assert internet_ip(api, create(api)) == ""


def test_an_eip_nobody_allocated_is_made_up(api: Api) -> None:
    group_id = create(api, EipInstanceId="eip-somebody")
    assert internet_ip(api, group_id) == eip(api, "eip-somebody")["IpAddress"]


def test_an_eip_changes(api: Api) -> None:
    mine = allocate(api)
    api.vpc("ModifyEipAddressAttribute", AllocationId=mine, Name="new", Description="newer", Bandwidth="9")
    changed = eip(api, mine)
    assert (changed["Name"], changed["Description"], changed["Bandwidth"]) == ("new", "newer", "9")
    assert changed["EipBandwidth"] == "9"
