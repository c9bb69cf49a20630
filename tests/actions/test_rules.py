"""Rules that hold for all actions: tokens, tenants, what is served, what is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from eci_emulator.actions.registry import ACTIONS
from eci_emulator.app import create_app
from eci_emulator.model.caches import CacheStatus
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import GroupStatus

from .answers import DOCUMENT
from .conftest import Api, Json

URL = {"Type": "URL", "Options": {"url": "http://x"}}


def a_running_group(api: Api) -> Json:
    def run(group: ContainerGroup) -> None:
        group.state.status = GroupStatus.RUNNING

    volume = {"Name": "d", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/disk"}}
    group_id = api.create_group(Volume=[volume])
    api.store.groups.update(group_id, run)
    return {"ContainerGroupId": group_id}


def a_node(api: Api) -> Json:
    return {"VirtualNodeId": api("CreateVirtualNode", VSwitchId="v", SecurityGroupId="s")["VirtualNodeId"]}


def an_image_cache(api: Api) -> Json:
    cache_id = api("CreateImageCache", ImageCacheName="c", Image=["a:1"])["ImageCacheId"]
    api.store.image_caches.update(cache_id, lambda cache: setattr(cache, "status", CacheStatus.READY))
    return {"ImageCacheId": cache_id}


def a_data_cache(api: Api) -> Json:
    cache_id = api("CreateDataCache", Path="/made", DataSource=URL)["DataCacheId"]
    api.store.data_caches.update(cache_id, lambda cache: setattr(cache, "status", CacheStatus.AVAILABLE))
    return {"DataCacheId": cache_id}


def nothing(api: Api) -> Json:
    return {}


#: Action -> what it needs to be there, its parameters, and others that are no retry.
MUTATING: dict[str, tuple[Callable[[Api], Json], Json, Json]] = {
    "CreateContainerGroup": (
        nothing,
        {"ContainerGroupName": "one", "Container": [{"Name": "c", "Image": "i"}]},
        {"ContainerGroupName": "two"},
    ),
    "UpdateContainerGroup": (a_running_group, {"RestartPolicy": "Never"}, {"RestartPolicy": "OnFailure"}),
    "RestartContainerGroup": (a_running_group, {}, {"ContainerGroupId": "eci-other"}),
    "DeleteContainerGroup": (a_running_group, {}, {"Force": True}),
    "ResizeContainerGroupVolume": (a_running_group, {"VolumeName": "d", "NewSize": 40}, {"NewSize": 50}),
    "CreateImageCache": (nothing, {"ImageCacheName": "a", "Image": ["a:1"]}, {"ImageCacheName": "b"}),
    "UpdateImageCache": (an_image_cache, {"ImageCacheName": "x"}, {"ImageCacheName": "y"}),
    "DeleteImageCache": (an_image_cache, {}, {"ImageCacheId": "imc-other"}),
    "CreateDataCache": (nothing, {"Path": "/d", "DataSource": URL}, {"Path": "/e"}),
    "UpdateDataCache": (a_data_cache, {"Name": "x"}, {"Name": "y"}),
    "CopyDataCache": (a_data_cache, {"DestinationRegionId": "cn-beijing"}, {"Path": "/e"}),
    "DeleteDataCache": (a_data_cache, {}, {"DataCacheId": "edc-other"}),
    "CreateVirtualNode": (nothing, {"VSwitchId": "v", "SecurityGroupId": "s"}, {"VirtualNodeName": "n"}),
    "UpdateVirtualNode": (a_node, {"VirtualNodeName": "x"}, {"VirtualNodeName": "y"}),
    "DeleteVirtualNode": (a_node, {}, {"VirtualNodeId": "vnd-other"}),
    "UntagResources": (
        lambda api: {"ResourceId": [a_running_group(api)["ContainerGroupId"]]},
        {"ResourceType": "ContainerGroup", "TagKey": ["a"]},
        {"TagKey": ["b"]},
    ),
}


def test_all_mutating_actions_with_a_token_are_tried() -> None:
    taking = {
        path["post"]["operationId"]
        for path in DOCUMENT["paths"].values()
        if "ClientToken" in _request(path["post"]["operationId"])
    }
    assert taking - {"DescribeVirtualNodes"} == set(MUTATING)


def _request(action: str) -> Json:
    properties: Json = DOCUMENT["components"]["schemas"][f"{action}Request"]["properties"]
    return properties


@pytest.mark.parametrize("action", MUTATING)
def test_a_retry_gets_the_same_answer_and_does_nothing_twice(api: Api, action: str) -> None:
    prepare, parameters, others = MUTATING[action]
    asked = {**prepare(api), **parameters, "ClientToken": "token-1"}
    first = without_id(api(action, **asked))
    remembered = dump(api)
    assert without_id(api(action, **asked)) == first
    assert dump(api) == remembered
    refusal = api.refused(action, **{**asked, **others})
    assert (refusal.status, refusal.code) == (400, "IdempotentParameterMismatch")


def without_id(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "RequestId"}


def dump(api: Api) -> dict[bytes, Any]:
    """All records, and the queue of the workers."""
    redis = api.store.redis
    records = {key: redis.hget(key, "record") for key in redis.scan_iter("eci:*", _type="hash")}
    return records | {b"queue": redis.llen(f"rq:queue:eci-{api.emulator.settings.host_name}")}


def test_a_token_is_its_tenants_own(api: Api) -> None:
    asked = {"ContainerGroupName": "one", "Container": [{"Name": "c", "Image": "i"}], "ClientToken": "same"}
    ids = {
        tenant("CreateContainerGroup", **asked)["ContainerGroupId"]
        for tenant in (api, api.as_someone("LTAIother"), api.as_someone("", "cn-beijing"))
    }
    assert len(ids) == 3


def test_a_dry_run_creates_nothing(api: Api) -> None:
    asked = {"ContainerGroupName": "one", "Container": [{"Name": "c", "Image": "i"}], "DryRun": True}
    refusal = api.refused("CreateContainerGroup", **asked)
    assert (refusal.status, refusal.code) == (400, "DryRun.Success")
    assert api("DescribeContainerGroups")["TotalCount"] == 0
    asked["Cpu"] = 999
    assert api.refused("CreateContainerGroup", **asked).code == "InvalidParameter.CPU.Memory"


#: What is still to be served, by whom it belongs to.
ELSEWHERE = {"DescribeContainerGroupMetric", "DescribeMultiContainerGroupMetric"}


def test_every_action_of_the_document_is_served() -> None:
    documented = {path["post"]["operationId"] for path in DOCUMENT["paths"].values()}
    assert documented - set(ACTIONS) <= ELSEWHERE


@pytest.mark.parametrize(
    "action",
    ["DeleteContainerGroups", "ResizeContainerGroupEphemeralStorage", "ExportContainerGroupTemplate"],
)
def test_what_eci_has_withdrawn_is_said_to_be(api: Api, action: str) -> None:
    refusal = api.refused(action)
    assert (refusal.status, refusal.code) == (400, "UnsupportedOperation.NotEmulated")
    assert action in refusal.message
    assert api.refused("MakeCoffee").code == "InvalidAction.NotFound"


DESCRIBING = {
    "DescribeContainerGroups": "ContainerGroups",
    "DescribeContainerGroupStatus": "Data",
    "DescribeContainerGroupEvents": "Data",
    "DescribeImageCaches": "ImageCaches",
    "DescribeDataCaches": "DataCaches",
    "DescribeVirtualNodes": "VirtualNodes",
    "DescribeCommitContainerTask": "CommitTasks",
}


@pytest.mark.parametrize("action", DESCRIBING)
def test_other_tenants_see_nothing(api: Api, action: str) -> None:
    a_running_group(api), a_node(api), an_image_cache(api), a_data_cache(api)
    for other in (api.as_someone("LTAIother"), api.as_someone("", "cn-beijing")):
        assert other(action)[DESCRIBING[action]] == []


@pytest.mark.parametrize("action", DESCRIBING)
def test_the_end_of_a_list_is_an_empty_token(api: Api, action: str) -> None:
    answer = api(action)
    assert (answer["NextToken"], answer["TotalCount"]) == ("", 0)


def test_rates_are_limited_only_where_that_is_wanted(api: Api) -> None:
    asked = {"ContainerGroupId": "eci-unknown"}
    api.store.clock.freeze()
    for _ in range(101):
        assert api.refused("DeleteContainerGroup", **asked).status == 404
    settings = structs.replace(api.emulator.settings, throttling=True)
    with TestClient(create_app(structs.replace(api.emulator, settings=settings))) as client:
        limited = Api(client, api.emulator)
        codes = [limited.refused("DeleteContainerGroup", **asked) for _ in range(101)]
        assert {refusal.status for refusal in codes[:100]} == {404}
        assert codes[100][:2] == (400, "Throttling.User")
        assert limited.as_someone("LTAIother").refused("DeleteContainerGroup", **asked).status == 404
