from __future__ import annotations

from ipaddress import IPv6Network

import pytest

from .conftest import Api


@pytest.fixture
def vpc(api: Api) -> str:
    return str(api.vpc("CreateVpc", CidrBlock="10.0.0.0/16", VpcName="one")["VpcId"])


def test_what_a_vpc_is_created_with_is_read_back(api: Api) -> None:
    created = api.vpc(
        "CreateVpc",
        CidrBlock="192.168.0.0/24",
        VpcName="shop",
        Description="for the shop",
        ResourceGroupId="rg-mine",
        UserCidr="10.8.0.0/16,10.9.0.0/16",
        Tag=[{"Key": "team", "Value": "ml"}],
    )
    described = api.vpc("DescribeVpcAttribute", VpcId=created["VpcId"])
    expected = {
        "VpcId": created["VpcId"],
        "VRouterId": created["VRouterId"],
        "CidrBlock": "192.168.0.0/24",
        "VpcName": "shop",
        "Description": "for the shop",
        "ResourceGroupId": "rg-mine",
        "UserCidrs": {"UserCidr": ["10.8.0.0/16", "10.9.0.0/16"]},
        "Tags": {"Tag": [{"Key": "team", "Value": "ml"}]},
        "Status": "Available",
        "IsDefault": False,
    }
    assert described | expected == described


def test_what_terraform_dereferences_unasked_is_never_missing(api: Api, vpc: str) -> None:
    for item in api.vpc("DescribeVpcs")["Vpcs"]["Vpc"]:
        assert item["SecondaryCidrBlocks"] == {"SecondaryCidrBlock": []}
        assert item["UserCidrs"] == {"UserCidr": []}
        assert item["VSwitchIds"] == {"VSwitchId": []}
    (table,) = api.vpc("DescribeRouteTableList", VpcId=vpc)["RouterTableList"]["RouterTableListType"]
    assert (table["RouteTableType"], table["VpcId"]) == ("System", vpc)


def test_a_vpc_without_a_range_has_the_usual_one(api: Api) -> None:
    vpc_id = api.vpc("CreateVpc")["VpcId"]
    assert api.vpc("DescribeVpcAttribute", VpcId=vpc_id)["CidrBlock"] == "172.16.0.0/12"


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/29", "8.8.0.0/16", "10.0.0.1/16", "fd00::/64", "ten", "0.0.0.0/0"]
)
def test_ranges_that_no_vpc_can_have(api: Api, cidr: str) -> None:
    assert api.vpc.refused("CreateVpc", CidrBlock=cidr) == (400, "InvalidParameter.CidrBlock")


def test_a_token_used_again_makes_no_second_vpc(api: Api) -> None:
    once = api.vpc("CreateVpc", ClientToken="t", CidrBlock="10.0.0.0/16")
    again = api.vpc("CreateVpc", ClientToken="t", CidrBlock="10.0.0.0/16")
    assert again["VpcId"] == once["VpcId"]
    assert api.vpc("DescribeVpcs")["TotalCount"] == 1
    assert api.vpc.refused("CreateVpc", ClientToken="t")[1] == "IdempotentParameterMismatch"


def test_a_dry_run_makes_and_deletes_nothing(api: Api, vpc: str) -> None:
    assert api.vpc.refused("CreateVpc", DryRun=True)[1] == "DryRun.Success"
    assert api.vpc.refused("DeleteVpc", VpcId=vpc, DryRun=True)[1] == "DryRun.Success"
    assert api.vpc("DescribeVpcs")["TotalCount"] == 1


def test_a_vpc_and_its_vswitches_have_ipv6_ranges(api: Api) -> None:
    vpc = api.vpc("CreateVpc", CidrBlock="10.0.0.0/16", EnableIpv6=True)["VpcId"]
    described = api.vpc("DescribeVpcAttribute", VpcId=vpc)
    cidr = IPv6Network(described["Ipv6CidrBlock"])
    assert cidr.prefixlen == 56 and cidr.subnet_of(IPv6Network("2001:db8::/32"))
    assert described["Ipv6CidrBlocks"] == {"Ipv6CidrBlock": [{"Ipv6CidrBlock": str(cidr), "Ipv6Isp": "BGP"}]}
    assert described["EnabledIpv6"] is True

    inside = {"VpcId": vpc, "ZoneId": "cn-hangzhou-i"}
    one = api.vpc("CreateVSwitch", **inside, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=0)["VSwitchId"]
    other = api.vpc("CreateVSwitch", **inside, CidrBlock="10.0.2.0/24")["VSwitchId"]

    def part(vswitch: str) -> tuple[str, bool]:
        described = api.vpc("DescribeVSwitchAttributes", VSwitchId=vswitch)
        return described["Ipv6CidrBlock"], described["EnabledIpv6"]

    parts = list(cidr.subnets(new_prefix=64))
    assert part(one) == (str(parts[0]), True) and part(other) == ("", False)
    api.vpc("ModifyVSwitchAttribute", VSwitchId=other, EnableIPv6=True)
    assert part(other) == (str(parts[1]), True)
    api.vpc("ModifyVSwitchAttribute", VSwitchId=other, EnableIPv6=True, Ipv6CidrBlock=255)
    api.vpc("ModifyVSwitchAttribute", VSwitchId=other, VSwitchName="renamed")
    assert part(other) == (str(parts[255]), True)
    taken = api.vpc.refused("ModifyVSwitchAttribute", VSwitchId=other, Ipv6CidrBlock=0)
    assert taken == (400, "InvalidCidrBlock.Overlapped")
    beyond = api.vpc.refused("ModifyVSwitchAttribute", VSwitchId=other, Ipv6CidrBlock=256)
    assert beyond == (400, "InvalidParameter.ValueExceeded")

    used = api.vpc.refused("ModifyVpcAttribute", VpcId=vpc, EnableIPv6=False)
    assert used == (400, "InvalidParameter.EnableIPv6")
    for vswitch in (one, other):
        api.vpc("ModifyVSwitchAttribute", VSwitchId=vswitch, EnableIPv6=False)
        assert part(vswitch) == ("", False)
    api.vpc("ModifyVpcAttribute", VpcId=vpc, EnableIPv6=False)
    assert api.vpc("DescribeVpcAttribute", VpcId=vpc)["EnabledIpv6"] is False
    without = api.vpc.refused("ModifyVSwitchAttribute", VSwitchId=one, EnableIPv6=True)
    assert without == (400, "InvalidParameter.Ipv6CidrBlock")
    api.vpc("ModifyVpcAttribute", VpcId=vpc, EnableIPv6=True)
    assert api.vpc("DescribeVpcAttribute", VpcId=vpc)["Ipv6CidrBlock"] == str(cidr)


def test_lists_are_narrowed_down_and_cut_into_pages(api: Api) -> None:
    ids = [
        api.vpc("CreateVpc", VpcName=f"v{n}", Tag=[{"Key": "n", "Value": str(n % 2)}])["VpcId"]
        for n in range(5)
    ]

    def shown(**query: object) -> list[str]:
        return [vpc["VpcId"] for vpc in api.vpc("DescribeVpcs", **query)["Vpcs"]["Vpc"]]

    assert shown() == ids
    assert shown(VpcId=f"{ids[3]},{ids[1]}") == [ids[1], ids[3]]
    assert shown(VpcName="v2") == [ids[2]]
    assert shown(Tag=[{"Key": "n", "Value": "1"}]) == [ids[1], ids[3]]
    assert shown(Tag=[{"Key": "n"}]) == ids
    assert shown(ResourceGroupId="rg-other") == []
    assert shown(IsDefault=True) == []
    assert shown(PageSize=2, PageNumber=3) == ids[4:]
    assert api.vpc("DescribeVpcs", PageSize=2)["TotalCount"] == 5


def test_a_vpc_is_renamed(api: Api, vpc: str) -> None:
    api.vpc("ModifyVpcAttribute", VpcId=vpc, VpcName="two", Description="the second")
    described = api.vpc("DescribeVpcAttribute", VpcId=vpc)
    assert (described["VpcName"], described["Description"]) == ("two", "the second")
    api.vpc("ModifyVpcAttribute", VpcId=vpc, Description="still two")
    assert api.vpc("DescribeVpcAttribute", VpcId=vpc)["VpcName"] == "two"


def test_a_vpc_goes_only_when_nothing_is_in_it(api: Api, vpc: str) -> None:
    vswitch = api.vpc("CreateVSwitch", VpcId=vpc, CidrBlock="10.0.1.0/24", ZoneId="cn-hangzhou-i")
    group = api.ecs("CreateSecurityGroup", VpcId=vpc)
    assert api.vpc.refused("DeleteVpc", VpcId=vpc) == (400, "DependencyViolation.VSwitch")
    api.vpc("DeleteVSwitch", VSwitchId=vswitch["VSwitchId"])
    assert api.vpc.refused("DeleteVpc", VpcId=vpc) == (400, "DependencyViolation.SecurityGroup")
    api.ecs("DeleteSecurityGroup", SecurityGroupId=group["SecurityGroupId"])
    api.vpc("DeleteVpc", VpcId=vpc)
    assert api.vpc.refused("DescribeVpcAttribute", VpcId=vpc) == (404, "InvalidVpcId.NotFound")
    assert api.vpc.refused("DeleteVpc", VpcId=vpc) == (404, "InvalidVpcId.NotFound")


def test_accounts_and_regions_do_not_see_each_other(api: Api, vpc: str) -> None:
    for other in (api.as_someone("LTAIother"), api.as_someone("", "cn-beijing")):
        assert other.vpc("DescribeVpcs")["TotalCount"] == 0
        assert other.vpc.refused("DescribeVpcAttribute", VpcId=vpc)[0] == 404


def test_the_vpc_that_groups_fall_back_to_is_the_default_one(api: Api) -> None:
    container = {"Name": "c", "Image": "busybox:1"}
    group_id = api.eci("CreateContainerGroup", ContainerGroupName="job", Container=[container])[
        "ContainerGroupId"
    ]
    (group,) = api.eci("DescribeContainerGroups", ContainerGroupIds=f'["{group_id}"]')["ContainerGroups"]
    (vpc,) = api.vpc("DescribeVpcs", IsDefault=True)["Vpcs"]["Vpc"]
    assert (vpc["VpcId"], vpc["VSwitchIds"]["VSwitchId"]) == (group["VpcId"], [group["VSwitchId"]])


def test_an_action_that_is_not_there_is_refused_with_those_that_are(api: Api) -> None:
    answer = api.send("2016-04-28", "CreateNatGateway", {})
    assert answer.status_code == 404
    body = answer.json()
    assert body["Code"] == "InvalidAction.NotFound"
    assert "CreateNatGateway of Vpc 2016-04-28" in body["Message"]
    assert "CreateVpc" in body["Message"]


def test_a_neighbour_can_be_called_by_its_path(api: Api) -> None:
    answer = api.client.post("/vpc/CreateVpc", json={"CidrBlock": "10.0.0.0/16"})
    assert answer.json()["VpcId"].startswith("vpc-")
