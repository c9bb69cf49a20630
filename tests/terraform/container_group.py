"""The requests of the resource alicloud_eci_container_group, made from attributes named as in HCL."""

from __future__ import annotations

import base64
from typing import Any

from tests.terraform.provider import Json

_GROUP = {
    "container_group_name": "ContainerGroupName",
    "security_group_id": "SecurityGroupId",
    "vswitch_id": "VSwitchId",
    "zone_id": "ZoneId",
    "instance_type": "InstanceType",
    "cpu": "Cpu",
    "memory": "Memory",
    "ram_role_name": "RamRoleName",
    "resource_group_id": "ResourceGroupId",
    "restart_policy": "RestartPolicy",
    "dns_policy": "DnsPolicy",
    "ephemeral_storage": "EphemeralStorage",
    "auto_create_eip": "AutoCreateEip",
    "eip_bandwidth": "EipBandwidth",
    "eip_instance_id": "EipInstanceId",
    "plain_http_registry": "PlainHttpRegistry",
    "insecure_registry": "InsecureRegistry",
    "termination_grace_period_seconds": "TerminationGracePeriodSeconds",
    "spot_strategy": "SpotStrategy",
    "spot_price_limit": "SpotPriceLimit",
}
PROBE = {
    "initial_delay_seconds": "InitialDelaySeconds",
    "period_seconds": "PeriodSeconds",
    "timeout_seconds": "TimeoutSeconds",
    "success_threshold": "SuccessThreshold",
    "failure_threshold": "FailureThreshold",
}


def create_request(config: Json) -> Json:
    request: Json = {wire: config[name] for name, wire in _GROUP.items() if name in config}
    request["AutoMatchImageCache"] = config.get("auto_match_image_cache", False)
    return request | _shared(config, _volume)


def update_request(group_id: str, old: Json, new: Json) -> Json:
    """Only what changed of the group, and all of its containers, always."""
    request: Json = {"ContainerGroupId": group_id, "UpdateType": "IncrementalUpdate"}
    for name in ("restart_policy", "resource_group_id"):
        if new.get(name) != old.get(name):
            request[_GROUP[name]] = new[name]
    given = _shared(new, _changed_volume)
    always = {"Container", "InitContainer"}
    was = _shared(old, _changed_volume)
    return request | {key: value for key, value in given.items() if key in always or was.get(key) != value}


def _shared(config: Json, volume: Any) -> Json:
    request: Json = {"Container": [_container(container) for container in config["containers"]]}
    if "tags" in config:
        request["Tag"] = [{"Key": key, "Value": value} for key, value in config["tags"].items()]
    if "init_containers" in config:
        request["InitContainer"] = [_any_container(container) for container in config["init_containers"]]
    if "volumes" in config:
        request["Volume"] = [volume(one) for one in config["volumes"]]
    if "dns_config" in config:
        request["DnsConfig"] = _dns(config["dns_config"])
    if "sysctls" in config:
        request["SecurityContext"] = {"Sysctl": _named(config["sysctls"])}
    if "host_aliases" in config:
        request["HostAliase"] = [
            {"Ip": alias["ip"], "Hostname": alias["hostnames"]} for alias in config["host_aliases"]
        ]
    if "image_registry_credential" in config:
        request["ImageRegistryCredential"] = [
            {"Server": one["server"], "UserName": one["user_name"], "Password": one["password"]}
            for one in config["image_registry_credential"]
        ]
    if "acr_registry_info" in config:
        request["AcrRegistryInfo"] = [
            {
                "InstanceId": one["instance_id"],
                "InstanceName": one["instance_name"],
                "RegionId": one["region_id"],
                "Domain": one["domains"],
            }
            for one in config["acr_registry_info"]
        ]
    return request


def _container(config: Json) -> Json:
    request = _any_container(config)
    for probe, wire in (("liveness_probe", "LivenessProbe"), ("readiness_probe", "ReadinessProbe")):
        if probe in config:
            request[wire] = _probe(config[probe])
    if "lifecycle_pre_stop_handler_exec" in config:
        request["LifecyclePreStopHandlerExec"] = config["lifecycle_pre_stop_handler_exec"]
    if "privileged" in config:
        request["SecurityContextPrivileged"] = config["privileged"]
    return request


def _any_container(config: Json) -> Json:
    request: Json = {
        "Name": config["name"],
        "Image": config["image"],
        "ImagePullPolicy": config["image_pull_policy"],
        "Cpu": config.get("cpu", 0),
        "Memory": config.get("memory", 0),
        "Gpu": config.get("gpu", 0),
        "WorkingDir": config.get("working_dir", ""),
        "Command": config.get("commands", []),
        "Arg": config.get("args", []),
        "EnvironmentVar": [_variable(one) for one in config.get("environment_vars", [])],
        "Port": [
            {"Port": one["port"], "Protocol": one.get("protocol", "")} for one in config.get("ports", [])
        ],
        "VolumeMount": [
            {"Name": one["name"], "MountPath": one["mount_path"], "ReadOnly": one["read_only"]}
            for one in config.get("volume_mounts", [])
        ],
    }
    if "security_context" in config:
        context = config["security_context"]
        request["SecurityContext"] = {"RunAsUser": context.get("run_as_user", 0)}
        if "capability" in context:
            request["SecurityContext"]["Capability"] = {"Add": context["capability"]}
    return request


def _variable(config: Json) -> Json:
    request: Json = {"Key": config["key"], "Value": config.get("value", "")}
    if "field_path" in config:
        request["FieldRef"] = {"FieldPath": config["field_path"]}
    return request


def _probe(config: Json) -> Json:
    request: Json = {wire: config.get(name, 0) for name, wire in PROBE.items()}
    if "exec" in config:
        request["Exec"] = {"Command": config["exec"]}
    if "tcp_socket" in config:
        request["TcpSocket"] = {"Port": config["tcp_socket"]}
    if "http_get" in config:
        http = config["http_get"]
        request["HttpGet"] = {wire: http.get(wire.lower(), "") for wire in ("Scheme", "Port", "Path")}
    return request


def _volume(config: Json) -> Json:
    """Every volume is sent with the fields of every kind, most of them empty."""
    return {
        "Name": config["name"],
        "Type": config["type"],
        "DiskVolume": {"DiskId": config.get("disk_id", ""), "FsType": config.get("disk_fs_type", "")},
        "FlexVolume": {
            "Driver": config.get("flex_driver", ""),
            "FsType": config.get("flex_fs_type", ""),
            "Options": config.get("flex_options", ""),
        },
        "NFSVolume": {
            "Path": config.get("nfs_path", ""),
            "Server": config.get("nfs_server", ""),
            "ReadOnly": config.get("nfs_read_only", False),
        },
        **_config_files(config),
    }


def _changed_volume(config: Json) -> Json:
    """In an update a volume has fewer fields; as ever, all of them are sent."""
    nfs = {"Path": config.get("nfs_path", ""), "Server": config.get("nfs_server", "")}
    return {"Name": config["name"], "Type": config["type"], "NFSVolume": nfs, **_config_files(config)}


def _config_files(config: Json) -> Json:
    if "files" not in config:
        return {}
    files = [
        {"Path": path, "Content": base64.b64encode(content.encode()).decode()}
        for path, content in config["files"].items()
    ]
    return {"ConfigFileVolume": {"ConfigFileToPath": files}}


def _dns(config: Json) -> Json:
    return {
        "NameServer": config.get("name_servers", []),
        "Search": config.get("searches", []),
        "Option": _named(config.get("options", [])),
    }


def _named(config: list[Json]) -> list[Json]:
    return [{"Name": one["name"], "Value": one["value"]} for one in config]
