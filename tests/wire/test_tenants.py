"""Two accounts in two regions run the same script at the same time and never see one another."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
import requests

from eci_emulator.gateway.tree import flatten
from tests.actions.answers import check_answer
from tests.wire.scenario import Client, Json, Script, speaking_agents
from tests.wire.served import FORM, Served, encoded, listening

TENANTS = [*itertools.product(("LTAIone", "LTAItwo"), ("cn-hangzhou", "cn-beijing"))]
LISTS = {
    "DescribeContainerGroups": "ContainerGroups",
    "DescribeContainerGroupStatus": "Data",
    "DescribeContainerGroupEvents": "Data",
    "DescribeImageCaches": "ImageCaches",
    "DescribeDataCaches": "DataCaches",
    "DescribeVirtualNodes": "VirtualNodes",
    "DescribeCommitContainerTask": "CommitTasks",
}


def client(address: str, key: str, region: str) -> Client:
    def call(action: str, parameters: Json) -> Json:
        public = {"Action": action, "Version": "2018-08-08", "Format": "JSON", "AccessKeyId": key}
        body = flatten({"RegionId": region, **parameters})
        answer: Json = requests.post(f"http://{address}/", params=public, data=body, timeout=30).json()
        assert "Code" not in answer, answer
        return answer

    return call


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    speaking_agents(monkeypatch)


def test_the_same_script_at_the_same_time(served: Served) -> None:
    """Same names, same tags, same ClientToken: each has one of everything, and each a different one."""
    store = served.emulator.store
    with listening(served) as address, ThreadPoolExecutor(len(TENANTS)) as threads:
        runs = [threads.submit(Script(client(address, *tenant), store).run) for tenant in TENANTS]
        answers = [run.result() for run in runs]
    for of_tenant in answers:
        for action, answer in of_tenant.items():
            check_answer(action, answer)
        for action, name in LISTS.items():
            assert len(of_tenant[action][name]) == 1, action
    for action, name in (
        ("CreateContainerGroup", "ContainerGroupId"),
        ("CreateImageCache", "ImageCacheId"),
        ("CreateDataCache", "DataCacheId"),
        ("CreateVirtualNode", "VirtualNodeId"),
        ("CommitContainer", "TaskId"),
    ):
        assert len({of_tenant[action][name] for of_tenant in answers}) == len(TENANTS)


#: Of each thing: how it is made, and all that can be asked about it or done to it by its id.
OWNED: dict[str, tuple[str, Json, list[tuple[str, Json]]]] = {
    "group": (
        "CreateContainerGroup",
        {"ContainerGroupName": "owned", "Container": [{"Name": "c", "Image": "i"}]},
        [
            ("DeleteContainerGroup", {"ContainerGroupId": "{id}"}),
            ("RestartContainerGroup", {"ContainerGroupId": "{id}"}),
            ("UpdateContainerGroup", {"ContainerGroupId": "{id}", "RestartPolicy": "Never"}),
            ("ResizeContainerGroupVolume", {"ContainerGroupId": "{id}", "VolumeName": "v", "NewSize": 40}),
            ("DescribeContainerLog", {"ContainerGroupId": "{id}", "ContainerName": "c"}),
            ("ExecContainerCommand", {"ContainerGroupId": "{id}", "ContainerName": "c", "Command": "ls"}),
            (
                "CommitContainer",
                {"ContainerGroupId": "{id}", "ContainerName": "c", "Image": {"Repository": "r", "Tag": "1"}},
            ),
            (
                "CreateInstanceOpsTask",
                {"ContainerGroupId": "{id}", "OpsType": "coredump", "OpsValue": "enable"},
            ),
            ("DescribeInstanceOpsRecords", {"ContainerGroupId": "{id}", "OpsType": "coredump"}),
            ("DescribeContainerGroupMetric", {"ContainerGroupId": "{id}"}),
            (
                "TagResources",
                {"ResourceType": "ContainerGroup", "ResourceId": ["{id}"], "Tag": [{"Key": "k"}]},
            ),
            ("UntagResources", {"ResourceType": "ContainerGroup", "ResourceId": ["{id}"], "All": True}),
        ],
    ),
    "image cache": (
        "CreateImageCache",
        {"ImageCacheName": "owned", "Image": ["i"]},
        [
            ("UpdateImageCache", {"ImageCacheId": "{id}", "ImageCacheName": "stolen"}),
            ("DeleteImageCache", {"ImageCacheId": "{id}"}),
        ],
    ),
    "data cache": (
        "CreateDataCache",
        {"Path": "/owned", "DataSource": {"Type": "NAS", "Options": {"server": "s"}}},
        [
            ("UpdateDataCache", {"DataCacheId": "{id}", "Name": "stolen"}),
            ("CopyDataCache", {"DataCacheId": "{id}", "DestinationRegionId": "cn-shenzhen"}),
            ("DeleteDataCache", {"DataCacheId": "{id}"}),
            ("DeleteDataCache", {"Path": "/owned"}),
        ],
    ),
    "virtual node": (
        "CreateVirtualNode",
        {"VSwitchId": "vsw-1", "SecurityGroupId": "sg-1"},
        [
            ("UpdateVirtualNode", {"VirtualNodeId": "{id}", "VirtualNodeName": "stolen"}),
            ("DeleteVirtualNode", {"VirtualNodeId": "{id}"}),
        ],
    ),
}
ASKED_BY_ID = {
    "DescribeContainerGroups": ({"ContainerGroupIds": '["{id}"]'}, "ContainerGroups"),
    "DescribeContainerGroupStatus": ({"ContainerGroupIds": '["{id}"]'}, "Data"),
    "DescribeContainerGroupEvents": ({"ContainerGroupIds": '["{id}"]'}, "Data"),
    "DescribeMultiContainerGroupMetric": ({"ContainerGroupIds": '["{id}"]'}, "MonitorDatas"),
    "ListTagResources": ({"ResourceType": "ContainerGroup", "ResourceId": ["{id}"]}, "TagResources"),
    "DescribeImageCaches": ({"ImageCacheId": "{id}"}, "ImageCaches"),
    "DescribeDataCaches": ({"DataCacheId": ["{id}"]}, "DataCaches"),
    "DescribeVirtualNodes": ({"VirtualNodeIds": '["{id}"]'}, "VirtualNodes"),
}


def with_id(value: Any, record_id: str) -> Any:
    if isinstance(value, dict):
        return {name: with_id(inner, record_id) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_id(inner, record_id) for inner in value]
    return value.replace("{id}", record_id) if isinstance(value, str) else value


def call(served: Served, tenant: tuple[str, str], action: str, parameters: Json) -> Json:
    public = {"Action": action, "Format": "JSON", "AccessKeyId": tenant[0], "RegionId": tenant[1]}
    return served("POST", b"/", [FORM], encoded(public | flatten(parameters))).json


@pytest.mark.parametrize("stranger", [("LTAItwo", "cn-hangzhou"), ("LTAIone", "cn-beijing")], ids=str)
@pytest.mark.parametrize("kind", OWNED)
def test_knowing_an_id_is_not_enough(served: Served, kind: str, stranger: tuple[str, str]) -> None:
    create, parameters, uses = OWNED[kind]
    made = call(served, TENANTS[0], create, parameters)
    (record_id,) = (value for name, value in made.items() if name == create.removeprefix("Create") + "Id")
    before = redis_dump(served.emulator.store.redis)
    for action, asked in uses:
        answer = call(served, stranger, action, with_id(asked, record_id))
        assert "NotFound" in answer.get("Code", ""), (action, answer)
    for action, (asked, name) in ASKED_BY_ID.items():
        answer = call(served, stranger, action, with_id(asked, record_id))
        assert answer[name] == [], action
    assert redis_dump(served.emulator.store.redis) == before


def redis_dump(client: redis.Redis) -> dict[bytes, Any]:
    """Every record, as it is stored."""
    return {key: client.hget(key, "record") for key in client.scan_iter("eci:*", _type="hash")}


def test_more_tenants_and_vswitches_than_there_are_ranges(served: Served) -> None:
    """A name nobody created is always good; when ranges run out they are shared, and no address is."""
    group = {"ContainerGroupName": "one-of-many", "Container": [{"Name": "c", "Image": "i"}]}
    wide = {"Version": "2016-04-28", "CidrBlock": "10.0.0.0/8"}
    assert call(served, TENANTS[0], "CreateVpc", wide)["VpcId"]
    asked = [(("LTAIone", "cn-hangzhou"), f"vsw-{n}") for n in range(40)]
    asked += [((f"LTAI{n}", "cn-hangzhou"), "vsw-1") for n in range(140)]
    for tenant, vswitch in asked:
        made = call(served, tenant, "CreateContainerGroup", {**group, "VSwitchId": vswitch})
        assert "ContainerGroupId" in made, made
    store = served.emulator.store
    placed = [made.state.placement for made in store.groups.get_many(store.groups.all_ids())]
    assert len({place.ip for place in placed}) == len(asked)
    assert len({place.vpc_cidr for place in placed}) == 128
