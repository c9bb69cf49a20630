"""The state of the resource alicloud_eci_container_group: read out of an answer, and as a plan wants it.

Attributes are named as in HCL, with the state's own zero values for what is not set.
"""

from __future__ import annotations

import json

from tests.terraform.container_group import PROBE
from tests.terraform.provider import ECI, Gone, Json, Provider, integer, number, tags, text, truth


def read(provider: Provider, group_id: str) -> Json:
    """The group as described. Raises Gone."""
    answer = provider.post(ECI, "DescribeContainerGroups", {"ContainerGroupIds": json.dumps([group_id])})
    groups = answer["ContainerGroups"]
    assert type(groups) is list
    if not groups or text(groups[0]["ContainerGroupId"]) != group_id:
        raise Gone(group_id)
    found: Json = groups[0]
    return found


def state(item: Json) -> Json:
    """The attributes that the provider reads out of an answer, as strictly as it does."""
    # These it takes for objects without looking: anything else ends the plugin.
    assert type(item["DnsConfig"]) is dict
    assert type(item["EciSecurityContext"]) is dict
    return {
        "container_group_name": text(item["ContainerGroupName"]),
        "restart_policy": text(item["RestartPolicy"]),
        "security_group_id": text(item["SecurityGroupId"]),
        "vswitch_id": text(item["VSwitchId"]),
        "zone_id": text(item["ZoneId"]),
        "instance_type": text(item["InstanceType"]),
        "resource_group_id": text(item["ResourceGroupId"]),
        "ram_role_name": text(item.get("RamRoleName", "")),
        "dns_policy": text(item["DnsPolicy"]),
        "spot_strategy": text(item["SpotStrategy"]),
        "spot_price_limit": number(item["SpotPriceLimit"]),
        "ephemeral_storage": integer(item.get("EphemeralStorage", 0)),
        "cpu": number(item["Cpu"]),
        "memory": number(item["Memory"]),
        "tags": tags(item["Tags"]),
        "containers": [_container_state(one, one["Commands"]) for one in item["Containers"]],
        "init_containers": [_container_state(one, one["Command"]) for one in item["InitContainers"]],
        "volumes": [_volume_state(one) for one in item["Volumes"]],
        "host_aliases": [
            {"ip": text(one["Ip"]), "hostnames": one["Hostnames"]} for one in item["HostAliases"]
        ],
        "dns_config": _dns_state(item["DnsConfig"]),
        "sysctls": _named_state(item["EciSecurityContext"].get("Sysctls", [])),
    }


def _container_state(item: Json, commands: list[str]) -> Json:
    truth(item["Ready"])
    integer(item["RestartCount"])
    return {
        "name": text(item["Name"]),
        "image": text(item["Image"]),
        "image_pull_policy": text(item["ImagePullPolicy"]),
        "cpu": number(item["Cpu"]),
        "memory": number(item["Memory"]),
        "gpu": integer(item["Gpu"]),
        "working_dir": text(item["WorkingDir"]),
        "commands": commands,
        "args": item["Args"],
        "environment_vars": [_variable_state(one) for one in item["EnvironmentVars"]],
        "ports": [{"port": integer(one["Port"]), "protocol": text(one["Protocol"])} for one in item["Ports"]],
        "volume_mounts": [
            {
                "name": text(one["Name"]),
                "mount_path": text(one["MountPath"]),
                "read_only": truth(one["ReadOnly"]),
            }
            for one in item["VolumeMounts"]
        ],
        "liveness_probe": _probe_state(item.get("LivenessProbe")),
        "readiness_probe": _probe_state(item.get("ReadinessProbe")),
        "security_context": _context_state(item.get("SecurityContext")),
    }


def _variable_state(item: Json) -> Json:
    source = item.get("ValueFrom")
    assert source is None or type(source["FieldRef"]) is dict
    found = {"key": text(item["Key"]), "value": text(item["Value"])}
    return found | ({"field_path": text(source["FieldRef"]["FieldPath"])} if source else {})


def _probe_state(item: Json | None) -> Json | None:
    if item is None:
        return None
    found: Json = {name: integer(item[wire]) for name, wire in PROBE.items()}
    for handler in ("HttpGet", "TcpSocket"):
        assert type(item.get(handler, {})) is dict
    if item.get("Execs"):
        found["exec"] = item["Execs"]
    if item.get("TcpSocket"):
        found["tcp_socket"] = integer(item["TcpSocket"]["Port"])
    if item.get("HttpGet"):
        http = item["HttpGet"]
        found["http_get"] = {
            "scheme": text(http["Scheme"]),
            "port": integer(http["Port"]),
            "path": text(http["Path"]),
        }
    return found


def _context_state(item: Json | None) -> Json | None:
    if not item:
        return None
    capability = item.get("Capability")
    assert capability is None or type(capability["Adds"]) is list
    # Whatever is there makes a block, an empty list, too: a plan would want to remove it.
    found: Json = {"run_as_user": integer(item.get("RunAsUser", 0))}
    return found | ({} if capability is None else {"capability": capability["Adds"]})


def _volume_state(item: Json) -> Json:
    read_only = item.get("NFSVolumeReadOnly", False)
    found = {
        "name": text(item["Name"]),
        "type": text(item["Type"]),
        "disk_id": text(item.get("DiskVolumeDiskId", "")),
        "disk_fs_type": text(item.get("DiskVolumeFsType", "")),
        "flex_driver": text(item.get("FlexVolumeDriver", "")),
        "flex_fs_type": text(item.get("FlexVolumeFsType", "")),
        "flex_options": text(item.get("FlexVolumeOptions", "")),
        "nfs_path": text(item.get("NFSVolumePath", "")),
        "nfs_server": text(item.get("NFSVolumeServer", "")),
        "nfs_read_only": truth(read_only),
    }
    paths = [text(file["Path"]) for file in item.get("ConfigFileVolumeConfigFileToPaths", [])]
    return found | {"files": paths}


def _dns_state(item: Json) -> Json:
    if not item:
        return {}
    return {
        "name_servers": item["NameServers"],
        "searches": item["Searches"],
        "options": _named_state(item["Options"] or []),
    }


def _named_state(items: list[Json]) -> list[Json]:
    return [{"name": text(one["Name"]), "value": text(one["Value"])} for one in items]


# --- what the state must be so that a plan finds nothing to do -----------------------------------


def planned(config: Json) -> Json:
    """The state that a configuration asks for; without what the provider leaves to the service."""
    return {
        "container_group_name": config["container_group_name"],
        "restart_policy": config.get("restart_policy", "Always"),
        "security_group_id": config["security_group_id"],
        "ram_role_name": config.get("ram_role_name", ""),
        "ephemeral_storage": config.get("ephemeral_storage", 0),
        "tags": config.get("tags", {}),
        "containers": [_planned_container(one) for one in config["containers"]],
        "init_containers": [_planned_container(one) for one in config.get("init_containers", [])],
        "volumes": [_planned_volume(one) for one in config.get("volumes", [])],
        "host_aliases": config.get("host_aliases", []),
        "dns_config": config.get("dns_config", {}),
        "sysctls": config.get("sysctls", []),
        **{name: config[name] for name in _COMPUTED if name in config},
    }


_COMPUTED = (
    "cpu",
    "memory",
    "vswitch_id",
    "zone_id",
    "instance_type",
    "resource_group_id",
    "dns_policy",
    "spot_strategy",
    "spot_price_limit",
)


def _planned_container(config: Json) -> Json:
    unset: Json = {
        "cpu": 0,
        "memory": 0,
        "gpu": 0,
        "working_dir": "",
        "commands": [],
        "args": [],
        "environment_vars": [],
        "ports": [],
        "volume_mounts": [],
        "liveness_probe": None,
        "readiness_probe": None,
        "security_context": None,
    }
    whole = unset | config
    if "security_context" in config:
        whole["security_context"] = {"run_as_user": 0} | config["security_context"]
    whole["environment_vars"] = [{"value": "", **one} for one in whole["environment_vars"]]
    whole["ports"] = [{"protocol": "", **one} for one in whole["ports"]]
    for probe in ("liveness_probe", "readiness_probe"):
        whole[probe] = whole[probe] and _planned_probe(whole[probe])
    return {name: value for name, value in whole.items() if name not in _NOT_READ}


def _planned_probe(config: Json) -> Json:
    whole = dict.fromkeys(PROBE, 0) | config
    if "http_get" in config:
        whole["http_get"] = {"scheme": "", "path": "", **config["http_get"]}
    return whole


#: Kept from the configuration: nothing of them is read back.
_NOT_READ = ("lifecycle_pre_stop_handler_exec", "privileged")


def _planned_volume(config: Json) -> Json:
    unset: Json = {
        "disk_id": "",
        "disk_fs_type": "",
        "flex_driver": "",
        "flex_fs_type": "",
        "flex_options": "",
        "nfs_path": "",
        "nfs_server": "",
        "nfs_read_only": False,
    }
    return unset | config | {"files": list(config.get("files", {}))}
