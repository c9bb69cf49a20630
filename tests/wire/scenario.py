"""A script that calls every action of the API once, by whatever client it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eci_emulator.model.caches import CacheStatus
from eci_emulator.model.group import ContainerGroup, ContainerStatus
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.nodes import Nodes
from eci_emulator.store.database import Store

Json = dict[str, Any]
#: Action and its tree of parameters -> its answer.
Client = Callable[[str, Json], Json]

CONTAINER = {"Name": "c", "Image": "busybox:1"}
DISK = {"Name": "disk", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/disk"}}
SOURCE = {"Type": "NAS", "Options": {"server": "s"}}
TAG = {"Key": "team", "Value": "ml"}


class Script:
    """The calls in order. What workers would do in between is done in the records."""

    def __init__(self, client: Client, store: Store, name: str = "scripted") -> None:
        self._client = client
        self._store = store
        self._name = name
        self.answers: dict[str, Json] = {}

    def call(self, action: str, **parameters: Any) -> Json:
        assert action not in self.answers
        self.answers[action] = self._client(action, parameters)
        return self.answers[action]

    def run(self) -> dict[str, Json]:
        """Every action's answer."""
        self._questions()
        self._group()
        self._image_cache()
        self._data_cache()
        self._virtual_node()
        return self.answers

    def _questions(self) -> None:
        self.call("DescribeRegions")
        self.call("ListUsage")
        self.call("DescribeContainerGroupPrice", Cpu=2.0, Memory=4.0)
        wanted = {"Category": "InstanceType", "Cores": 2.0, "Memory": 4.0}
        self.call("DescribeAvailableResource", DestinationResource=wanted)

    def _group(self) -> None:
        made = self.call(
            "CreateContainerGroup",
            ContainerGroupName=self._name,
            Container=[CONTAINER],
            Volume=[DISK],
            Tag=[TAG],
            ClientToken="scripted",
        )
        group_id = made["ContainerGroupId"]
        group = {"ContainerGroupId": group_id}
        container = {**group, "ContainerName": "c"}
        tagged = {"ResourceType": "ContainerGroup", "ResourceId": [group_id]}
        self._store.groups.update(group_id, running)
        self.call("DescribeContainerGroups", ContainerGroupName=self._name, Tag=[TAG], WithEvent=True)
        self.call("DescribeContainerGroupStatus")
        self.call("DescribeContainerGroupEvents")
        self.call("ExecContainerCommand", **container, Command='["ls","-a"]', Sync=True, TTY=False)
        self.call("DescribeContainerLog", **container, Tail=10, Timestamps=True)
        self.call("CommitContainer", **container, Image={"Repository": "r.example.com/a/b", "Tag": "1"})
        self.call("DescribeCommitContainerTask", **group)
        self.call("CreateInstanceOpsTask", **group, OpsType="coredump", OpsValue="enable")
        self.call("DescribeInstanceOpsRecords", **group, OpsType="coredump")
        self.call("DescribeContainerGroupMetric", **group)
        self.call("DescribeMultiContainerGroupMetric", ContainerGroupIds=f'["{group_id}"]')
        self.call("TagResources", **tagged, Tag=[{"Key": "more", "Value": "1"}])
        self.call("ListTagResources", **tagged)
        self.call("UntagResources", **tagged, TagKey=["more"])
        self.call("ResizeContainerGroupVolume", **group, VolumeName="disk", NewSize=40)
        self.call("UpdateContainerGroup", **group, RestartPolicy="Never")
        self._store.groups.update(group_id, running)
        self.call("RestartContainerGroup", **group)
        self._store.groups.update(group_id, running)
        self.call("DeleteContainerGroup", **group)

    def _image_cache(self) -> None:
        made = self.call("CreateImageCache", ImageCacheName=self._name, Image=["busybox:1"], Tag=[TAG])
        cache = {"ImageCacheId": made["ImageCacheId"]}
        self._store.image_caches.update(made["ImageCacheId"], becomes(CacheStatus.READY))
        self.call("DescribeImageCaches", **cache)
        self.call("UpdateImageCache", **cache, ImageCacheName="renamed")
        self._store.image_caches.update(made["ImageCacheId"], becomes(CacheStatus.READY))
        self.call("DeleteImageCache", **cache)

    def _data_cache(self) -> None:
        made = self.call("CreateDataCache", Path="/scripted", DataSource=SOURCE, Tag=[TAG])
        cache = {"DataCacheId": made["DataCacheId"]}
        self._store.data_caches.update(made["DataCacheId"], becomes(CacheStatus.AVAILABLE))
        self.call("DescribeDataCaches", DataCacheId=[made["DataCacheId"]])
        self.call("CopyDataCache", **cache, DestinationRegionId="cn-shenzhen", Path=f"/{made['DataCacheId']}")
        self.call("UpdateDataCache", **cache, Name="renamed")
        self._store.data_caches.update(made["DataCacheId"], becomes(CacheStatus.AVAILABLE))
        self.call("DeleteDataCache", **cache)

    def _virtual_node(self) -> None:
        placed = {"VSwitchId": "vsw-1", "SecurityGroupId": "sg-1"}
        made = self.call("CreateVirtualNode", VirtualNodeName=self._name, **placed, Tag=[TAG])
        node = {"VirtualNodeId": made["VirtualNodeId"]}
        self.call("DescribeVirtualNodes", VirtualNodeName=self._name)
        self.call("UpdateVirtualNode", **node, VirtualNodeName="renamed")
        self.call("DeleteVirtualNode", **node)


def running(group: ContainerGroup) -> None:
    group.state.status = GroupStatus.RUNNING
    status = group.state.containers.setdefault("c", ContainerStatus())
    status.current.state = "Running"
    status.attempt = 0


def becomes(status: CacheStatus) -> Callable[[Any], None]:
    def change(cache: Any) -> None:
        cache.status = status

    return change


def speaking_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Node agents for hosts that have none."""

    async def say(*_: Any, **__: Any) -> str:
        return "said <&>\n"

    monkeypatch.setattr(Nodes, "exec", say)
    monkeypatch.setattr(Nodes, "logs", say)
    monkeypatch.setattr(Nodes, "sample", say)
