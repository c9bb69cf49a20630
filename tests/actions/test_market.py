"""Prices, stock and quotas."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.controller.accounting import snapshot
from eci_emulator.model.statuses import GroupStatus

from .conftest import Api

PRICE = "DescribeContainerGroupPrice"
STOCK = "DescribeAvailableResource"


def test_the_published_price(api: Api) -> None:
    price = api(PRICE, Cpu=2, Memory=4)["PriceInfo"]["Price"]
    assert (price["Currency"], price["OriginalPrice"], price["TradePrice"]) == ("CNY", 0.00012252, 0.00012252)
    details = {detail["Resource"]: detail["TradePrice"] for detail in price["DetailInfos"]["DetailInfo"]}
    assert details == {"cpu": 0.000098, "mem": 0.00002452}


def test_a_size_is_rounded_up(api: Api) -> None:
    asked = api(PRICE, Cpu=7, Memory=13)
    assert asked["PriceInfo"] == api(PRICE, Cpu=8, Memory=14)["PriceInfo"]


def test_economy_and_storage(api: Api) -> None:
    cheap = api(PRICE, Cpu=1, Memory=2, ComputeCategory="economy", EphemeralStorage=10)["PriceInfo"]["Price"]
    details = {detail["Resource"]: detail["TradePrice"] for detail in cheap["DetailInfos"]["DetailInfo"]}
    assert details == {"cpu": 0.000027, "mem": 0.00001226, "systemdisk": 0.0000059}


def test_a_spot_price(api: Api) -> None:
    info = api(PRICE, Cpu=2, Memory=4, SpotStrategy="SpotAsPriceGo")["PriceInfo"]
    offered = info["SpotPrices"]["SpotPrice"]
    assert len(offered) == len(api("DescribeRegions")["Regions"][0]["Zones"])
    assert all(0 < offer["SpotPrice"] <= offer["OriginPrice"] for offer in offered)
    cheapest = min(offer["SpotPrice"] for offer in offered)
    assert info["Price"]["TradePrice"] == pytest.approx(cheapest / 3600, abs=1e-10)
    one = api(PRICE, Cpu=2, Memory=4, SpotStrategy="SpotAsPriceGo", ZoneId="cn-hangzhou-i")["PriceInfo"]
    assert [offer["ZoneId"] for offer in one["SpotPrices"]["SpotPrice"]] == ["cn-hangzhou-i"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Cpu": 1000, "Memory": 1}, "InvalidParam.CpuOrMemorySpec"),
        ({"Cpu": 1, "Memory": 2000, "SpotStrategy": "SpotAsPriceGo"}, "InvalidSpotCpuMemorySpec"),
        ({"InstanceType": "ecs.t1.small"}, "InvalidInstanceTypeForEciBuy"),
        (
            {"Cpu": 2, "Memory": 4, "SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": 0.001},
            "Spot.NotMatched",
        ),
        ({"Cpu": 2, "Memory": 4, "SpotStrategy": "SpotWithPriceLimit"}, "InvalidParameter.SpotPriceLimit"),
        (
            {"Cpu": 2, "Memory": 4, "ZoneId": "mars-a"},
            "InvalidParameter.NotFound",
        ),
    ],
)
def test_prices_that_there_are_not(api: Api, asked: dict[str, Any], code: str) -> None:
    assert api.refused(PRICE, **asked).code == code


def test_stock_by_name_and_by_size(api: Api) -> None:
    zones = api(STOCK, DestinationResource={"Category": "InstanceTypeFamily", "Value": "ecs.c6"})
    shown = zones["AvailableZones"]["AvailableZone"]
    assert {zone["RegionId"] for zone in shown} == {"cn-hangzhou"}
    (resource,) = shown[0]["AvailableResources"]["AvailableResource"]
    assert resource == {
        "Type": "InstanceTypeFamily",
        "SupportedResources": {"SupportedResource": [{"Value": "ecs.c6", "StatusCategory": "WithStock"}]},
    }
    size = {"Category": "InstanceType", "Cores": 2, "Memory": 4}
    (zone,) = api(STOCK, DestinationResource=size, ZoneId="cn-hangzhou-i")["AvailableZones"]["AvailableZone"]
    (resource,) = zone["AvailableResources"]["AvailableResource"]
    names = [entry["Value"] for entry in resource["SupportedResources"]["SupportedResource"]]
    assert "ecs.c6.large" in names
    assert "ecs.g6.large" not in names


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"DestinationResource": {"Category": "Disk"}}, "InvalidParameter.Category"),
        ({"DestinationResource": {"Value": "ecs.c6"}}, "MissingParameter"),
        ({"DestinationResource": {"Category": "InstanceType", "Cores": 2}}, "MissingParameter"),
        ({"DestinationResource": {"Category": "InstanceType", "Value": "x"}}, "InvalidParameter.NotFound"),
        (
            {
                "DestinationResource": {"Category": "InstanceType", "Value": "ecs.c6.large"},
                "SpotResource": {"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": 0.001},
            },
            "Spot.NotMatched",
        ),
    ],
)
def test_stock_that_there_is_not(api: Api, asked: dict[str, Any], code: str) -> None:
    assert api.refused(STOCK, **asked).code == code


def test_usage(api: Api) -> None:
    api.create_group(Cpu=4, Memory=8)
    api.create_group(Cpu=0.5, Memory=1, AutoMatchImageCache=True)  # a miss, so that a cache is made
    over = api.group(api.create_group(Cpu=8, Memory=16))
    before = snapshot(over)
    over.state.status, over.state.released = GroupStatus.FAILED, True
    api.store.groups.save(over, also=api.emulator.accounting.changed(before, over, api.store.clock.now()))
    api("CreateImageCache", ImageCacheName="c", Image=["a:1"])
    api.create_group(Cpu=2, Memory=4, AutoMatchImageCache=True)
    usage = api("ListUsage")["Attributes"]
    assert (usage["UsedCpu"], usage["MaxCpu"]) == (6.5, 1000)
    assert (usage["UsedImageCacheCount"], usage["MaxImageCacheCount"]) == (1, 500)
    assert (usage["UsedDataCacheCount"], usage["UsedAutoImageCacheCount"]) == (0, 1)
    assert api.as_someone("LTAIother")("ListUsage")["Attributes"]["UsedCpu"] == 0
