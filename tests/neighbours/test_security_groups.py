from __future__ import annotations

import pytest

from .conftest import Api, Json

WEB = {
    "IpProtocol": "tcp",
    "PortRange": "80/80",
    "Policy": "accept",
    "Priority": "1",
    "SourceCidrIp": "0.0.0.0/0",
}


@pytest.fixture
def vpc(api: Api) -> str:
    return str(api.vpc("CreateVpc", CidrBlock="10.0.0.0/16")["VpcId"])


@pytest.fixture
def group(api: Api, vpc: str) -> str:
    return str(api.ecs("CreateSecurityGroup", VpcId=vpc, SecurityGroupName="web")["SecurityGroupId"])


def rules(api: Api, group: str, direction: str = "all") -> list[Json]:
    described = api.ecs("DescribeSecurityGroupAttribute", SecurityGroupId=group, Direction=direction)
    return list(described["Permissions"]["Permission"])


def test_what_a_security_group_is_created_with_is_read_back(api: Api, vpc: str) -> None:
    given = {
        "SecurityGroupName": "db",
        "Description": "for the db",
        "VpcId": vpc,
        "SecurityGroupType": "enterprise",
    }
    made = api.ecs("CreateSecurityGroup", **given, Tag=[{"Key": "team", "Value": "ml"}])["SecurityGroupId"]
    (listed,) = api.ecs("DescribeSecurityGroups", SecurityGroupId=made)["SecurityGroups"]["SecurityGroup"]
    expected = {**given, "SecurityGroupId": made, "Tags": {"Tag": [{"TagKey": "team", "TagValue": "ml"}]}}
    assert listed | expected == listed
    described = api.ecs("DescribeSecurityGroupAttribute", SecurityGroupId=made)
    assert described["InnerAccessPolicy"] == "Drop"
    assert described["Permissions"] == {"Permission": []}


def test_lists_are_narrowed_down(api: Api, vpc: str, group: str) -> None:
    other = api.ecs("CreateSecurityGroup", VpcId=vpc, SecurityGroupName="db")["SecurityGroupId"]

    def shown(**query: object) -> list[str]:
        groups = api.ecs("DescribeSecurityGroups", **query)["SecurityGroups"]["SecurityGroup"]
        return [found["SecurityGroupId"] for found in groups]

    assert shown(VpcId=vpc) == [group, other]
    assert shown(SecurityGroupName="db") == [other]
    assert shown(SecurityGroupIds=f'["{other}"]') == [other]
    assert shown(VpcId="vpc-no") == []
    assert shown(SecurityGroupId="sg-no") == []


def test_a_security_group_needs_a_vpc_that_is_there(api: Api) -> None:
    assert api.ecs.refused("CreateSecurityGroup", VpcId="vpc-no") == (404, "InvalidVpcId.NotFound")


def test_its_name_and_its_policy_change(api: Api, group: str) -> None:
    api.ecs(
        "ModifySecurityGroupAttribute", SecurityGroupId=group, SecurityGroupName="new", Description="newer"
    )
    api.ecs("ModifySecurityGroupPolicy", SecurityGroupId=group, InnerAccessPolicy="Drop")
    described = api.ecs("DescribeSecurityGroupAttribute", SecurityGroupId=group)
    assert (described["SecurityGroupName"], described["Description"]) == ("new", "newer")
    assert described["InnerAccessPolicy"] == "Drop"
    refused = api.ecs.refused("ModifySecurityGroupPolicy", SecurityGroupId=group, InnerAccessPolicy="Perhaps")
    assert refused == (400, "InvalidParameter.InnerAccessPolicy")


def test_rules_are_read_back_as_ecs_writes_them(api: Api, group: str) -> None:
    api.ecs("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=[WEB | {"Description": "the web"}])
    egress = {"IpProtocol": "all", "PortRange": "-1/-1", "DestGroupId": "sg-other", "Policy": "drop"}
    api.ecs("AuthorizeSecurityGroupEgress", SecurityGroupId=group, **egress)  # one, in the request itself
    (incoming,) = rules(api, group, "ingress")
    (outgoing,) = rules(api, group, "egress")
    assert len(rules(api, group)) == 2
    expected = {"IpProtocol": "TCP", "PortRange": "80/80", "Policy": "Accept", "Priority": "1"}
    expected |= {
        "SourceCidrIp": "0.0.0.0/0",
        "DestCidrIp": "",
        "Description": "the web",
        "NicType": "intranet",
    }
    assert incoming | expected == incoming
    expected = {"IpProtocol": "ALL", "PortRange": "-1/-1", "Policy": "Drop", "DestGroupId": "sg-other"}
    assert outgoing | expected == outgoing


def test_the_same_rule_again_is_no_second_one(api: Api, group: str) -> None:
    for policy in ("accept", "Accept"):
        api.ecs("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=[WEB | {"Policy": policy}])
    api.ecs("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=[WEB | {"PortRange": "81/81"}])
    assert [rule["PortRange"] for rule in rules(api, group)] == ["80/80", "81/81"]


def test_rules_are_described_otherwise_and_revoked(api: Api, group: str) -> None:
    more = [WEB, WEB | {"PortRange": "443/443"}, WEB | {"IpProtocol": "udp"}]
    api.ecs("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=more)
    api.ecs("ModifySecurityGroupRule", SecurityGroupId=group, **WEB, Description="plain")
    first, second, third = rules(api, group)
    assert [rule["Description"] for rule in (first, second, third)] == ["plain", "", ""]
    api.ecs("RevokeSecurityGroup", SecurityGroupId=group, **WEB)
    assert [rule["SecurityGroupRuleId"] for rule in rules(api, group)] == [
        second["SecurityGroupRuleId"],
        third["SecurityGroupRuleId"],
    ]
    api.ecs("RevokeSecurityGroup", SecurityGroupId=group, SecurityGroupRuleId=[second["SecurityGroupRuleId"]])
    api.ecs("RevokeSecurityGroupEgress", SecurityGroupId=group, **WEB, DestCidrIp="0.0.0.0/0")  # is not there
    assert rules(api, group) == [third]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"IpProtocol": ""}, "MissingIpProtocol"),
        ({"IpProtocol": "smtp"}, "InvalidParameter.IpProtocol"),
        ({"PortRange": "80"}, "InvalidParameter.PortRange"),
        ({"SourceCidrIp": ""}, "MissingSourceCidrIp"),
        ({"SourceCidrIp": "somewhere"}, "InvalidParameter.SourceCidrIp"),
    ],
)
def test_rules_that_make_no_sense(api: Api, group: str, changed: Json, code: str) -> None:
    refused = api.ecs.refused("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=[WEB | changed])
    assert refused == (400, code)
    assert rules(api, group) == []


def test_a_security_group_goes_only_when_no_group_is_in_it(api: Api, vpc: str, group: str) -> None:
    vswitch = api.vpc("CreateVSwitch", VpcId=vpc, CidrBlock="10.0.1.0/24", ZoneId="cn-hangzhou-i")[
        "VSwitchId"
    ]
    container = {"Name": "c", "Image": "busybox:1"}
    made = api.eci(
        "CreateContainerGroup",
        ContainerGroupName="job",
        Container=[container],
        VSwitchId=vswitch,
        SecurityGroupId=group,
    )
    (listed,) = api.ecs("DescribeSecurityGroups", SecurityGroupId=group)["SecurityGroups"]["SecurityGroup"]
    assert listed["EcsCount"] == 1
    assert api.ecs.refused("DeleteSecurityGroup", SecurityGroupId=group) == (400, "DependencyViolation")
    api.eci("DeleteContainerGroup", ContainerGroupId=made["ContainerGroupId"])
    api.ecs("DeleteSecurityGroup", SecurityGroupId=group)
    gone = (404, "InvalidSecurityGroupId.NotFound")
    assert api.ecs.refused("DescribeSecurityGroupAttribute", SecurityGroupId=group) == gone
    assert api.ecs.refused("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=[WEB]) == gone


def test_a_group_must_be_in_a_security_group_of_its_vpc(api: Api, group: str) -> None:
    container = {"Name": "c", "Image": "busybox:1"}
    given = {"ContainerGroupName": "job", "Container": [container], "SecurityGroupId": group}
    answer = api.send("2018-08-08", "CreateContainerGroup", given)  # in the default vSwitch
    assert answer.json()["Code"] == "OperationDenied.SecurityGroupMisMatch"
