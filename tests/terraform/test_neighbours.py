"""The resources around those of ECI, and the data sources that name what they are put into."""

from __future__ import annotations

from ipaddress import IPv6Network
from typing import Any

import pytest
from Tea.exceptions import TeaException

from tests.terraform.provider import ECI, ECS, VPC, Json, Provider, integer, tags, text, truth

RAM, STS, LOCATION, BSS = "2020-03-31", "2015-04-01", "2015-06-12", "2017-12-14"


def vpc(provider: Provider, vpc_id: str) -> Json:
    return provider.post(
        VPC, "DescribeVpcAttribute", None, {"VpcId": vpc_id, "RegionId": provider.region}, bare=True
    )


def vpc_state(provider: Provider, vpc_id: str) -> Json:
    item = vpc(provider, vpc_id)
    listed = provider.post(
        VPC, "DescribeRouteTableList", None, {"VpcId": vpc_id, "RegionId": provider.region}
    )
    (table,) = (
        table
        for table in listed["RouterTableList"]["RouterTableListType"]
        if table["RouteTableType"] == "System" and table["VpcId"] == vpc_id
    )
    return {
        "cidr_block": text(item["CidrBlock"]),
        "classic_link_enabled": truth(item["ClassicLinkEnabled"]),
        "description": text(item["Description"]),
        "dns_hostname_status": text(item["DnsHostnameStatus"]),
        "enable_ipv6": truth(item["EnabledIpv6"]),
        "ipv6_cidr_block": text(item["Ipv6CidrBlock"]),
        "ipv6_cidr_blocks": [
            {"ipv6_isp": text(block["Ipv6Isp"]), "ipv6_cidr_block": text(block["Ipv6CidrBlock"])}
            for block in item["Ipv6CidrBlocks"]["Ipv6CidrBlock"]
        ],
        "resource_group_id": text(table["ResourceGroupId"]),
        "route_table_id": text(table["RouteTableId"]),
        "router_id": text(table["RouterId"]),
        "secondary_cidr_blocks": item["SecondaryCidrBlocks"]["SecondaryCidrBlock"],
        "status": text(item["Status"]),
        "system_route_table_description": text(table["Description"]),
        "system_route_table_name": text(table["RouteTableName"]),
        "system_route_table_route_propagation_enable": truth(table["RoutePropagationEnable"]),
        "tags": tags(item["Tags"]["Tag"]),
        "user_cidrs": item["UserCidrs"]["UserCidr"],
        "vpc_name": text(item["VpcName"]),
    }


def test_vpc(provider: Provider) -> None:
    request = {
        "CidrBlock": "172.16.0.0/12",
        "VpcName": "tf-vpc",
        "Description": "for terraform",
        "EnableIpv6": True,
        "UserCidr": "100.100.0.0/24",
        "Tag": [{"Key": "Created", "Value": "TF"}],
        "ClientToken": "TF-CreateVpc-1",
    }
    vpc_id = provider.post(VPC, "CreateVpc", request)["VpcId"]
    assert provider.post(VPC, "CreateVpc", request)["VpcId"] == vpc_id
    provider.wait(lambda: vpc(provider, vpc_id), {"Pending"}, {"Available"})
    applied = vpc_state(provider, vpc_id)
    expected = {
        "cidr_block": "172.16.0.0/12",
        "classic_link_enabled": False,
        "description": "for terraform",
        "enable_ipv6": True,
        "ipv6_cidr_blocks": [{"ipv6_isp": "BGP", "ipv6_cidr_block": applied["ipv6_cidr_block"]}],
        "secondary_cidr_blocks": [],
        "system_route_table_description": "",
        "system_route_table_name": "",
        "tags": {"Created": "TF"},
        "user_cidrs": ["100.100.0.0/24"],
        "vpc_name": "tf-vpc",
    }
    assert applied | expected == applied
    changes = {"VpcName": "tf-new", "Description": "", "EnableDnsHostname": "true", "EnableIPv6": False}
    provider.post(VPC, "ModifyVpcAttribute", {"VpcId": vpc_id, **changes})
    table = {"RouteTableName": "tf-table", "Description": "tf", "RoutePropagationEnable": False}
    provider.post(VPC, "ModifyRouteTableAttributes", {"RouteTableId": applied["route_table_id"], **table})
    retag = {"ResourceType": "VPC", "ResourceId.1": vpc_id}
    provider.post(VPC, "UnTagResources", {**retag, "TagKey.1": "Created"})
    provider.post(VPC, "TagResources", {**retag, "Tag.1.Key": "For", "Tag.1.Value": "test"})
    assert vpc_state(provider, vpc_id) == applied | {
        "vpc_name": "tf-new",
        "description": "",
        "dns_hostname_status": "ENABLED",
        "enable_ipv6": False,
        "ipv6_cidr_block": "",
        "ipv6_cidr_blocks": [],
        "system_route_table_description": "tf",
        "system_route_table_name": "tf-table",
        "system_route_table_route_propagation_enable": False,
        "tags": {"For": "test"},
    }
    with pytest.raises(TeaException, match="NotEmulated"):  # and not a plan that never comes to an end
        provider.post(VPC, "ModifyVpcAttribute", {"VpcId": vpc_id, "CidrBlock": "10.0.0.0/8"})
    provider.post(VPC, "DeleteVpc", {"VpcId": vpc_id, "ClientToken": "TF-DeleteVpc-1"})
    assert provider.gone(lambda: vpc(provider, vpc_id))


def vswitch(provider: Provider, vswitch_id: str) -> Json:
    return provider.post(VPC, "DescribeVSwitchAttributes", None, {"VSwitchId": vswitch_id})


def mask(cidr: Any) -> int:
    """The number that the provider makes out in the range: the last octet that belongs to the network."""
    network = IPv6Network(text(cidr))
    return network.network_address.packed[network.prefixlen // 8 - 1]


def test_vswitch(provider: Provider) -> None:
    vpc_id = provider.post(VPC, "CreateVpc", {"CidrBlock": "10.4.0.0/16", "EnableIpv6": True})["VpcId"]
    zone = provider.post(ECI, "DescribeRegions")["Regions"][0]["RecommendZones"][0]
    request = {
        "VpcId": vpc_id,
        "CidrBlock": "10.4.0.0/24",
        "ZoneId": zone,
        "VSwitchName": "tf-vswitch",
        "Description": "for terraform",
        "Ipv6CidrBlock": 7,
        "ClientToken": "TF-CreateVSwitch-1",
    }
    vswitch_id = provider.post(VPC, "CreateVSwitch", request)["VSwitchId"]
    provider.wait(lambda: vswitch(provider, vswitch_id), {"Pending"}, {"Available"})
    provider.post(
        VPC, "TagResources", {"ResourceType": "VSWITCH", "ResourceId.1": vswitch_id, "Tag.1.Key": "Created"}
    )

    def state() -> Json:
        item = vswitch(provider, vswitch_id)
        return {
            "cidr_block": text(item["CidrBlock"]),
            "description": text(item["Description"]),
            "ipv6_cidr_block_mask": mask(item["Ipv6CidrBlock"]),
            "vswitch_name": text(item["VSwitchName"]),
            "vpc_id": text(item["VpcId"]),
            "zone_id": text(item["ZoneId"]),
            "tags": tags(item["Tags"]["Tag"]),
        }

    applied = {
        "cidr_block": "10.4.0.0/24",
        "description": "for terraform",
        "ipv6_cidr_block_mask": 7,
        "vswitch_name": "tf-vswitch",
        "vpc_id": vpc_id,
        "zone_id": zone,
        "tags": {"Created": ""},
    }
    assert state() == applied
    changes = {"VSwitchName": "tf-new", "Description": ""}
    provider.post(VPC, "ModifyVSwitchAttribute", {"VSwitchId": vswitch_id, **changes})
    assert state() == applied | {"vswitch_name": "tf-new", "description": ""}
    provider.post(VPC, "ModifyVSwitchAttribute", {"VSwitchId": vswitch_id, "EnableIPv6": False})
    renumbered = {"EnableIPv6": True, "Ipv6CidrBlock": 8}
    provider.post(VPC, "ModifyVSwitchAttribute", {"VSwitchId": vswitch_id, **renumbered})
    assert state()["ipv6_cidr_block_mask"] == 8
    with pytest.raises(TeaException) as early:  # which the provider waits out
        provider.post(VPC, "DeleteVpc", {"VpcId": vpc_id})
    assert early.value.code.startswith("DependencyViolation.VSwitch")
    provider.post(VPC, "DeleteVSwitch", {"VSwitchId": vswitch_id})
    assert provider.gone(lambda: vswitch(provider, vswitch_id))
    provider.post(VPC, "DeleteVpc", {"VpcId": vpc_id})


def security_group(provider: Provider, group_id: str) -> Json:
    listed = provider.post(ECS, "DescribeSecurityGroups", {"SecurityGroupId": group_id})
    (item,) = listed["SecurityGroups"]["SecurityGroup"]
    attribute = provider.post(ECS, "DescribeSecurityGroupAttribute", {"SecurityGroupId": group_id})
    return {
        "description": text(item["Description"]),
        "resource_group_id": text(item["ResourceGroupId"]),
        "security_group_name": text(item["SecurityGroupName"]),
        "security_group_type": text(item["SecurityGroupType"]),
        "vpc_id": text(item["VpcId"]),
        "tags": {text(tag["TagKey"]): text(tag["TagValue"]) for tag in item["Tags"]["Tag"]},
        "inner_access_policy": text(attribute["InnerAccessPolicy"]),
    }


def rule_state(provider: Provider, group_id: str, direction: str) -> list[Json]:
    """The rules as the older SDK reads them, all texts; told apart by what the provider's id of a rule has."""
    query = {"SecurityGroupId": group_id, "Direction": direction, "NicType": "intranet"}
    answer = provider.get(ECS, "DescribeSecurityGroupAttribute", query)
    side = "Source" if direction == "ingress" else "Dest"
    return [
        {
            "type": text(rule["Direction"]),
            "ip_protocol": text(rule["IpProtocol"]).lower(),
            "nic_type": text(rule["NicType"]),
            "policy": text(rule["Policy"]).lower(),
            "port_range": text(rule["PortRange"]),
            "priority": int(text(rule["Priority"])),
            "description": text(rule["Description"]),
            "cidr_ip": text(rule[f"{side}CidrIp"]),
            "source_security_group_id": text(rule[f"{side}GroupId"]),
        }
        for rule in answer["Permissions"]["Permission"]
    ]


def test_security_group_and_its_rules(provider: Provider) -> None:
    vpc_id = provider.post(VPC, "CreateVpc", {"CidrBlock": "10.5.0.0/16"})["VpcId"]
    request = {
        "SecurityGroupName": "tf-group",
        "Description": "for terraform",
        "VpcId": vpc_id,
        "Tag": [{"Key": "Created", "Value": "TF"}],
        "ClientToken": "TF-CreateSecurityGroup-1",
    }
    group_id = provider.post(ECS, "CreateSecurityGroup", request)["SecurityGroupId"]
    policy = {"SecurityGroupId": group_id, "InnerAccessPolicy": "Accept"}
    provider.post(
        ECS, "ModifySecurityGroupPolicy", {**policy, "ClientToken": "TF-ModifySecurityGroupPolicy-1"}
    )
    applied = security_group(provider, group_id)
    expected = {
        "security_group_name": "tf-group",
        "description": "for terraform",
        "vpc_id": vpc_id,
        "tags": {"Created": "TF"},
        "inner_access_policy": "Accept",
        "resource_group_id": "",  # not asked for: a plan would want to take it away again
    }
    assert applied | expected == applied

    permission = {
        "IpProtocol": "tcp",
        "PortRange": "80/80",
        "Policy": "accept",
        "Priority": 1,
        "Description": "web",
    }
    ingress = permission | {"SourceCidrIp": "0.0.0.0/0"}
    provider.post(ECS, "AuthorizeSecurityGroup", {"SecurityGroupId": group_id, "Permissions": [ingress]})
    egress = permission | {"IpProtocol": "all", "PortRange": "-1/-1", "DestCidrIp": "10.0.0.0/8"}
    provider.post(ECS, "AuthorizeSecurityGroupEgress", {"SecurityGroupId": group_id, "Permissions": [egress]})
    rule = {
        "type": "ingress",
        "ip_protocol": "tcp",
        "nic_type": "intranet",
        "policy": "accept",
        "port_range": "80/80",
        "priority": 1,
        "description": "web",
        "cidr_ip": "0.0.0.0/0",
        "source_security_group_id": "",
    }
    assert rule_state(provider, group_id, "ingress") == [rule]
    outgoing = {"type": "egress", "ip_protocol": "all", "port_range": "-1/-1", "cidr_ip": "10.0.0.0/8"}
    assert rule_state(provider, group_id, "egress") == [rule | outgoing]
    changed = ingress | {"SecurityGroupId": group_id, "NicType": "intranet", "Description": "changed"}
    for _ in range(2):  # as the provider does
        provider.get(ECS, "ModifySecurityGroupRule", changed)
    assert rule_state(provider, group_id, "ingress") == [rule | {"description": "changed"}]
    provider.get(ECS, "RevokeSecurityGroup", changed)
    assert rule_state(provider, group_id, "ingress") == []

    changes = {"SecurityGroupName": "tf-new", "Description": ""}
    provider.post(ECS, "ModifySecurityGroupAttribute", {"SecurityGroupId": group_id, **changes})
    renamed = applied | {"security_group_name": "tf-new", "description": ""}
    assert security_group(provider, group_id) == renamed
    provider.post(ECS, "DeleteSecurityGroup", {"SecurityGroupId": group_id})
    gone = provider.post(ECS, "DescribeSecurityGroups", {"SecurityGroupId": group_id})
    assert gone["SecurityGroups"]["SecurityGroup"] == []
    provider.post(VPC, "DeleteVpc", {"VpcId": vpc_id})


def test_eip_address(provider: Provider) -> None:
    request = {
        "Bandwidth": "10",
        "Name": "tf-eip",
        "ISP": "BGP",
        "Netmode": "public",
        "InstanceChargeType": "PostPaid",
        "Description": "for terraform",
        "SecurityProtectionTypes": ["AntiDDoS_Enhanced"],
        "InternetChargeType": "PayByTraffic",
        "ClientToken": "TF-AllocateEipAddress-1",
    }
    eip_id = provider.post(VPC, "AllocateEipAddress", request, {"InstanceId": ""})["AllocationId"]
    query = {"AllocationId": eip_id, "RegionId": provider.region}

    def read() -> list[Json]:
        found = provider.post(VPC, "DescribeEipAddresses", None, query, bare=True)["EipAddresses"][
            "EipAddress"
        ]
        return list(found)

    provider.wait(lambda: read()[0], {"Pending"}, {"Available", "InUse"})
    (item,) = read()
    state = {
        "address_name": text(item["Name"]),
        "bandwidth": text(item["EipBandwidth"]),
        "deletion_protection": truth(item["DeletionProtection"]),
        "description": text(item["Description"]),
        "high_definition_monitor_log_status": text(item["HDMonitorStatus"]),
        "internet_charge_type": text(item["InternetChargeType"]),
        "isp": text(item["ISP"]),
        "mode": text(item["Mode"]),
        "netmode": text(item["Netmode"]),
        "payment_type": {"PostPaid": "PayAsYouGo"}[item["ChargeType"]],
        "security_protection_types": item["SecurityProtectionTypes"]["SecurityProtectionType"],
        "tags": tags(item["Tags"]["Tag"]),
    }
    assert state == {
        "address_name": "tf-eip",
        "bandwidth": "10",
        "deletion_protection": False,
        "description": "for terraform",
        "high_definition_monitor_log_status": "OFF",
        "internet_charge_type": "PayByTraffic",
        "isp": "BGP",
        "mode": "NAT",
        "netmode": "public",
        "payment_type": "PayAsYouGo",
        "security_protection_types": ["AntiDDoS_Enhanced"],
        "tags": {},
    }
    changes = {"Bandwidth": "5", "Description": ""}
    provider.post(VPC, "ModifyEipAddressAttribute", changes, {"AllocationId": eip_id})
    instance = {"InstanceId": eip_id}
    provider.post(VPC, "ModifyEipForwardMode", {"Mode": "BINDED", "ClientToken": "TF-Mode"}, instance)
    provider.post(VPC, "DeletionProtection", {"ProtectionEnable": True, "Type": "EIP"}, instance)
    (item,) = read()
    assert (item["EipBandwidth"], item["Description"], item["Mode"]) == ("5", "", "BINDED")
    assert item["DeletionProtection"] is True
    with pytest.raises(TeaException, match="protected"):
        provider.post(VPC, "ReleaseEipAddress", None, {"AllocationId": eip_id})
    provider.post(VPC, "DeletionProtection", {"ProtectionEnable": False, "Type": "EIP"}, instance)
    provider.post(VPC, "ReleaseEipAddress", None, {"AllocationId": eip_id})
    assert read() == []


def test_data_sources(provider: Provider, network: Json) -> None:
    pages = {"PageNumber": 1, "PageSize": 50}
    answer = provider.post(VPC, "DescribeVpcs", pages)
    for item in answer["Vpcs"]["Vpc"]:
        assert type(item["SecondaryCidrBlocks"]["SecondaryCidrBlock"]) is list
        assert type(item["UserCidrs"]["UserCidr"]) is list
        assert type(item["VSwitchIds"]["VSwitchId"]) is list
    assert integer(answer["TotalCount"]) == len(answer["Vpcs"]["Vpc"])
    for item in provider.post(VPC, "DescribeVSwitches", pages)["VSwitches"]["VSwitch"]:
        assert text(item["RouteTable"]["RouteTableId"])
        integer(item["AvailableIpAddressCount"])
    groups = provider.post(ECS, "DescribeSecurityGroups", pages)
    assert network["security_group_id"] in {
        group["SecurityGroupId"] for group in groups["SecurityGroups"]["SecurityGroup"]
    }
    (group,) = provider.post(RAM, "ListResourceGroups", pages)["ResourceGroups"]["ResourceGroup"]
    assert {text(group[name]) for name in ("Id", "Name", "DisplayName", "AccountId")}
    zones = provider.get(ECS, "DescribeZones", {"InstanceChargeType": "PostPaid"})["Zones"]["Zone"]
    sought = {"DestinationResource": "Zone", "IoOptimized": "optimized"}
    available = provider.get(ECS, "DescribeAvailableResource", sought)["AvailableZones"]["AvailableZone"]
    assert {zone["ZoneId"] for zone in available if zone["Status"] == "Available"} == {
        zone["ZoneId"] for zone in zones if zone["AvailableInstanceTypes"]["InstanceTypes"]
    }
    offered = provider.get(ECS, "DescribeAvailableResource", sought | {"DestinationResource": "InstanceType"})
    (resource,) = offered["AvailableZones"]["AvailableZone"][0]["AvailableResources"]["AvailableResource"]
    named = {item["Value"] for item in resource["SupportedResources"]["SupportedResource"]}
    types = provider.post(ECS, "DescribeInstanceTypes", {}, bare=True)["InstanceTypes"]["InstanceType"]
    sizes = {item["InstanceTypeId"]: (integer(item["CpuCoreCount"]), item["MemorySize"]) for item in types}
    assert (set(sizes), sizes["ecs.c6.large"]) == (named, (2, 4))
    assert all(integer(item[name]) >= 0 for item in types for name in ("GPUAmount", "EniQuantity"))
    family = {"InstanceTypeFamily": "ecs.c6"}
    found = provider.post(ECS, "DescribeInstanceTypes", family)["InstanceTypes"]["InstanceType"]
    assert {item["InstanceTypeFamily"] for item in found} == {"ecs.c6"}
    regions = provider.get(ECS, "DescribeRegions", {})["Regions"]["Region"]
    assert provider.region in {region["RegionId"] for region in regions}
    first = provider.post(ECI, "DescribeRegions")["Regions"][0]  # zones.0.zone_ids.0 of its documentation
    assert (first["RegionId"], bool(first["RecommendZones"])) == (provider.region, True)


def test_what_a_provider_may_ask_at_start(provider: Provider) -> None:
    asked = {"PageSize": "50", "PageNum": 1, "ProductCode": "vipcloudfw", "SubscriptionType": "Subscription"}
    assert provider.post(BSS, "QueryAvailableInstances", asked, bare=True)["Success"] is True
    found = provider.get(
        LOCATION, "DescribeEndpoints", {"Id": "cn-beijing", "ServiceCode": "eci", "Type": "openAPI"}
    )
    (endpoint,) = found["Endpoints"]["Endpoint"]
    assert endpoint["Type"] == "openAPI"
    assert endpoint["Endpoint"].startswith("127.0.0.1:")
    assert text(provider.post(STS, "GetCallerIdentity")["AccountId"])
