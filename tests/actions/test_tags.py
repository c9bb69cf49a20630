"""TagResources, UntagResources, ListTagResources."""

from __future__ import annotations

import pytest

from .conftest import Api, Json

GROUP = "ContainerGroup"


def tags(**values: str) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def listed(api: Api, kind: str = GROUP, **query: object) -> list[tuple[str, str, str]]:
    rows = api("ListTagResources", ResourceType=kind, **query)["TagResources"]
    return [(row["ResourceId"], row["TagKey"], row["TagValue"]) for row in rows]


def make(api: Api, kind: str) -> str:
    match kind:
        case "ContainerGroup":
            return api.create_group()
        case "ImageCache":
            return str(api("CreateImageCache", ImageCacheName="c", Image=["a:1"])["ImageCacheId"])
        case "DataCache":
            source = {"Type": "NAS", "Options": {"server": "s"}}
            return str(api("CreateDataCache", Path="/d", DataSource=source)["DataCacheId"])
    return str(api("CreateVirtualNode", VSwitchId="vsw-1", SecurityGroupId="sg-1")["VirtualNodeId"])


@pytest.mark.parametrize("kind", ["ContainerGroup", "ImageCache", "DataCache", "VirtualNode"])
def test_every_kind_can_be_tagged(api: Api, kind: str) -> None:
    resource = make(api, kind)
    api("TagResources", ResourceType=kind, ResourceId=[resource], Tag=tags(a="1", b="2"))
    api("TagResources", ResourceType=kind, ResourceId=[resource], Tag=tags(a="3"))
    assert listed(api, kind) == [(resource, "a", "3"), (resource, "b", "2")]
    api("UntagResources", ResourceType=kind, ResourceId=[resource], TagKey=["a", "unknown"])
    assert listed(api, kind) == [(resource, "b", "2")]
    api("UntagResources", ResourceType=kind, ResourceId=[resource], All=True)
    assert listed(api, kind) == []


def test_tags_are_found_by_describe(api: Api) -> None:
    one, two = api.create_group("one"), api.create_group("two", Tag=tags(app="x"))
    api("TagResources", ResourceType=GROUP, ResourceId=[one], Tag=tags(app="web"))

    def found(**tag: str) -> list[str]:
        groups = api("DescribeContainerGroups", Tag=[tag])["ContainerGroups"]
        return [group["ContainerGroupId"] for group in groups]

    assert found(Key="app") == [one, two]
    assert found(Key="app", Value="web") == [one]
    api("UntagResources", ResourceType=GROUP, ResourceId=[one], TagKey=["app"])
    assert found(Key="app") == [two]


def test_a_resource_has_twenty_tags_at_most(api: Api) -> None:
    group_id = api.create_group(Tag=tags(**{f"k{n}": "v" for n in range(19)}))
    asked = {"ResourceType": GROUP, "ResourceId": [group_id]}
    assert api.refused("TagResources", **asked, Tag=tags(x="1", y="2")).code == "NumberExceed.Tags"
    api("TagResources", **asked, Tag=tags(x="1", k1="again"))
    assert len(listed(api, ResourceId=[group_id])) == 20


def test_all_or_none(api: Api) -> None:
    group_id = api.create_group()
    refusal = api.refused(
        "TagResources", ResourceType=GROUP, ResourceId=[group_id, "eci-unknown"], Tag=tags(a="1")
    )
    assert (refusal.status, refusal.code) == (404, "InvalidParameter.NotFound")
    assert listed(api) == []


def test_somebody_elses_resource_is_not_there(api: Api) -> None:
    group_id = api.create_group()
    stranger = api.as_someone("LTAIstranger")
    asked = {"ResourceType": GROUP, "ResourceId": [group_id]}
    assert stranger.refused("TagResources", **asked, Tag=tags(a="1")).code == "InvalidParameter.NotFound"
    assert listed(stranger, ResourceId=[group_id]) == []


def test_what_makes_no_sense(api: Api) -> None:
    asked = {"ResourceType": GROUP, "ResourceId": [api.create_group()]}
    assert api.refused("TagResources", **{**asked, "ResourceType": "Disk"}, Tag=tags(a="1")).code == (
        "InvalidParameter.ResourceType"
    )
    assert api.refused("UntagResources", **asked).code == "MissingParameter"
    assert api.refused("TagResources", **asked, Tag=[{"Value": "x"}]).code == "MissingParameter"
    assert (
        api.refused("TagResources", **asked, Tag=[*tags(a="1"), *tags(a="2")]).code == "InvalidParameter.Tag"
    )
    assert (
        api.refused("TagResources", **asked, Tag=tags(a="x" * 129)).code == "InvalidParameter.LengthExceeded"
    )
    assert api.refused("ListTagResources", ResourceType=GROUP, Limit="many").code == "InvalidParameter.Format"


def test_pages_survive_what_happens_between_them(api: Api) -> None:
    ids = [api.create_group(f"g{n}", Tag=tags(a="1", b="2", c="3")) for n in range(3)]
    page = api("ListTagResources", ResourceType=GROUP, Limit=2)
    seen = [(row["ResourceId"], row["TagKey"]) for row in page["TagResources"]]
    api("UntagResources", ResourceType=GROUP, ResourceId=[ids[0]], TagKey=["a"])
    api("DeleteContainerGroup", ContainerGroupId=ids[1])
    while page["NextToken"]:
        page = api("ListTagResources", ResourceType=GROUP, Limit=2, NextToken=page["NextToken"])
        seen += [(row["ResourceId"], row["TagKey"]) for row in page["TagResources"]]
    assert seen == [(group_id, key) for group_id in (ids[0], ids[2]) for key in "abc"]


def test_the_tags_of_resources_that_carry_one(api: Api) -> None:
    group_id = api.create_group(Tag=tags(app="web", team="x"))
    api.create_group(Tag=tags(app="db"))
    shown = listed(api, Tag=[{"Key": "app", "Value": "web"}])
    assert shown == [(group_id, "app", "web"), (group_id, "team", "x")]
