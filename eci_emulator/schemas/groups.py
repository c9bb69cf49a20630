"""Requests about container groups."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Boolean, Float, Integer, List, Nested, Raw, String
from msgspec import Struct, field

from eci_emulator.model import group
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.containers import (
    AcrRegistryInfoSchema,
    ContainerSchema,
    DnsConfigSchema,
    HostAliaseSchema,
    InitContainerSchema,
    RegistryCredentialSchema,
    SecurityContextSchema,
    TagSchema,
    VolumeSchema,
)


class CreateContainerGroupSchema(Request):
    makes = group.GroupSpec
    name = String(required=True, data_key="ContainerGroupName")
    container = List(Nested(ContainerSchema), required=True)
    init_container = List(Nested(InitContainerSchema))
    volume = List(Nested(VolumeSchema))
    restart_policy = String()
    cpu = Float()
    memory = Float()
    instance_type = String()
    zone_id = String()
    v_switch_id = String()
    security_group_id = String()
    resource_group_id = String()
    ram_role_name = String()
    tag = List(Nested(TagSchema))
    host_name = String()
    dns_policy = String()
    dns_config = Nested(DnsConfigSchema)
    host_aliase = List(Nested(HostAliaseSchema))
    security_context = Nested(SecurityContextSchema)
    image_registry_credential = List(Nested(RegistryCredentialSchema))
    acr_registry_info = List(Nested(AcrRegistryInfoSchema))
    plain_http_registry = String()
    insecure_registry = String()
    image_snapshot_id = String()
    auto_match_image_cache = Boolean()
    data_cache_bucket = String()
    termination_grace_period_seconds = Integer()
    active_deadline_seconds = Integer()
    max_pending_minute = Integer()
    schedule_strategy = String()
    spot_strategy = String()
    spot_price_limit = Float()
    spot_duration = Integer()
    strict_spot = Boolean()
    ephemeral_storage = Integer()
    share_process_namespace = Boolean()
    auto_create_eip = Boolean()
    eip_instance_id = String()
    eip_bandwidth = Integer()
    private_ip_address = String()
    fixed_ip = String()
    fixed_ip_retain_hour = Integer()
    cpu_architecture = String()
    os_type = String()
    compute_category = List(String())
    gpu_driver_version = String()
    core_pattern = String()
    ntp_server = List(String())
    # Kept for the record only, see the limits.
    cpu_options_core = Raw()
    cpu_options_threads_per_core = Raw()
    cpu_options_numa = Raw()
    container_resource_view = Raw()
    overhead_reservation_option = Raw()
    host_security_context = Raw()
    eip_isp = Raw(data_key="EipISP")
    eip_common_bandwidth_package = Raw()
    ipv6_address_count = Raw()
    ipv6_gateway_bandwidth = Raw()
    ipv6_gateway_bandwidth_enable = Raw()
    ingress_bandwidth = Raw()
    egress_bandwidth = Raw()
    image_accelerate_mode = Raw()
    data_cache_pl = Raw(data_key="DataCachePL")
    data_cache_provisioned_iops = Raw()
    data_cache_bursting_enabled = Raw()

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        data["sysctls"] = data.pop("security_context", {}).get("sysctl", [])
        for singular, plural in _PLURALS.items():
            if singular in data:
                data[plural] = data.pop(singular)
        kept = {
            name: data.pop(name) for name, field in self.fields.items() if type(field) is Raw and name in data
        }
        data["extra"] = {self.fields[name].data_key: _text(value) for name, value in kept.items()}
        return data


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


_PLURALS = {
    "container": "containers",
    "init_container": "init_containers",
    "volume": "volumes",
    "tag": "tags",
    "host_aliase": "host_aliases",
    "image_registry_credential": "image_registry_credentials",
    "acr_registry_info": "acr_registries",
    "compute_category": "compute_categories",
    "ntp_server": "ntp_servers",
}


class GroupQuery(Struct):
    """What DescribeContainerGroups, …Status and …Events are asked; empty means any."""

    container_group_ids: str = ""  # a JSON list
    container_group_name: str = ""
    status: str = ""
    zone_id: str = ""
    v_switch_id: str = ""
    security_group_id: str = ""
    resource_group_id: str = ""
    compute_category: str = ""
    tag: list[group.Tag] = field(default_factory=list)
    with_event: bool = False
    limit: int = 0
    next_token: str = ""


class GroupQuerySchema(Request):
    makes = GroupQuery
    container_group_ids = String()
    container_group_name = String()
    status = String()
    zone_id = String()
    v_switch_id = String()
    security_group_id = String()
    resource_group_id = String()
    compute_category = String()
    tag = List(Nested(TagSchema))
    with_event = Boolean()
    limit = Integer()
    next_token = String()


class GroupReference(Struct):
    container_group_id: str
    force: bool = False


class GroupReferenceSchema(Request):
    makes = GroupReference
    container_group_id = String(required=True)
    force = Boolean()


class ExecRequest(Struct):
    container_group_id: str
    container_name: str
    command: str  # a JSON list, or one bare command
    tty: bool = False
    stdin: bool = True
    sync: bool = False


class ExecRequestSchema(Request):
    makes = ExecRequest
    container_group_id = String(required=True)
    container_name = String(required=True)
    command = String(required=True)
    tty = Boolean(data_key="TTY")
    stdin = Boolean()
    sync = Boolean()


class LogRequest(Struct):
    container_group_id: str
    container_name: str
    start_time: str = ""
    tail: int = 0
    last_time: bool = False
    since_seconds: int = 0
    limit_bytes: int = 0
    timestamps: bool = False


class LogRequestSchema(Request):
    makes = LogRequest
    container_group_id = String(required=True)
    container_name = String(required=True)
    start_time = String()
    tail = Integer()
    last_time = Boolean()
    since_seconds = Integer()
    limit_bytes = Integer()
    timestamps = Boolean()
