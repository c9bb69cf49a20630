from __future__ import annotations

import pytest

from .conftest import Api, Json

ZONE = "cn-hangzhou-i"


@pytest.fixture
def vpc(api: Api) -> str:
    return str(api.vpc("CreateVpc", CidrBlock="10.0.0.0/16")["VpcId"])


def vswitch(api: Api, vpc: str, cidr: str = "10.0.1.0/24", **parameters: object) -> str:
    created = api.vpc("CreateVSwitch", VpcId=vpc, CidrBlock=cidr, ZoneId=ZONE, **parameters)
    return str(created["VSwitchId"])


def group(api: Api, **parameters: object) -> Json:
    """A new container group as it is described."""
    container = {"Name": "c", "Image": "busybox:1"}
    created = api.eci("CreateContainerGroup", ContainerGroupName="job", Container=[container], **parameters)
    ids = f'["{created["ContainerGroupId"]}"]'
    (described,) = api.eci("DescribeContainerGroups", ContainerGroupIds=ids)["ContainerGroups"]
    return dict(described)


def test_what_a_vswitch_is_created_with_is_read_back(api: Api, vpc: str) -> None:
    tags = [{"Key": "team", "Value": "ml"}]
    made = vswitch(api, vpc, VSwitchName="web", Description="for the web", Tag=tags)
    described = api.vpc("DescribeVSwitchAttributes", VSwitchId=made)
    expected = {
        "VSwitchId": made,
        "VpcId": vpc,
        "CidrBlock": "10.0.1.0/24",
        "ZoneId": ZONE,
        "VSwitchName": "web",
        "Description": "for the web",
        "Tags": {"Tag": tags},
        "Status": "Available",
        "Ipv6CidrBlock": "",
    }
    assert described | expected == described
    (listed,) = api.vpc("DescribeVSwitches", VpcId=vpc, ZoneId=ZONE)["VSwitches"]["VSwitch"]
    assert listed | {"RequestId": described["RequestId"]} == described
    assert listed["RouteTable"]["RouteTableType"] == "System"
    assert api.vpc("DescribeVpcAttribute", VpcId=vpc)["VSwitchIds"] == {"VSwitchId": [made]}


@pytest.mark.parametrize("cidr", ["10.1.0.0/24", "10.0.0.0/15", "10.0.1.0/30", "10.0.1.1/24", "x"])
def test_ranges_that_do_not_fit_in_the_vpc(api: Api, vpc: str, cidr: str) -> None:
    refused = api.vpc.refused("CreateVSwitch", VpcId=vpc, CidrBlock=cidr, ZoneId=ZONE)
    assert refused == (400, "InvalidParameter.CidrBlock")


@pytest.mark.parametrize("cidr", ["10.0.1.0/24", "10.0.0.0/16", "10.0.1.128/25", "10.0.0.0/23"])
def test_ranges_of_one_vpc_do_not_overlap(api: Api, vpc: str, cidr: str) -> None:
    vswitch(api, vpc, "10.0.1.0/24")
    refused = api.vpc.refused("CreateVSwitch", VpcId=vpc, CidrBlock=cidr, ZoneId=ZONE)
    assert refused == (400, "InvalidCidrBlock.Overlapped")
    vswitch(api, vpc, "10.0.2.0/24")


def test_ranges_of_two_vpcs_may_overlap(api: Api, vpc: str) -> None:
    other = api.vpc("CreateVpc", CidrBlock="10.0.0.0/16")["VpcId"]
    vswitch(api, vpc)
    vswitch(api, other)


def test_a_vswitch_needs_its_vpc_and_a_zone_of_the_region(api: Api, vpc: str) -> None:
    given = {"CidrBlock": "10.0.1.0/24", "ZoneId": ZONE}
    assert api.vpc.refused("CreateVSwitch", **given, VpcId="vpc-no") == (404, "InvalidVpcId.NotFound")
    assert api.vpc.refused("CreateVSwitch", **given | {"ZoneId": "cn-beijing-a"}, VpcId=vpc)[0] == 404
    assert api.vpc.refused("CreateVSwitch", **given) == (400, "MissingVpcId")


def test_groups_get_their_addresses_from_it(api: Api, vpc: str) -> None:
    made = vswitch(api, vpc, "10.0.1.0/29")
    described = api.vpc("DescribeVSwitchAttributes", VSwitchId=made)
    room = described["AvailableIpAddressCount"]
    placed = group(api, VSwitchId=made)
    assert (placed["VSwitchId"], placed["VpcId"], placed["ZoneId"]) == (made, vpc, ZONE)
    assert placed["IntranetIp"].startswith("10.0.1.")
    assert api.vpc("DescribeVSwitchAttributes", VSwitchId=made)["AvailableIpAddressCount"] == room - 1


def test_a_vswitch_goes_only_when_no_group_is_in_it(api: Api, vpc: str) -> None:
    made = vswitch(api, vpc)
    placed = group(api, VSwitchId=made)
    assert api.vpc.refused("DeleteVSwitch", VSwitchId=made) == (400, "DependencyViolation")
    api.eci("DeleteContainerGroup", ContainerGroupId=placed["ContainerGroupId"])
    api.vpc("DeleteVSwitch", VSwitchId=made)
    assert api.vpc.refused("DescribeVSwitchAttributes", VSwitchId=made) == (404, "InvalidVSwitchId.NotFound")
    vswitch(api, vpc)  # its range is free again


def test_a_vswitch_is_renamed(api: Api, vpc: str) -> None:
    made = vswitch(api, vpc)
    api.vpc("ModifyVSwitchAttribute", VSwitchId=made, VSwitchName="new", Description="newer")
    (described,) = api.vpc("DescribeVSwitches", VSwitchName="new")["VSwitches"]["VSwitch"]
    assert (described["VSwitchId"], described["Description"]) == (made, "newer")


def test_a_vswitch_made_up_for_a_group_is_a_default_one(api: Api, vpc: str) -> None:
    made = vswitch(api, vpc)
    placed = group(api)
    (default,) = api.vpc("DescribeVSwitches", IsDefault=True)["VSwitches"]["VSwitch"]
    (created,) = api.vpc("DescribeVSwitches", IsDefault=False)["VSwitches"]["VSwitch"]
    assert (default["VSwitchId"], created["VSwitchId"]) == (placed["VSwitchId"], made)


def test_vswitches_of_equal_vpcs_are_equal_or_apart(api: Api, vpc: str) -> None:
    """They share a network of the engine, where no address can be given out twice."""
    vswitch(api, vpc, "10.0.1.0/24")
    other = api.as_someone("LTAIother")
    twin = other.vpc("CreateVpc", CidrBlock="10.0.0.0/16")["VpcId"]
    refused = other.vpc.refused("CreateVSwitch", VpcId=twin, CidrBlock="10.0.0.0/20", ZoneId=ZONE)
    assert refused == (400, "InvalidCidrBlock.Overlapped")
    mine, theirs = vswitch(api, vpc, "10.0.2.0/24"), vswitch(other, twin, "10.0.2.0/24")
    placed = group(api, VSwitchId=mine), group(other, VSwitchId=theirs)
    assert placed[0]["IntranetIp"] != placed[1]["IntranetIp"]


def test_vswitches_of_other_vpcs_have_nothing_to_do_with_it(api: Api, vpc: str) -> None:
    vswitch(api, vpc, "10.0.1.0/24")
    wide = api.vpc("CreateVpc", CidrBlock="10.0.0.0/8")["VpcId"]
    vswitch(api, wide, "10.0.0.0/20")
