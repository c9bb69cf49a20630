from __future__ import annotations

import pytest

from .conftest import Api


@pytest.fixture
def things(api: Api) -> dict[str, tuple[str, str]]:
    """Of each kind that has tags: product and id."""
    vpc = api.vpc("CreateVpc", CidrBlock="10.0.0.0/16")["VpcId"]
    given = {"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "ZoneId": "cn-hangzhou-i"}
    return {
        "VPC": ("vpc", vpc),
        "VSWITCH": ("vpc", api.vpc("CreateVSwitch", **given)["VSwitchId"]),
        "EIP": ("vpc", api.vpc("AllocateEipAddress")["AllocationId"]),
        "securitygroup": ("ecs", api.ecs("CreateSecurityGroup", VpcId=vpc)["SecurityGroupId"]),
    }


@pytest.mark.parametrize("kind", ["VPC", "VSWITCH", "EIP", "securitygroup"])
def test_tags_come_change_and_go(api: Api, things: dict[str, tuple[str, str]], kind: str) -> None:
    product, resource = things[kind]
    call = getattr(api, product)
    untag = "UnTagResources" if product == "vpc" else "UntagResources"
    asked = {"ResourceType": kind, "ResourceId": [resource]}

    def tags() -> dict[str, str]:
        listed = call("ListTagResources", **asked)["TagResources"]["TagResource"]
        assert {tag["ResourceId"] for tag in listed} <= {resource}
        return {tag["TagKey"]: tag["TagValue"] for tag in listed}

    call("TagResources", **asked, Tag=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    call("TagResources", **asked, Tag=[{"Key": "b", "Value": "3"}, {"Key": "c"}])
    assert tags() == {"a": "1", "b": "3", "c": ""}
    call(untag, **asked, TagKey=["a"])
    assert tags() == {"b": "3", "c": ""}
    assert len(call("ListTagResources", **asked, Tag=[{"Key": "b"}])["TagResources"]["TagResource"]) == 1
    call(untag, **asked, All=True)
    assert tags() == {}


@pytest.mark.parametrize("kind", ["VPC", "EIP", "securitygroup"])
def test_resources_move_between_resource_groups(
    api: Api, things: dict[str, tuple[str, str]], kind: str
) -> None:
    product, resource = things[kind]
    if product == "vpc":
        api.vpc("MoveResourceGroup", ResourceType=kind, ResourceId=resource, NewResourceGroupId="rg-new")
    else:
        api.ecs("JoinResourceGroup", ResourceType=kind, ResourceId=resource, ResourceGroupId="rg-new")
    lists = {
        "VPC": lambda: api.vpc("DescribeVpcs", ResourceGroupId="rg-new"),
        "EIP": lambda: api.vpc("DescribeEipAddresses", ResourceGroupId="rg-new"),
        "securitygroup": lambda: api.ecs("DescribeSecurityGroups", ResourceGroupId="rg-new"),
    }
    assert lists[kind]()["TotalCount"] == 1


def test_what_cannot_be_tagged(api: Api) -> None:
    asked = {"ResourceId": ["x"], "Tag": [{"Key": "a"}]}
    assert api.vpc.refused("TagResources", ResourceType="VPC", **asked) == (404, "InvalidVpcId.NotFound")
    refused = api.vpc.refused("TagResources", ResourceType="NATGATEWAY", **asked)
    assert refused == (400, "InvalidParameter.ResourceType")
