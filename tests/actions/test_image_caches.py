"""Image caches: the API's side."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eci_emulator.model import quotas
from eci_emulator.model.caches import CacheStatus, ImageCache
from eci_emulator.store.hosts import Host
from eci_emulator.store.wakeups import RECONCILE_CACHE

from .conftest import Api


def create(api: Api, name: str = "c", *images: str, **parameters: Any) -> str:
    answer = api("CreateImageCache", ImageCacheName=name, Image=list(images) or ["a:1"], **parameters)
    return str(answer["ImageCacheId"])


def shown(api: Api, **query: Any) -> list[dict[str, Any]]:
    caches: list[dict[str, Any]] = api("DescribeImageCaches", **query)["ImageCaches"]
    return caches


def ids(api: Api, **query: Any) -> list[str]:
    return [cache["ImageCacheId"] for cache in shown(api, **query)]


def ready(cache: ImageCache) -> None:
    cache.status, cache.progress, cache.snapshot_id = CacheStatus.READY, 100, f"s-{cache.id}"


def record(api: Api, cache_id: str) -> ImageCache:
    cache = api.store.image_caches.get(cache_id)
    assert cache
    return cache


#: Everything that Terraform's resource sends.
TERRAFORM = {
    "SecurityGroupId": "sg-1",
    "VSwitchId": "vsw-1",
    "EipInstanceId": "eip-1",
    "ImageCacheSize": 40,
    "ImageRegistryCredential": [{"Server": "r", "UserName": "u", "Password": "hush"}],
    "ResourceGroupId": "rg-1",
    "RetentionDays": 7,
    "ZoneId": "cn-hangzhou-h",
}


def test_create_as_terraform_does(api: Api) -> None:
    answer = api("CreateImageCache", ImageCacheName="tf", Image=["a:1", "b:2"], **TERRAFORM)
    (cache,) = shown(api, ImageCacheId=answer["ImageCacheId"])
    assert cache["ContainerGroupId"] == answer["ContainerGroupId"].strip() != ""
    assert (cache["Status"], cache["Progress"]) == ("Preparing", "0%")
    assert (cache["ImageCacheName"], cache["Images"]) == ("tf", ["a:1", "b:2"])
    assert (cache["ImageCacheSize"], cache["ResourceGroupId"]) == (40, "rg-1")
    assert cache["ExpireDateTime"] > cache["CreationTime"]
    assert "hush" not in json.dumps(cache)
    assert record(api, answer["ImageCacheId"]).image_registry_credentials[0].password == "hush"


def test_every_parameter_is_in_the_record(api: Api) -> None:
    cache = record(
        api,
        create(
            api,
            AutoMatchImageCache=True,
            Flash=True,
            StandardCopyCount=2,
            FlashCopyCount=3,
            EliminationStrategy="LRU",
            PlainHttpRegistry="plain",
            InsecureRegistry="insecure",
            OsType="Linux",
            Annotations='{"a":"b"}',
            AcrRegistryInfo=[{"InstanceId": "cri-1", "Domain": ["d"], "ArnUser": "u", "ArnService": "s"}],
            ImageCacheSize=0,
        ),
    )
    assert (cache.auto_match_image_cache, cache.flash, cache.elimination_strategy) == (True, True, "LRU")
    assert (cache.standard_copy_count, cache.flash_copy_count, cache.size) == (2, 3, 20)
    assert (cache.plain_http_registry, cache.insecure_registry) == ("plain", "insecure")
    assert (cache.os_type, cache.annotations) == ("Linux", '{"a":"b"}')
    assert (cache.acr_registries[0].domains, cache.acr_registries[0].arn_user) == (["d"], "u")
    assert cache.security_group_id
    assert cache.v_switch_id


def test_a_worker_is_told_of_every_change(api: Api) -> None:
    host = api.emulator.settings.host_name
    api.store.hosts.announce(Host(name=host))

    def told() -> list[tuple[str, str]]:
        work = api.store.wakeups.unfinished(host)
        for job, cache_id in work:
            api.store.wakeups.finish(host, job, cache_id)
        return work

    cache_id = create(api)
    assert told() == [(RECONCILE_CACHE, cache_id)]
    api.store.image_caches.update(cache_id, ready)
    api("UpdateImageCache", ImageCacheId=cache_id, Image=["b:1"])
    assert told() == [(RECONCILE_CACHE, cache_id)]
    api("DeleteImageCache", ImageCacheId=cache_id)
    assert told() == [(RECONCILE_CACHE, cache_id)]


def test_filters(api: Api) -> None:
    one = create(api, "one", "a:1", ResourceGroupId="rg-1")
    two = create(api, "two", "a:1", "b:1", Tag=[{"Key": "k", "Value": "v"}])
    api.store.image_caches.update(two, ready)
    assert ids(api) == [one, two]
    assert ids(api, ImageCacheName="two") == [two]
    assert ids(api, Image="a:1") == [one, two]
    assert ids(api, Image="b:1") == [two]
    assert ids(api, SnapshotId=f"s-{two}") == [two]
    assert ids(api, ResourceGroupId="rg-1") == [one]
    assert ids(api, Tag=[{"Key": "k"}]) == [two]
    assert ids(api, ImageCacheId="imc-unknown") == []
    assert ids(api.as_someone("LTAIother")) == []
    assert ids(api.as_someone("", "cn-beijing")) == []


def test_pages(api: Api) -> None:
    made = [create(api, f"c{n}") for n in range(3)]
    first = api("DescribeImageCaches", Limit=2)
    assert (first["TotalCount"], len(first["ImageCaches"])) == (3, 2)
    assert ids(api, Limit=2, NextToken=first["NextToken"]) == made[2:]


def test_the_best_matching_come_first(api: Api) -> None:
    other_tag = create(api, "other-tag", "r/a:2", "r/b:2")
    one_of_two = create(api, "one-of-two", "r/a:1")
    small = create(api, "small", "r/a:1", "r/b:1")
    big = create(api, "big", "r/a:1", "r/b:1", ImageCacheSize=100)
    create(api, "nothing", "r/c:1")
    wanted = ["r/a:1", "r/b:1"]
    assert ids(api, MatchImage=wanted) == [small, big, one_of_two, other_tag]
    assert ids(api, MatchImage=wanted, ImageFullMatch=True) == [small, big]
    assert ids(api, MatchImage=wanted, ImageMatchCountRequest=1) == [small]


def test_update(api: Api) -> None:
    cache_id = create(api, "old", "a:1")
    asked = {"ImageCacheId": cache_id}
    assert api.refused("UpdateImageCache", **asked, ImageCacheName="x").code == "ImageCache.IncorrectStatus"
    api.store.image_caches.update(cache_id, ready)
    assert api.refused("UpdateImageCache", **asked, ImageCacheName="old").code == "NoNeedUpdate"
    api("UpdateImageCache", **asked, ImageCacheName="new", RetentionDays=1)
    (cache,) = shown(api)
    assert (cache["ImageCacheName"], cache["Status"], cache["Images"]) == ("new", "Ready", ["a:1"])
    assert cache["ExpireDateTime"]
    api("UpdateImageCache", **asked, Image=["a:2"])
    (cache,) = shown(api)
    assert (cache["Status"], cache["Images"]) == ("Updating", ["a:2"])
    assert record(api, cache_id).generation == 2


def test_delete(api: Api) -> None:
    cache_id = create(api)
    api("DeleteImageCache", ImageCacheId=cache_id)
    assert shown(api) == []
    refusal = api.refused("DeleteImageCache", ImageCacheId=cache_id)
    assert (refusal.status, refusal.code) == (404, "InvalidParameter.NotFound")


def test_the_quota(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_IMAGE_CACHES", 1)
    create(api)
    refusal = api.refused("CreateImageCache", ImageCacheName="c", Image=["a:1"])
    assert refusal == (403, "QuotaExceeded", "ImageCache quota exceeded.")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Image": []}, "MissingImage"),
        ({"ImageCacheName": ""}, "MissingImageCacheName"),
        ({"Image": ["a:1", "a:1"]}, "InvalidParameter.Image"),
        ({"Image": [f"a:{n}" for n in range(21)]}, "InvalidParameter.ValueExceeded"),
        ({"Annotations": "x"}, "InvalidParameter.Format"),
        ({"OsType": "Windows"}, "UnsupportedOperation.NotEmulated"),
        ({"EliminationStrategy": "FIFO"}, "InvalidParameter.EliminationStrategy"),
        ({"ImageRegistryCredential": [{"Server": "r"}]}, "MissingParameter"),
        ({"Tag": [{"Key": "a"}, {"Key": "a"}]}, "InvalidParameter.Tag"),
        ({"Tag": [{"Key": f"k{n}"} for n in range(21)]}, "NumberExceed.Tags"),
    ],
)
def test_what_makes_no_sense(api: Api, asked: dict[str, Any], code: str) -> None:
    assert api.refused("CreateImageCache", **{"ImageCacheName": "c", "Image": ["a:1"], **asked}).code == code
