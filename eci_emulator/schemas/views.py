"""Records as Describe shows them: the response shapes, made once when a record is written.

Two rules of real clients shape these (Terraform's provider crashes or plans changes otherwise):
objects are never null, what is absent is ``""`` or ``[]``; and what was asked for comes back as it
was sent, in its order, with nothing added.
"""

from __future__ import annotations

from typing import Any

import msgspec

from eci_emulator.model.group import (
    ContainerGroup,
    ContainerSpec,
    ContainerState,
    ContainerStatus,
    GroupState,
    Handler,
    Probe,
    Volume,
)
from eci_emulator.model.times import iso
from eci_emulator.schemas import events

Json = dict[str, Any]

#: How a group's view ends; with events asked for, they go in before the last two characters.
_TAIL = b',"Events":[]}'


def group_view(group: ContainerGroup) -> bytes:
    """One item of ContainerGroups, as JSON, without events."""
    item = {
        **_identity(group),
        **_placement(group),
        **_times(group.state),
        "Containers": [_container(spec, group.state) for spec in group.spec.containers],
        "InitContainers": [_init_container(spec, group.state) for spec in group.spec.init_containers],
        "Volumes": [_volume(volume) for volume in group.spec.volumes],
        **_network_options(group),
    }
    return msgspec.json.encode(item)[:-1] + _TAIL


def with_events(view: bytes, shown: bytes) -> bytes:
    """A group's view with its events (``shown``, as ``events_view`` made them) filled in."""
    return view[: -len(_TAIL)] + b',"Events":' + shown + b"}"


def events_view(group: ContainerGroup) -> bytes:
    """The Events of a group, newest first, as JSON."""
    return msgspec.json.encode(events.events_view(group.spec.name, group.state.events))


def _identity(group: ContainerGroup) -> Json:
    spec = group.spec
    return {
        "ContainerGroupId": group.id,
        "ContainerGroupName": spec.name,
        "RegionId": group.region,
        "Status": group.state.status.value,
        "RestartPolicy": spec.restart_policy,
        "SecurityGroupId": spec.security_group_id,
        "ResourceGroupId": spec.resource_group_id,
        "RamRoleName": spec.ram_role_name,
        "EphemeralStorage": spec.ephemeral_storage,
        "SpotStrategy": spec.spot_strategy or "NoSpot",
        "SpotPriceLimit": spec.spot_price_limit,
        "Tags": [{"Key": tag.key, "Value": tag.value} for tag in spec.tags],
    }


def _placement(group: ContainerGroup) -> Json:
    placed = group.state.placement
    return {
        "ZoneId": placed.zone_id,
        "VpcId": placed.vpc_id,
        "VSwitchId": placed.v_switch_id,
        "Cpu": placed.cpu,
        "Memory": placed.memory,
        "InstanceType": placed.instance_type or group.spec.instance_type,
        "ComputeCategory": placed.compute_category,
        "IntranetIp": placed.ip,
        "InternetIp": placed.internet_ip,
        "Ipv6Address": "",
        "EniInstanceId": placed.eni_instance_id,
        "Discount": 0,
        "TenantEniInstanceId": "",
        "TenantEniIp": "",
        "TenantSecurityGroupId": "",
        "TenantVSwitchId": "",
    }


def _times(state: GroupState) -> Json:
    return {
        "CreationTime": iso(state.creation_time),
        "SucceededTime": iso(state.succeeded_time),
        "FailedTime": iso(state.failed_time),
        "ExpiredTime": iso(state.expired_time),
    }


def _network_options(group: ContainerGroup) -> Json:
    spec = group.spec
    dns = spec.dns_config
    return {
        "DnsPolicy": spec.dns_policy or "Default",
        "DnsConfig": {
            "NameServers": dns.name_servers,
            "Searches": dns.searches,
            "Options": [{"Name": option.name, "Value": option.value} for option in dns.options],
        }
        if dns
        else {},
        "EciSecurityContext": {"Sysctls": [{"Name": s.name, "Value": s.value} for s in spec.sysctls]}
        if spec.sysctls
        else {},
        "HostAliases": [{"Ip": alias.ip, "Hostnames": alias.hostnames} for alias in spec.host_aliases],
    }


def _container(spec: ContainerSpec, state: GroupState) -> Json:
    item = _any_container(spec, state.containers.get(spec.name) or ContainerStatus())
    item["Commands"] = spec.commands
    item["Stdin"] = spec.stdin
    item["StdinOnce"] = spec.stdin_once
    item["Tty"] = spec.tty
    item["VolumeMounts"] = [
        {
            "Name": mount.name,
            "MountPath": mount.mount_path,
            "ReadOnly": mount.read_only,
            "SubPath": mount.sub_path,
            "MountPropagation": mount.mount_propagation or "None",
        }
        for mount in spec.volume_mounts
    ]
    if spec.liveness_probe:
        item["LivenessProbe"] = _probe(spec.liveness_probe)
    if spec.readiness_probe:
        item["ReadinessProbe"] = _probe(spec.readiness_probe)
    return item


def _init_container(spec: ContainerSpec, state: GroupState) -> Json:
    item = _any_container(spec, state.init_containers.get(spec.name) or ContainerStatus())
    item["Command"] = spec.commands  # the API's own irregularity: not "Commands" here
    item["VolumeMounts"] = [
        {
            "Name": mount.name,
            "MountPath": mount.mount_path,
            "ReadOnly": mount.read_only,
            "MountPropagation": mount.mount_propagation or "None",
        }
        for mount in spec.volume_mounts
    ]
    return item


def _any_container(spec: ContainerSpec, status: ContainerStatus) -> Json:
    item: Json = {
        "Name": spec.name,
        "Image": spec.image,
        "ImagePullPolicy": spec.image_pull_policy,
        "Args": spec.args,
        "WorkingDir": spec.working_dir,
        "Cpu": spec.cpu,
        "Memory": spec.memory,
        "Gpu": spec.gpu,
        "Ports": [{"Port": port.port, "Protocol": port.protocol} for port in spec.ports],
        "EnvironmentVars": [] if spec.environment_var_hide else _environment(spec),
        "Ready": status.ready,
        "RestartCount": status.restart_count,
        "CurrentState": _state(status.current),
        "PreviousState": _state(status.previous) if status.previous else {},
    }
    context = spec.security_context
    if context:
        item["SecurityContext"] = {
            # Terraform would take an empty list for a block that its configuration does not have.
            **({"Capability": {"Adds": context.capability_adds}} if context.capability_adds else {}),
            "ReadOnlyRootFilesystem": bool(context.read_only_root_filesystem),
            **({} if context.run_as_user is None else {"RunAsUser": context.run_as_user}),
        }
    return item


def _environment(spec: ContainerSpec) -> list[Json]:
    return [
        {
            "Key": variable.key,
            "Value": variable.value,
            **(
                {"ValueFrom": {"FieldRef": {"FieldPath": variable.field_path}}} if variable.field_path else {}
            ),
        }
        for variable in spec.environment_vars
    ]


def _state(state: ContainerState) -> Json:
    item: Json = {
        "State": state.state,
        "Reason": state.reason,
        "Message": state.message,
        "DetailStatus": state.detail_status,
        "StartTime": iso(state.start_time),
        "FinishTime": iso(state.finish_time),
    }
    if state.exit_code is not None:
        item["ExitCode"] = state.exit_code
        item["Signal"] = state.signal or 0
    return item


def _probe(probe: Probe) -> Json:
    return {
        "InitialDelaySeconds": probe.initial_delay_seconds,
        "PeriodSeconds": probe.period_seconds,
        "TimeoutSeconds": probe.timeout_seconds,
        "SuccessThreshold": probe.success_threshold,
        "FailureThreshold": probe.failure_threshold,
        **_handler(probe.handler),
    }


def _handler(handler: Handler) -> Json:
    if handler.exec:
        return {"Execs": handler.exec}
    if handler.http_port:
        path, port = handler.http_path, handler.http_port
        return {"HttpGet": {"Scheme": handler.http_scheme, "Path": path, "Port": port}}
    return {"TcpSocket": {"Host": handler.tcp_host, "Port": handler.tcp_port}}


def _volume(volume: Volume) -> Json:
    return {
        "Name": volume.name,
        "Type": volume.type,
        "EmptyDirVolumeMedium": volume.empty_dir_medium,
        "EmptyDirVolumeSizeLimit": volume.empty_dir_size_limit,
        # The content is not given back: Terraform compares paths only, and files may hold secrets.
        "ConfigFileVolumeConfigFileToPaths": [{"Path": file.path} for file in volume.config_files],
        "NFSVolumeServer": volume.nfs_server,
        "NFSVolumePath": volume.nfs_path,
        "NFSVolumeReadOnly": volume.nfs_read_only,
        "FlexVolumeDriver": volume.flex_driver,
        "FlexVolumeFsType": volume.flex_fs_type,
        "FlexVolumeOptions": volume.flex_options,
        "DiskVolumeDiskId": volume.disk_id,
        "DiskVolumeFsType": volume.disk_fs_type,
    }
