"""Regions, zones and instance types as ECS describes them: those that ECI sells."""

from __future__ import annotations

from typing import Final

from msgspec import field

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.instance_types import InstanceType
from eci_emulator.neighbours.common import Asked, Json

DISKS: Final = ["cloud_essd", "cloud_efficiency", "cloud_ssd"]
RESOURCES: Final = ["VSwitch", "IoOptimized", "Instance", "Disk"]


class AvailabilityQuery(Asked):
    destination_resource: str = "Zone"
    zone_id: str = ""
    instance_type: str = ""


class TypeQuery(Asked):
    instance_types: list[str] = field(default_factory=list)
    instance_type_family: str = ""


def describe_regions(emulator: Emulator, caller: Caller, _: Asked) -> Json:
    regions = [
        {
            "RegionId": region.id,
            "RegionEndpoint": f"ecs.{region.id}.aliyuncs.com",
            "LocalName": region.id,
            "Status": "available",
        }
        for region in emulator.catalogue.regions.values()
    ]
    return {"Regions": {"Region": regions}}


def describe_zones(emulator: Emulator, caller: Caller, _: Asked) -> Json:
    region = emulator.catalogue.region(caller.region)
    zones = [
        {
            "ZoneId": zone,
            "LocalName": zone,
            "ZoneType": "AvailabilityZone",
            "AvailableInstanceTypes": {"InstanceTypes": [*emulator.catalogue.types]},
            "AvailableDiskCategories": {"DiskCategories": DISKS},
            "AvailableResourceCreation": {"ResourceTypes": RESOURCES},
            "AvailableVolumeCategories": {"VolumeCategories": []},
            "DedicatedHostGenerations": {"DedicatedHostGeneration": []},
            "AvailableResources": {"ResourcesInfo": []},
        }
        for zone in region.zone_ids
    ]
    return {"Zones": {"Zone": zones}}


def describe_available_resource(emulator: Emulator, caller: Caller, query: AvailabilityQuery) -> Json:
    """Every zone with all instance types; which are out of stock is for ECI's own action to say."""
    region = emulator.catalogue.region(caller.region)
    zones = [
        {
            "RegionId": region.id,
            "ZoneId": zone,
            "Status": "Available",
            "StatusCategory": "WithStock",
            "AvailableResources": {"AvailableResource": [_resource(emulator, query)]},
        }
        for zone in region.zone_ids
        if query.zone_id in ("", zone)
    ]
    return {"AvailableZones": {"AvailableZone": zones}}


def describe_instance_types(emulator: Emulator, caller: Caller, query: TypeQuery) -> Json:
    """The instance types that container groups can be bought as."""
    types = [
        _type(kind)
        for kind in emulator.catalogue.types.values()
        if kind.name in (query.instance_types or [kind.name])
        and query.instance_type_family in ("", kind.family)
    ]
    return {"NextToken": "", "InstanceTypes": {"InstanceType": types}}


def _type(kind: InstanceType) -> Json:
    return {
        "InstanceTypeId": kind.name,
        "InstanceTypeFamily": kind.family,
        "CpuCoreCount": int(kind.cpu),  # Terraform's provider ends at "2.0"
        "MemorySize": kind.memory,
        "GPUAmount": kind.gpu,
        "GPUSpec": "",
        "EniQuantity": 1,
        "InitialCredit": 0,
        "BaselineCredit": 0,
        "LocalStorageAmount": 0,
        "LocalStorageCategory": "",
    }


def _resource(emulator: Emulator, query: AvailabilityQuery) -> Json:
    types = [name for name in emulator.catalogue.types if query.instance_type in ("", name)]
    values = types if query.destination_resource == "InstanceType" else []
    supported = [{"Value": value, "Status": "Available", "StatusCategory": "WithStock"} for value in values]
    return {"Type": query.destination_resource, "SupportedResources": {"SupportedResource": supported}}
