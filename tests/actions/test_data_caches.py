"""Data caches: the API's side."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eci_emulator.model import quotas
from eci_emulator.model.caches import CacheStatus, DataCache

from .conftest import Api

URL = {"Type": "URL", "Options": {"url": "http://x/y", "accessToken": "hush"}}


def create(api: Api, path: str = "/d", **parameters: Any) -> str:
    asked = {"Path": path, "DataSource": URL, **parameters}
    return str(api("CreateDataCache", **asked)["DataCacheId"])


def shown(api: Api, **query: Any) -> list[dict[str, Any]]:
    caches: list[dict[str, Any]] = api("DescribeDataCaches", **query)["DataCaches"]
    return caches


def ids(api: Api, **query: Any) -> list[str]:
    return [cache["DataCacheId"] for cache in shown(api, **query)]


def available(cache: DataCache) -> None:
    cache.status, cache.snapshot_id = CacheStatus.AVAILABLE, "s-1"


def record(api: Api, cache_id: str) -> DataCache:
    cache = api.store.data_caches.get(cache_id)
    assert cache
    return cache


def test_create(api: Api) -> None:
    cache_id = create(api, Name="models", Size=30, RetentionDays=2, Tag=[{"Key": "a", "Value": "b"}])
    (cache,) = shown(api)
    assert (cache["DataCacheId"], cache["Status"], cache["Progress"]) == (cache_id, "Loading", "0%")
    assert (cache["Name"], cache["Bucket"], cache["Path"], cache["Size"]) == ("models", "default", "/d", 30)
    assert cache["DataSource"] == {"Type": "URL", "Options": '{"url":"http://x/y"}'}
    assert cache["ExpireDateTime"] > cache["CreationTime"]
    assert record(api, cache_id).source_options["accessToken"] == "hush"


def test_every_parameter_is_in_the_record(api: Api) -> None:
    eip = {
        "Bandwidth": 5,
        "CommonBandwidthPackage": "cbwp-1",
        "InternetChargeType": "PayByTraffic",
        "PublicIpAddressPoolId": "pippool-1",
        "ISP": "BGP",
    }
    cache = record(
        api,
        create(
            api,
            SecurityGroupId="sg-1",
            VSwitchId="vsw-1",
            EipInstanceId="eip-1",
            EipCreateParam=eip,
            Bucket="b",
        ),
    )
    assert (cache.security_group_id, cache.v_switch_id, cache.eip_instance_id) == ("sg-1", "vsw-1", "eip-1")
    assert cache.eip
    assert (cache.eip.bandwidth, cache.eip.isp, cache.eip.public_ip_address_pool_id) == (
        5,
        "BGP",
        "pippool-1",
    )
    assert cache.bucket == "b"


def test_filters_and_pages(api: Api) -> None:
    one, two = create(api, "/one", Bucket="b"), create(api, "/two", ResourceGroupId="rg-1")
    assert ids(api) == [one, two]
    assert ids(api, DataCacheId=[two, "edc-unknown"]) == [two]
    assert ids(api, Bucket="b") == [one]
    assert ids(api, Path="/two") == [two]
    assert ids(api, ResourceGroupId="rg-1") == [two]
    first = api("DescribeDataCaches", Limit=1)
    assert (first["TotalCount"], len(first["DataCaches"])) == (2, 1)
    assert ids(api, Limit=1, NextToken=first["NextToken"]) == [two]


def test_a_place_holds_one_cache(api: Api) -> None:
    create(api, "/d")
    assert api.refused("CreateDataCache", Path="/d", DataSource=URL).code == "InvalidParameter.Path"
    create(api, "/d", Bucket="other")
    create(api.as_someone("LTAIother"), "/d")


def test_update(api: Api) -> None:
    cache_id = create(api)
    asked = {"DataCacheId": cache_id}
    assert api.refused("UpdateDataCache", **asked, Name="x").code == "IncorrectStatus"
    api.store.data_caches.update(cache_id, available)
    api("UpdateDataCache", **asked, Name="x")
    assert record(api, cache_id).status is CacheStatus.AVAILABLE
    assert api.refused("UpdateDataCache", **asked, Name="x").code == "NoNeedUpdate"
    api("UpdateDataCache", **asked, DataSource={"Type": "SNAPSHOT", "Options": {"snapshotId": "s-2"}})
    cache = record(api, cache_id)
    assert (cache.status, cache.generation) == (CacheStatus.UPDATING, 2)
    assert (cache.source_type, cache.source_options) == ("SNAPSHOT", {"snapshotId": "s-2"})
    assert api.refused("UpdateDataCache", Name="x").code == "MissingDataCacheId"


def test_copy_to_another_region(api: Api) -> None:
    source = create(api, Name="models", Tag=[{"Key": "a", "Value": "b"}])
    asked = {"DataCacheId": source, "DestinationRegionId": "cn-beijing"}
    assert api.refused("CopyDataCache", **asked).code == "IncorrectStatus"
    api.store.data_caches.update(source, available)
    copy = api("CopyDataCache", **asked, RetentionDays=3)["DataCacheId"]
    there = api.as_someone("", "cn-beijing")
    (cache,) = shown(there)
    assert (cache["DataCacheId"], cache["RegionId"], cache["Status"]) == (copy, "cn-beijing", "Loading")
    assert (cache["Name"], cache["Path"]) == ("models", "/d")
    assert cache["Tags"] == [{"Key": "a", "Value": "b"}]
    assert record(api, copy).copy_of == source
    assert ids(api) == [source]
    asked["DestinationRegionId"] = "mars"
    assert api.refused("CopyDataCache", **asked).code == "InvalidParameter.NotFound"


def test_delete_by_id_or_by_place(api: Api) -> None:
    one, two = create(api, "/one"), create(api, "/two", Bucket="b")
    api("DeleteDataCache", DataCacheId=one)
    assert api.refused("DeleteDataCache", Path="/two").code == "InvalidParameter.NotFound"
    assert ids(api) == [two]
    api("DeleteDataCache", Bucket="b", Path="/two")
    assert ids(api) == []
    assert api.refused("DeleteDataCache").code == "MissingDataCacheId"
    assert api.refused("DeleteDataCache", DataCacheId=one).code == "InvalidParameter.NotFound"


def test_the_quota(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_DATA_CACHES", 1)
    create(api)
    assert api.refused("CreateDataCache", Path="/e", DataSource=URL).code == "QuotaExceeded"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Path": ""}, "MissingPath"),
        ({"Path": "relative"}, "InvalidParameter.Path"),
        ({"DataSource": {}}, "MissingParameter"),
        ({"DataSource": {"Type": "FTP"}}, "InvalidParameter.Type"),
        ({"DataSource": {"Type": "NAS", "Options": {"path": "/"}}}, "MissingParameter"),
        ({"Bucket": "eci-system"}, "InvalidParameter.Bucket"),
    ],
)
def test_what_makes_no_sense(api: Api, asked: dict[str, Any], code: str) -> None:
    assert api.refused("CreateDataCache", **{"Path": "/d", "DataSource": URL, **asked}).code == code


def test_no_secret_is_shown(api: Api) -> None:
    oss = {"Type": "OSS", "Options": {"bucket": "b", "akId": "secret-id", "akSecret": "secret-key"}}
    create(api, DataSource=oss)
    assert "secret" not in json.dumps(shown(api))
