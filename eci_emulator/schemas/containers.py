"""Containers, volumes and what else a container group is described by, from request to record."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow.fields import Boolean, Float, Integer, List, Nested, String
from msgspec import Struct

from eci_emulator.model import group
from eci_emulator.schemas.base import Request


class FieldRefSchema(Request):
    field_path = String()


class EnvironmentVarSchema(Request):
    makes = group.EnvironmentVar
    key = String(required=True)
    value = String()
    field_ref = Nested(FieldRefSchema)

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        reference = data.pop("field_ref", {})
        return {**data, "field_path": reference.get("field_path", "")}


class PortSchema(Request):
    makes = group.Port
    port = Integer(required=True)
    protocol = String()


class VolumeMountSchema(Request):
    makes = group.VolumeMount
    name = String(required=True)
    mount_path = String(required=True)
    read_only = Boolean()
    sub_path = String()
    mount_propagation = String()


class NameValueSchema(Request):
    makes = group.NameValue
    name = String(required=True)
    value = String()


class HttpHeaderSchema(Request):
    makes = group.HttpHeader
    name = String(required=True)
    value = String()


class HttpGetSchema(Request):
    scheme = String()
    port = Integer()
    path = String()


class TcpSocketSchema(Request):
    host = String()
    port = Integer()


class ExecSchema(Request):
    command = List(String())


class ProbeSchema(Request):
    makes = group.Probe
    exec = Nested(ExecSchema)
    http_get = Nested(HttpGetSchema)
    tcp_socket = Nested(TcpSocketSchema)
    initial_delay_seconds = Integer()
    period_seconds = Integer()
    timeout_seconds = Integer()
    success_threshold = Integer()
    failure_threshold = Integer()

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        http, tcp = data.pop("http_get", {}), data.pop("tcp_socket", {})
        handler = group.Handler(
            exec=data.pop("exec", {}).get("command", []),
            http_scheme=http.get("scheme", ""),
            http_port=http.get("port", 0),
            http_path=http.get("path", ""),
            tcp_host=tcp.get("host", ""),
            tcp_port=tcp.get("port", 0),
        )
        return {"handler": handler, **data}


class CapabilitySchema(Request):
    add = List(String())


class ContainerSecurityContextSchema(Request):
    capability = Nested(CapabilitySchema)
    run_as_user = Integer()
    read_only_root_filesystem = Boolean()


class AnyContainerSchema(Request):
    """What containers and init containers have in common."""

    makes: ClassVar[type[Struct] | None] = group.ContainerSpec
    name = String(required=True)
    image = String(required=True)
    image_pull_policy = String()
    command = List(String())
    arg = List(String())
    working_dir = String()
    environment_var = List(Nested(EnvironmentVarSchema))
    port = List(Nested(PortSchema))
    volume_mount = List(Nested(VolumeMountSchema))
    cpu = Float()
    memory = Float()
    gpu = Integer()
    stdin = Boolean()
    stdin_once = Boolean()
    tty = Boolean()
    termination_message_path = String()
    termination_message_policy = String()
    security_context = Nested(ContainerSecurityContextSchema)

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        for singular, plural in _PLURALS.items():
            if singular in data:
                data[plural] = data.pop(singular)
        context = _security_context(data)
        if context:
            data["security_context"] = context
        return data


_PLURALS = {
    "command": "commands",
    "arg": "args",
    "environment_var": "environment_vars",
    "port": "ports",
    "volume_mount": "volume_mounts",
}
_FLAT_SECURITY = {
    "security_context_run_as_group": "run_as_group",
    "security_context_run_as_non_root": "run_as_non_root",
    "security_context_privileged": "privileged",
}


def _security_context(data: dict[str, Any]) -> group.ContainerSecurityContext | None:
    nested = data.pop("security_context", {})
    flat = {field: data.pop(name) for name, field in _FLAT_SECURITY.items() if name in data}
    if not nested and not any(flat.values()):
        return None
    capability = nested.pop("capability", {})
    return group.ContainerSecurityContext(capability_adds=capability.get("add", []), **nested, **flat)


class InitContainerSchema(AnyContainerSchema):
    pass


class ContainerSchema(AnyContainerSchema):
    environment_var_hide = Boolean()
    liveness_probe = Nested(ProbeSchema)
    readiness_probe = Nested(ProbeSchema)
    security_context_run_as_group = Integer()
    security_context_run_as_non_root = Boolean()
    security_context_privileged = Boolean()
    lifecycle_post_start_handler_exec = List(String())
    lifecycle_post_start_handler_http_get_scheme = String()
    lifecycle_post_start_handler_http_get_host = String()
    lifecycle_post_start_handler_http_get_port = Integer()
    lifecycle_post_start_handler_http_get_path = String()
    lifecycle_post_start_handler_http_get_http_header = List(Nested(HttpHeaderSchema))
    lifecycle_post_start_handler_http_get_http_headers = List(Nested(HttpHeaderSchema))
    lifecycle_post_start_handler_tcp_socket_host = String()
    lifecycle_post_start_handler_tcp_socket_port = Integer()
    lifecycle_pre_stop_handler_exec = List(String())
    lifecycle_pre_stop_handler_http_get_scheme = String()
    lifecycle_pre_stop_handler_http_get_host = String()
    lifecycle_pre_stop_handler_http_get_port = Integer()
    lifecycle_pre_stop_handler_http_get_path = String()
    lifecycle_pre_stop_handler_http_get_http_header = List(Nested(HttpHeaderSchema))
    lifecycle_pre_stop_handler_tcp_socket_host = String()
    lifecycle_pre_stop_handler_tcp_socket_port = Integer()

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        for name in ("post_start", "pre_stop"):
            hook = _hook(data, f"lifecycle_{name}_handler_")
            if hook:
                data[name] = hook
        for kind in ("liveness_probe", "readiness_probe"):
            if kind in data and not _acts(data[kind].handler):
                del data[kind]
        return super().shape(data)


_HOOK_FIELDS = {
    "exec": "exec",
    "http_get_scheme": "http_scheme",
    "http_get_host": "http_host",
    "http_get_port": "http_port",
    "http_get_path": "http_path",
    "http_get_http_header": "http_headers",
    "http_get_http_headers": "http_headers",  # as UpdateContainerGroup documents it
    "tcp_socket_host": "tcp_host",
    "tcp_socket_port": "tcp_port",
}


def _hook(data: dict[str, Any], prefix: str) -> group.Handler | None:
    found = {field: data.pop(prefix + name) for name, field in _HOOK_FIELDS.items() if prefix + name in data}
    handler = group.Handler(**found)
    return handler if _acts(handler) else None


def _acts(handler: group.Handler) -> bool:
    return bool(handler.exec or handler.http_port or handler.tcp_port)


# --- volumes ------------------------------------------------------------------------------------


class ConfigFileToPathSchema(Request):
    makes = group.ConfigFile
    path = String(required=True)
    content = String()
    mode = Integer()


class ConfigFileVolumeSchema(Request):
    config_file_to_path = List(Nested(ConfigFileToPathSchema))
    default_mode = Integer()


class EmptyDirVolumeSchema(Request):
    medium = String()
    size_limit = String()


class NFSVolumeSchema(Request):
    server = String()
    path = String()
    read_only = Boolean()


class FlexVolumeSchema(Request):
    driver = String()
    fs_type = String()
    options = String()


class DiskVolumeSchema(Request):
    disk_id = String()
    fs_type = String()
    disk_size = Integer()


class HostPathVolumeSchema(Request):
    path = String()
    type = String()


class VolumeSchema(Request):
    makes: ClassVar[type[Struct] | None] = group.Volume
    name = String(required=True)
    type = String(required=True)
    empty_dir_volume = Nested(EmptyDirVolumeSchema)
    config_file_volume = Nested(ConfigFileVolumeSchema)
    nfs_volume = Nested(NFSVolumeSchema, data_key="NFSVolume")
    flex_volume = Nested(FlexVolumeSchema)
    disk_volume = Nested(DiskVolumeSchema)
    host_path_volume = Nested(HostPathVolumeSchema)

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        shaped: dict[str, Any] = {"name": data["name"], "type": data["type"]}
        for source, fields in _VOLUME_FIELDS.items():
            given = data.get(source, {})
            shaped |= {field: given[name] for name, field in fields.items() if name in given}
        return shaped


_VOLUME_FIELDS: dict[str, dict[str, str]] = {
    "empty_dir_volume": {"medium": "empty_dir_medium", "size_limit": "empty_dir_size_limit"},
    "config_file_volume": {"config_file_to_path": "config_files", "default_mode": "config_file_default_mode"},
    "nfs_volume": {"server": "nfs_server", "path": "nfs_path", "read_only": "nfs_read_only"},
    "flex_volume": {"driver": "flex_driver", "fs_type": "flex_fs_type", "options": "flex_options"},
    "disk_volume": {"disk_id": "disk_id", "fs_type": "disk_fs_type", "disk_size": "disk_size"},
    "host_path_volume": {"path": "host_path", "type": "host_path_type"},
}


# --- the rest -----------------------------------------------------------------------------------


class TagSchema(Request):
    makes = group.Tag
    key = String(required=True)
    value = String()


class DnsConfigSchema(Request):
    makes: ClassVar[type[Struct] | None] = group.DnsConfig
    name_servers = List(String(), data_key="NameServer")
    searches = List(String(), data_key="Search")
    options = List(Nested(NameValueSchema), data_key="Option")


class HostAliaseSchema(Request):
    makes = group.HostAlias
    ip = String(required=True)
    hostname = List(String())

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"ip": data["ip"], "hostnames": data.get("hostname", [])}


class SecurityContextSchema(Request):
    sysctl = List(Nested(NameValueSchema))


class RegistryCredentialSchema(Request):
    makes = group.RegistryCredential
    server = String(required=True)
    user_name = String(required=True)
    password = String(required=True)


class AcrRegistryInfoSchema(Request):
    makes = group.AcrRegistry
    instance_id = String()
    instance_name = String()
    region_id = String()
    domains = List(String(), data_key="Domain")
    arn_service = String()
    arn_user = String()
