"""Every parameter of CreateContainerGroup is in the record, or refused by name: none is lost."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from eci_emulator.model.caches import CacheStatus, ImageCache

from .answers import SCHEMAS
from .conftest import Api, Json

#: Values that a parameter must have for the others to make sense.
FITTING: dict[str, Any] = {
    "RegionId": "cn-hangzhou",
    "ZoneId": "cn-hangzhou-i",
    "VSwitchId": "vsw-asked",
    "ContainerGroupName": "asked",
    "InstanceType": "2-4Gi",
    "Cpu": 0.25,
    "Memory": 0.5,
    "CpuArchitecture": "AMD64",
    "ComputeCategory": ["general"],
    "SpotStrategy": "SpotAsPriceGo",
    "SpotDuration": 1,
    "SpotPriceLimit": 0.125,
    "Gpu": None,
    "MaxPendingMinute": 61,
    "PrivateIpAddress": "",
    "MountPath": "/asked",
    "SubPath": "asked",
    "SizeLimit": "257Mi",
    "Medium": "Memory",
    "Content": "YXNrZWQ=",
    "SuccessThreshold": 1,
    "FieldPath": "status.podIP",
    "Driver": "alicloud/oss",
    "Options": '{"bucket":"asked"}',
    "ClientToken": "",
    "DryRun": None,
}
#: What is refused, and how; it is told of in tests of its own.
REFUSED = {
    "OsType": ("Windows", "UnsupportedOperation.NotEmulated"),
    "Ipv6AddressCount": (1, "Ipv6AddressNotSupportVsw"),
    "SecurityContextPrivileged": (True, "UnsupportedOperation.NotEmulated"),
}
#: Spot and categories exclude one another, as do handlers of one probe or hook.
APART = (
    {"ComputeCategory", "InstanceType"},
    {"SpotStrategy", "SpotPriceLimit", "SpotDuration", "StrictSpot"},
)
HANDLERS = ("Exec", "HttpGet", "TcpSocket")


class Filler:
    """Makes a value for everything in a schema, each text and number only once."""

    def __init__(self, handler: str, left_out: set[str], volume: str) -> None:
        self.numbers = itertools.count(1001)
        self.handler = handler
        self.left_out = left_out
        self.volume = volume

    def object(self, schema: Json) -> Json:
        made = {}
        for name, inner in properties(schema).items():
            if name in self.left_out or name in REFUSED or self.other_handler(name):
                continue
            made[name] = self.value(name, inner)
        return {name: value for name, value in made.items() if value not in ("", None)}

    def other_handler(self, name: str) -> bool:
        kind = next((kind for kind in HANDLERS if kind in name), None)
        return kind not in (None, self.handler) and (name in HANDLERS or name.startswith("Lifecycle"))

    def value(self, name: str, schema: Json) -> Any:
        schema = resolved(schema)
        if name in FITTING:
            return FITTING[name]
        if name == "Type" and "enum" in schema and "EmptyDirVolume" in schema["enum"]:
            return self.volume
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type", "object"):
            case "object":
                return self.object(schema)
            case "array":
                return [self.value(name, schema["items"])]
            case "boolean":
                return True
            case "string":
                return f"asked{next(self.numbers)}"
        return min(next(self.numbers), schema.get("maximum", 10**9))


def resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    return schema


def properties(schema: Json) -> Json:
    schema = resolved(schema)
    merged: Json = {}
    for part in schema.get("allOf", []):
        merged |= properties(part)
    return merged | schema.get("properties", {})


def leaves(value: Any) -> Iterator[str]:
    """Every single value below, as JSON writes it."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str) and value.startswith(("{", "[{", '["')):
        yield from leaves(json.loads(value))
    elif isinstance(value, float):
        yield f"{value:g}"
    else:
        yield str(value).lower()


def request(handler: str, left_out: set[str], volume: str) -> Json:
    asked = Filler(handler, left_out, volume).object(SCHEMAS["CreateContainerGroupRequest"])
    for containers in (asked["Container"], asked["InitContainer"]):
        containers[0]["VolumeMount"][0]["Name"] = asked["Volume"][0]["Name"]
    return asked


@pytest.mark.parametrize("volume", ["ConfigFileVolume", "EmptyDirVolume"])
@pytest.mark.parametrize("left_out", APART)
@pytest.mark.parametrize("handler", HANDLERS)
def test_every_parameter_is_in_the_record(api: Api, handler: str, left_out: set[str], volume: str) -> None:
    asked = {**request(handler, left_out, volume), "ImageSnapshotId": ready_cache(api)}
    group_id = api("CreateContainerGroup", **asked)["ContainerGroupId"]
    kept = Counter(leaves(msgspec.to_builtins(api.group(group_id))))
    lost = Counter(leaves(asked)) - kept
    assert set(lost) <= headers_under_their_other_name(asked)


def ready_cache(api: Api) -> str:
    """An image cache that a group may start from."""
    cache_id = str(api("CreateImageCache", ImageCacheName="asked", Image=["asked"])["ImageCacheId"])

    def finish(cache: ImageCache) -> None:
        cache.status = CacheStatus.READY

    api.store.image_caches.update(cache_id, finish)
    return cache_id


def headers_under_their_other_name(asked: Json) -> set[str]:
    return set(leaves(asked["Container"][0].get("LifecyclePostStartHandlerHttpGetHttpHeader", [])))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named(api: Api, name: str) -> None:
    value, code = REFUSED[name]
    container: Json = {"Name": "c", "Image": "i"}
    asked: Json = {"ContainerGroupName": "group", "Container": [container]}
    (container if name.startswith("SecurityContext") else asked)[name] = value
    assert api.refused("CreateContainerGroup", **asked).code == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (
            {"Container": [{"Name": f"c{n}", "Image": "i"} for n in range(21)]},
            "InvalidParameter.ValueExceeded",
        ),
        (
            {"Volume": [{"Name": f"v{n}", "Type": "EmptyDirVolume"} for n in range(21)]},
            "InvalidParameter.ValueExceeded",
        ),
        (
            {
                "Volume": [
                    {"Name": f"v{n}", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/disk"}}
                    for n in range(7)
                ]
            },
            "DiskNumber.LimitExceed",
        ),
        ({"Tag": [{"Key": f"k{n}"} for n in range(21)]}, "NumberExceed.Tags"),
        ({"Tag": [{"Key": "k" * 129}]}, "InvalidParameter.LengthExceeded"),
        ({"ContainerGroupName": "x" * 129}, "InvalidParameter.LengthExceeded"),
        ({"ContainerGroupName": "UPPER"}, "InvalidParameter.ContainerGroupName"),
        ({"ClientToken": "t" * 65}, "InvalidParameter.LengthExceeded"),
        ({"MaxPendingMinute": 5}, "InvalidParameter.MaxPendingMinute"),
        ({"EphemeralStorage": 5001}, "InvalidParameter.ValueExceeded"),
        (
            {
                "Volume": [
                    {
                        "Name": "v",
                        "Type": "ConfigFileVolume",
                        "ConfigFileVolume": {"ConfigFileToPath": [{"Path": "f", "Content": "A" * 44_000}]},
                    }
                ]
            },
            "InvalidParameter.ValueExceeded",
        ),
        (
            {
                "Container": [
                    {
                        "Name": "c",
                        "Image": "i",
                        "EnvironmentVar": [{"Key": "k", "FieldRef": {"FieldPath": "metadata.name"}}],
                    }
                ]
            },
            "InvalidParameter.FieldPath",
        ),
        ({"Container": [{"Name": "c"}]}, "MissingParameter"),
        ({"ImageRegistryCredential": [{"Server": "r", "UserName": "u"}]}, "MissingParameter"),
    ],
)
def test_published_limits(api: Api, asked: Json, code: str) -> None:
    whole = {"ContainerGroupName": "group", "Container": [{"Name": "c", "Image": "i"}], **asked}
    assert api.refused("CreateContainerGroup", **whole).code == code
