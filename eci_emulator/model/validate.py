"""Rules about a container group's spec that no single parameter's schema can tell."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from eci_emulator.model import errors
from eci_emulator.model.disks import MAX_DISKS, is_disk
from eci_emulator.model.group import ContainerSecurityContext, ContainerSpec, GroupSpec, Volume, VolumeMount
from eci_emulator.model.quantity import parse_bytes
from eci_emulator.model.volumes import validate_volume

MAX_CONFIG_FILE_BYTES: Final = 32 * 1024
MAX_CONFIG_BYTES: Final = 60 * 1024
MIN_PENDING_MINUTES: Final = 10
#: The fields that a variable can take its value from; the address of a group is that of its host, too.
ADDRESSES: Final = ("status.podIP", "status.hostIP")

#: Capabilities that ECI lets a container ask for (help page on security contexts).
CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_ADMIN",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
        "SYS_PTRACE",
        "SYS_RAWIO",
    }
)


def validate(spec: GroupSpec) -> None:
    """Raises the error of the first rule that is broken; without one the group can be placed."""
    named = [*spec.containers, *spec.init_containers]
    if len({c.name for c in named}) < len(named):
        raise errors.DuplicatedName()
    if len({v.name for v in spec.volumes}) < len(spec.volumes):
        raise errors.DuplicatedVolumeName()
    if len({tag.key for tag in spec.tags}) < len(spec.tags):
        raise errors.InvalidValue("Tag", "each key may be given once")
    if sum(is_disk(volume) for volume in spec.volumes) > MAX_DISKS:
        raise errors.TooManyDisks()
    _validate_options(spec)
    for name, container in _named(spec):
        _validate_container(name, container, {v.name for v in spec.volumes})
    for number, volume in enumerate(spec.volumes, 1):
        _validate_volume(f"Volume.{number}", volume)
        validate_volume(f"Volume.{number}", volume, spec)
    _validate_config_files(spec)


def _validate_options(spec: GroupSpec) -> None:
    if spec.os_type == "Windows":
        raise errors.NotEmulated(feature="OsType Windows")
    if spec.max_pending_minute and spec.max_pending_minute < MIN_PENDING_MINUTES:
        raise errors.InvalidValue("MaxPendingMinute", f"it must be {MIN_PENDING_MINUTES} to 1440")


def _named(spec: GroupSpec) -> Iterator[tuple[str, ContainerSpec]]:
    for kind, specs in (("Container", spec.containers), ("InitContainer", spec.init_containers)):
        for number, container in enumerate(specs, 1):
            yield f"{kind}.{number}", container


def _validate_container(name: str, spec: ContainerSpec, volumes: set[str]) -> None:
    if any(variable.field_path not in ("", *ADDRESSES) for variable in spec.environment_vars):
        allowed = " or ".join(ADDRESSES)
        raise errors.InvalidValue(f"{name}.EnvironmentVar.FieldRef.FieldPath", f"it must be {allowed}")
    _validate_handlers(name, spec)
    for number, mount in enumerate(spec.volume_mounts, 1):
        _validate_mount(f"{name}.VolumeMount.{number}", mount, volumes)
    if spec.security_context:
        _validate_security(name, spec.security_context)


def _validate_handlers(name: str, spec: ContainerSpec) -> None:
    liveness, readiness = spec.liveness_probe, spec.readiness_probe
    for where, handler in (
        ("LivenessProbe", liveness and liveness.handler),
        ("ReadinessProbe", readiness and readiness.handler),
        ("LifecyclePostStartHandler", spec.post_start),
        ("LifecyclePreStopHandler", spec.pre_stop),
    ):
        if handler and [bool(handler.exec), handler.http_port > 0, handler.tcp_port > 0].count(True) > 1:
            raise errors.InvalidValue(f"{name}.{where}", "it may be one of Exec, HttpGet and TcpSocket")
    if liveness and liveness.success_threshold > 1:
        raise errors.InvalidValue(f"{name}.LivenessProbe.SuccessThreshold", "it must be 1")


def _validate_mount(where: str, mount: VolumeMount, volumes: set[str]) -> None:
    if mount.name not in volumes:
        raise errors.InvalidValue(f"{where}.Name", f"there is no volume {mount.name!r}")
    if not mount.mount_path.startswith("/"):
        raise errors.InvalidValue(f"{where}.MountPath", "it must be an absolute path")
    if ".." in mount.sub_path.split("/") or mount.sub_path.startswith("/"):
        raise errors.InvalidValue(f"{where}.SubPath", "it must be a path inside the volume")
    if mount.mount_propagation == "Bidirectional":
        raise errors.InvalidValue(
            f"{where}.MountPropagation", "only a privileged container may have Bidirectional"
        )


def _validate_security(name: str, context: ContainerSecurityContext) -> None:
    for capability in context.capability_adds:
        if capability.removeprefix("CAP_") not in CAPABILITIES:
            raise errors.InvalidValue(
                f"{name}.SecurityContext.Capability.Add", f"{capability} is not among those that can be added"
            )
    if context.privileged:
        raise errors.NotEmulated(feature=f"{name}.SecurityContextPrivileged")


def _validate_volume(where: str, volume: Volume) -> None:
    try:
        parse_bytes(volume.empty_dir_size_limit)
    except ValueError:
        raise errors.InvalidValue(
            f"{where}.EmptyDirVolume.SizeLimit", "it must be a quantity like 256Mi"
        ) from None
    if volume.empty_dir_medium not in ("", "Memory"):
        raise errors.InvalidValue(f"{where}.EmptyDirVolume.Medium", "it must be empty or Memory")


def _validate_config_files(spec: GroupSpec) -> None:
    total = 0
    for number, volume in enumerate(spec.volumes, 1):
        for index, file in enumerate(volume.config_files, 1):
            where = f"Volume.{number}.ConfigFileVolume.ConfigFileToPath.{index}"
            if not file.path or ".." in file.path.split("/"):
                raise errors.InvalidValue(f"{where}.Path", "it must be a path inside the volume")
            try:
                size = len(base64.b64decode(file.content, validate=True))
            except (binascii.Error, ValueError):
                raise errors.InvalidValue(f"{where}.Content", "it must be base64") from None
            total += size
            if size > MAX_CONFIG_FILE_BYTES or total > MAX_CONFIG_BYTES:
                raise errors.ValueExceeded(
                    f"{where}.Content: a config file may have 32 KiB, all of a group together 60 KiB."
                )
