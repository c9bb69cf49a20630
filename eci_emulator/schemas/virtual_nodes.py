"""Virtual nodes: what the actions take, and how a node is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Boolean, Integer, List, Nested, String
from msgspec import Struct, field

from eci_emulator.model.group import Tag
from eci_emulator.model.virtual_node import Taint, VirtualNode
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.containers import TagSchema
from eci_emulator.schemas.resources import common_view

#: A virtual node is itself a resident instance of this size.
NODE_CPU, NODE_MEMORY = 2, 8


class NodeRequest(Struct, kw_only=True):
    """What CreateVirtualNode is given; its names are the record's."""

    v_switch_id: str
    security_group_id: str
    zone_id: str = ""
    name: str = ""
    resource_group_id: str = ""
    tags: list[Tag] = field(default_factory=list)
    taints: list[Taint] = field(default_factory=list)
    kube_config: str = ""
    tls_bootstrap_enabled: bool = False
    custom_resources: str = ""
    cluster_domain: str = ""
    cluster_dns: str = ""
    enable_public_network: bool = False
    eip_instance_id: str = ""


class TaintSchema(Request):
    makes = Taint
    key = String(required=True)
    value = String()
    effect = String()


class CreateVirtualNodeSchema(Request):
    makes = NodeRequest
    v_switch_id = String(required=True)
    security_group_id = String(required=True)
    zone_id = String()
    name = String(data_key="VirtualNodeName")
    resource_group_id = String()
    tags = List(Nested(TagSchema), data_key="Tag")
    taints = List(Nested(TaintSchema), data_key="Taint")
    kube_config = String()
    tls_bootstrap_enabled = Boolean()
    custom_resources = String()
    cluster_domain = String()
    cluster_dns = String(data_key="ClusterDNS")
    enable_public_network = Boolean()
    eip_instance_id = String()


class NodeChange(Struct):
    virtual_node_id: str
    values: dict[str, Any]  # attribute of the record -> new value


class UpdateVirtualNodeSchema(Request):
    makes = NodeChange
    virtual_node_id = String(required=True)
    name = String(data_key="VirtualNodeName")
    tags = List(Nested(TagSchema), data_key="Tag")
    custom_resources = String()
    cluster_domain = String()
    cluster_dns = String(data_key="ClusterDNS")

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"virtual_node_id": data.pop("virtual_node_id"), "values": data}


class NodeReference(Struct):
    virtual_node_id: str


class NodeReferenceSchema(Request):
    makes = NodeReference
    virtual_node_id = String(required=True)


class NodeQuery(Struct):
    virtual_node_ids: str = ""  # a JSON list
    virtual_node_name: str = ""
    status: str = ""
    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)
    limit: int = 0
    next_token: str = ""


class NodeQuerySchema(Request):
    makes = NodeQuery
    virtual_node_ids = String()
    virtual_node_name = String()
    status = String()
    resource_group_id = String()
    tag = List(Nested(TagSchema))
    limit = Integer()
    next_token = String()


def node_view(node: VirtualNode) -> bytes:
    """One item of VirtualNodes; Terraform reads some of its fields under names of its own."""
    return msgspec.json.encode(
        {
            **common_view(node),
            "VirtualNodeId": node.id,
            "VirtualNodeName": node.name,
            "Status": node.status.value,
            "ZoneId": node.zone_id,
            "VpcId": node.vpc_id,
            "VirtualNodeVSwitchId": node.v_switch_id,
            "VSwitchId": node.v_switch_id,
            "VirtualNodeSecurityGroupId": node.security_group_id,
            "SecurityGroupId": node.security_group_id,
            "IntranetIp": node.ip,
            "InternetIp": "",
            "Cpu": NODE_CPU,
            "Memory": NODE_MEMORY,
            "RamRoleName": "",
            "EniInstanceId": "",
        }
    )
