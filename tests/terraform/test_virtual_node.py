"""alicloud_eci_virtual_node: read from the list of all nodes, page by page."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from tests.terraform.provider import ECI, VPC, Gone, Json, Provider, tags, text

KUBE_CONFIG = base64.b64encode(b"apiVersion: v1\nkind: Config\n").decode()


def nodes(provider: Provider, **query: object) -> Iterator[Json]:
    while True:
        answer = provider.post(ECI, "DescribeVirtualNodes", dict(query))
        yield from answer["VirtualNodes"]
        if not answer["NextToken"]:
            return
        query["NextToken"] = answer["NextToken"]


def read(provider: Provider, node_id: str) -> Json:
    """Raises Gone."""
    found = [node for node in nodes(provider) if node["VirtualNodeId"] == node_id]
    if not found:
        raise Gone(node_id)
    return found[0]


def state(item: Json) -> Json:
    return {
        "resource_group_id": text(item["ResourceGroupId"]),
        "security_group_id": text(item["SecurityGroupId"]),
        "status": text(item["Status"]),
        "vswitch_id": text(item["VSwitchId"]),
        "virtual_node_name": text(item["VirtualNodeName"]),
        "zone_id": text(item["ZoneId"]),
        "tags": tags(item["Tags"]),
    }


def test_a_node_is_created_read_imported_and_deleted(provider: Provider, network: Json) -> None:
    eip = provider.post(VPC, "AllocateEipAddress")["AllocationId"]
    (vswitch,) = provider.post(VPC, "DescribeVSwitches", {"VSwitchId": network["vswitch_id"]})["VSwitches"][
        "VSwitch"
    ]
    request = {
        "VirtualNodeName": "tf-node",
        "SecurityGroupId": network["security_group_id"],
        "VSwitchId": network["vswitch_id"],
        "ZoneId": vswitch["ZoneId"],
        "EipInstanceId": eip,
        "EnablePublicNetwork": False,
        "KubeConfig": KUBE_CONFIG,
        "Tag": [{"Key": "Created", "Value": "TF"}],
        "Taint": [{"Key": "TF", "Value": "test", "Effect": "NoSchedule"}],
        "ClientToken": "TF-CreateVirtualNode-1",
    }
    node_id = provider.post(ECI, "CreateVirtualNode", request)["VirtualNodeId"]
    assert provider.post(ECI, "CreateVirtualNode", request)["VirtualNodeId"] == node_id
    provider.wait(lambda: read(provider, node_id), set(), {"Ready"})
    applied = state(read(provider, node_id))
    expected = {
        "virtual_node_name": "tf-node",
        "security_group_id": network["security_group_id"],
        "vswitch_id": network["vswitch_id"],
        "zone_id": vswitch["ZoneId"],
        "tags": {"Created": "TF"},
        "resource_group_id": "",  # not asked for: a plan would replace the node
    }
    assert applied | expected == applied
    assert state(read(provider, node_id)) == applied
    (group,) = provider.post("2020-03-31", "ListResourceGroups")["ResourceGroups"]["ResourceGroup"]
    (item,) = nodes(provider, ResourceGroupId=group["Id"])
    assert type(item["Cpu"]) is int  # "2.0" ends the plugin
    assert type(item["Memory"]) is int
    delete = {"VirtualNodeId": node_id, "ClientToken": "TF-DeleteVirtualNode-1"}
    provider.post(ECI, "DeleteVirtualNode", delete)
    assert provider.gone(lambda: read(provider, node_id))
