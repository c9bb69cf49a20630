"""Virtual nodes: record and life cycle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eci_emulator.controller.due import fire

from .conftest import Api

ASKED = {"VSwitchId": "vsw-1", "SecurityGroupId": "sg-1"}


def create(api: Api, **parameters: Any) -> str:
    return str(api("CreateVirtualNode", **{**ASKED, **parameters})["VirtualNodeId"])


def shown(api: Api, **query: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = api("DescribeVirtualNodes", **query)["VirtualNodes"]
    return nodes


def test_pending_then_ready(api: Api) -> None:
    node_id = create(api, VirtualNodeName="n", Tag=[{"Key": "a", "Value": "b"}])
    (node,) = shown(api)
    assert (node["Status"], node["VirtualNodeName"], node["VirtualNodeVSwitchId"]) == (
        "Pending",
        "n",
        "vsw-1",
    )
    assert node["IntranetIp"]
    (due,) = api.store.timers.due(api.store.clock.now() + 60)
    fire(api.store, due)
    (node,) = shown(api, VirtualNodeIds=json.dumps([node_id]))
    assert node["Status"] == "Ready"
    assert [event["Reason"] for event in node["Events"]] == ["Ready", "Created"]


def test_what_terraform_reads(api: Api) -> None:
    """Its provider crashes on a size that is no integer, and waits for the id to be in the list."""
    node_id = create(api, ClientToken="TF-1", ResourceGroupId="rg-1")
    (node,) = shown(api)
    assert {key: type(node[key]) for key in ("Cpu", "Memory")} == {"Cpu": int, "Memory": int}
    assert node["VirtualNodeId"] == node_id
    assert (node["SecurityGroupId"], node["VSwitchId"], node["ResourceGroupId"]) == ("sg-1", "vsw-1", "rg-1")
    assert node["ZoneId"].startswith("cn-hangzhou-")


def test_filters_and_pages(api: Api) -> None:
    ids = [create(api, VirtualNodeName=f"n{n}", Tag=[{"Key": "n", "Value": str(n)}]) for n in range(3)]
    assert [node["VirtualNodeId"] for node in shown(api, VirtualNodeName="n1")] == [ids[1]]
    assert [node["VirtualNodeId"] for node in shown(api, Tag=[{"Key": "n", "Value": "2"}])] == [ids[2]]
    assert shown(api, Status="Ready") == []
    first = api("DescribeVirtualNodes", Limit=2)
    assert (first["TotalCount"], len(first["VirtualNodes"])) == (3, 2)
    rest = api("DescribeVirtualNodes", Limit=2, NextToken=first["NextToken"])
    assert [node["VirtualNodeId"] for node in rest["VirtualNodes"]] == [ids[2]]
    assert rest["NextToken"] == ""


def test_update(api: Api) -> None:
    node_id = create(api, VirtualNodeName="old", Tag=[{"Key": "a", "Value": "1"}])
    api("UpdateVirtualNode", VirtualNodeId=node_id, VirtualNodeName="new", ClusterDNS="10.0.0.2")
    (node,) = shown(api, VirtualNodeName="new")
    assert node["Tags"] == [{"Key": "a", "Value": "1"}]
    record = api.store.virtual_nodes.get(node_id)
    assert record
    assert record.cluster_dns == "10.0.0.2"


def test_a_deleted_node_leaves_nothing(api: Api) -> None:
    kept = create(api)
    node_id = create(api)
    record = api.store.virtual_nodes.get(node_id)
    assert record
    api("DeleteVirtualNode", VirtualNodeId=node_id)
    assert [node["VirtualNodeId"] for node in shown(api)] == [kept]
    assert api.refused("DeleteVirtualNode", VirtualNodeId=node_id).code == "InvalidParameter.NotFound"
    api(
        "CreateContainerGroup",
        ContainerGroupName="g1",
        Container=[{"Name": "c", "Image": "i"}],
        VSwitchId="vsw-1",
        PrivateIpAddress=record.ip,
    )  # its address is free again
    assert [due.id for due in api.store.timers.due(api.store.clock.now() + 60)] == [kept]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"VSwitchId": ""}, "MissingVSwitchId"),
        ({"CustomResources": "[]"}, "InvalidParameter.Format"),
        ({"Taint": [{"Key": "a", "Effect": "Sometimes"}]}, "InvalidParameter.Effect"),
    ],
)
def test_what_makes_no_sense(api: Api, asked: dict[str, Any], code: str) -> None:
    assert api.refused("CreateVirtualNode", **{**ASKED, **asked}).code == code


def test_the_kubeconfig_is_kept_and_never_shown(api: Api) -> None:
    node_id = create(api, KubeConfig="c2VjcmV0")
    assert "c2VjcmV0" not in json.dumps(shown(api))
    record = api.store.virtual_nodes.get(node_id)
    assert record
    assert record.kube_config == "c2VjcmV0"
