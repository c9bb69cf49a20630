"""The questions that tools ask at start."""

from __future__ import annotations

from .conftest import Api


def test_who_calls(api: Api) -> None:
    mine = api.as_someone("LTAIme").sts("GetCallerIdentity")
    assert mine["Arn"] == f"acs:ram::{mine['AccountId']}:root"
    assert mine["AccountId"] != api.as_someone("LTAIyou").sts("GetCallerIdentity")["AccountId"]


def test_every_product_answers_here(api: Api) -> None:
    found = api.location("DescribeEndpoints", Id="cn-hangzhou", ServiceCode="eci", Type="openAPI")
    (endpoint,) = found["Endpoints"]["Endpoint"]
    expected = {"Endpoint": "testserver", "Type": "openAPI", "SerivceCode": "eci", "Id": "cn-hangzhou"}
    assert endpoint | expected == endpoint
    assert found["Success"] is True


def test_the_account_has_one_resource_group_which_groups_are_in(api: Api) -> None:
    (group,) = api.resourcemanager("ListResourceGroups", PageSize=50)["ResourceGroups"]["ResourceGroup"]
    described = api.resourcemanager("GetResourceGroup", ResourceGroupId=group["Id"])["ResourceGroup"]
    assert described | group == described
    assert described["RegionStatuses"]["RegionStatus"]
    assert api.resourcemanager.refused("GetResourceGroup", ResourceGroupId="rg-no")[0] == 404
    api.eci("CreateContainerGroup", ContainerGroupName="job", Container=[{"Name": "c", "Image": "busybox:1"}])
    assert api.eci("DescribeContainerGroups", ResourceGroupId=group["Id"])["TotalCount"] == 1


def test_nothing_was_bought(api: Api) -> None:
    answer = api.bssopenapi(
        "QueryAvailableInstances", ProductCode="vipcloudfw", ProductType="vipcloudfw", PageNum=1, PageSize=50
    )
    assert (answer["Code"], answer["Data"]["InstanceList"]) == ("Success", [])


def test_zones_have_what_terraform_filters_by(api: Api) -> None:
    regions = {region["RegionId"] for region in api.ecs("DescribeRegions")["Regions"]["Region"]}
    assert "cn-hangzhou" in regions
    zones = api.ecs("DescribeZones")["Zones"]["Zone"]
    available = api.ecs("DescribeAvailableResource", DestinationResource="Zone")["AvailableZones"][
        "AvailableZone"
    ]
    assert [zone["ZoneId"] for zone in zones] == [zone["ZoneId"] for zone in available]
    assert all(zone["AvailableInstanceTypes"]["InstanceTypes"] for zone in zones)
    assert all(zone["AvailableDiskCategories"]["DiskCategories"] for zone in zones)
    assert {zone["Status"] for zone in available} == {"Available"}


def test_zones_are_those_that_eci_sells_in(api: Api) -> None:
    sold = {region["RegionId"]: region["Zones"] for region in api.eci("DescribeRegions")["Regions"]}
    zones = [zone["ZoneId"] for zone in api.ecs("DescribeZones")["Zones"]["Zone"]]
    assert zones == sold["cn-hangzhou"]


def test_an_instance_type_is_looked_for(api: Api) -> None:
    found = api.ecs(
        "DescribeAvailableResource", DestinationResource="InstanceType", InstanceType="ecs.c6.large"
    )
    (kind,) = found["AvailableZones"]["AvailableZone"][0]["AvailableResources"]["AvailableResource"]
    assert [value["Value"] for value in kind["SupportedResources"]["SupportedResource"]] == ["ecs.c6.large"]
