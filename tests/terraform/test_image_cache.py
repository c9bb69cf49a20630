"""alicloud_eci_image_cache, which the provider drives with its older SDK: everything in the URL."""

from __future__ import annotations

from tests.terraform.provider import ECI, VPC, Gone, Json, Provider, text

PENDING, TARGET = {"Preparing", "Creating"}, {"Ready"}
ORDER = ["Preparing", "Creating", "Ready"]


def read(provider: Provider, cache_id: str) -> Json:
    """Raises Gone."""
    answer = provider.get(ECI, "DescribeImageCaches", {"ImageCacheId": cache_id})
    assert type(answer["ImageCaches"]) is list
    if not answer["ImageCaches"]:
        raise Gone(cache_id)
    found: Json = answer["ImageCaches"][0]
    assert found["ImageCacheId"] == cache_id
    return found


def state(item: Json) -> Json:
    return {
        "container_group_id": text(item["ContainerGroupId"]),
        "image_cache_name": text(item["ImageCacheName"]),
        "images": item["Images"],
        "status": text(item["Status"]),
    }


def test_a_cache_is_created_read_imported_and_deleted(provider: Provider, network: Json) -> None:
    images = ["registry.cn-beijing.aliyuncs.com/eci_open/nginx:alpine", "busybox:1.30"]
    eip = provider.post(VPC, "AllocateEipAddress")["AllocationId"]
    vswitch = provider.post(VPC, "DescribeVSwitchAttributes", {"VSwitchId": network["vswitch_id"]})
    request = {
        "ImageCacheName": "tf-cache",
        "Image": images,
        "SecurityGroupId": network["security_group_id"],
        "VSwitchId": network["vswitch_id"],
        "EipInstanceId": eip,
        "ImageCacheSize": 20,
        "RetentionDays": 7,
        "ResourceGroupId": "rg-caches",
        "ZoneId": vswitch["ZoneId"],
        "ImageRegistryCredential": [{"Server": "reg.example.com", "UserName": "u", "Password": "p"}],
    }
    cache_id = provider.get(ECI, "CreateImageCache", request)["ImageCacheId"]
    other = provider.get(ECI, "CreateImageCache", request | {"ImageCacheName": "tf-other"})["ImageCacheId"]
    statuses = []

    def watched() -> Json:
        statuses.append(read(provider, cache_id)["Status"])
        return read(provider, cache_id)

    item = provider.wait(watched, PENDING, TARGET)
    assert sorted(statuses, key=ORDER.index) == statuses
    assert (item["ImageCacheSize"], item["ResourceGroupId"]) == (20, "rg-caches")
    assert text(item["ExpireDateTime"])
    assert "ImageRegistryCredentials" not in item
    applied = state(item)
    expected = {"image_cache_name": "tf-cache", "images": images, "status": "Ready"}
    assert applied | expected == applied
    assert applied["container_group_id"]
    assert state(read(provider, cache_id)) == applied
    provider.get(ECI, "DeleteImageCache", {"ImageCacheId": cache_id})
    assert provider.gone(lambda: read(provider, cache_id))
    assert read(provider, other)["ImageCacheName"] == "tf-other"
    provider.get(ECI, "DeleteImageCache", {"ImageCacheId": other})


def test_what_the_data_source_reads_of_a_cache(provider: Provider, network: Json) -> None:
    request = {
        "ImageCacheName": "tf-listed",
        "Image": ["busybox:1.30"],
        "SecurityGroupId": network["security_group_id"],
        "VSwitchId": network["vswitch_id"],
    }
    cache_id = provider.get(ECI, "CreateImageCache", request)["ImageCacheId"]
    item = provider.wait(lambda: read(provider, cache_id), PENDING, TARGET)
    assert item["Progress"] == "100%"
    assert text(item["SnapshotId"])
    assert type(item["Events"]) is list
    assert text(item["ExpireDateTime"]) == ""  # kept for good
    for query in ({"ImageCacheName": "tf-listed"}, {"SnapshotId": item["SnapshotId"]}):
        (found,) = provider.get(ECI, "DescribeImageCaches", query)["ImageCaches"]
        assert found["ImageCacheId"] == cache_id
    provider.get(ECI, "DeleteImageCache", {"ImageCacheId": cache_id})
