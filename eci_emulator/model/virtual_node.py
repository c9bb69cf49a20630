"""A virtual node: a Kubernetes node whose pods are container groups."""

from __future__ import annotations

from enum import StrEnum

from msgspec import field

from eci_emulator.model.group import Record
from eci_emulator.model.resource import Resource


class NodeStatus(StrEnum):
    PENDING = "Pending"
    READY = "Ready"
    FAILED = "Failed"
    CLEANED = "Cleaned"


class Taint(Record):
    key: str
    value: str = ""
    effect: str = ""  # NoSchedule | PreferNoSchedule | NoExecute


class VirtualNode(Resource):
    status: NodeStatus = NodeStatus.PENDING
    zone_id: str = ""
    vpc_id: str = ""
    v_switch_id: str = ""
    security_group_id: str = ""
    cidr: str = ""  # of the vSwitch
    ip: str = ""
    taints: list[Taint] = field(default_factory=list)
    kube_config: str = ""  # base64; never shown
    tls_bootstrap_enabled: bool = False
    custom_resources: str = ""  # JSON
    cluster_domain: str = ""
    cluster_dns: str = ""
    enable_public_network: bool = False
    eip_instance_id: str = ""
