"""From a container's spec to the configuration of an engine container."""

from __future__ import annotations

import re
from typing import Any, Final

from eci_emulator.controller.names import ROLE_SANDBOX, ROLE_WARM, Names
from eci_emulator.engine.driver import LABEL_ROLE, ContainerConfig, Mount
from eci_emulator.model.group import ContainerGroup, ContainerSpec, Placement, Volume, VolumeMount
from eci_emulator.model.network import engine_subnet
from eci_emulator.model.quantity import parse_bytes

GIB: Final = 1 << 30
PIDS_LIMIT: Final = 4096
#: What the engine gives a container by default, less what only harms here (MKNOD needs devices,
#: AUDIT_WRITE an audit daemon): ECI's list of allowed capabilities is a superset.
DEFAULT_CAPABILITIES: Final = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]
#: What a sandbox does: nothing, until it is told to end.
PAUSE: Final = ["/bin/sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 2147483647 & wait; done"]
_SUBSTITUTES: Final = re.compile(r"__(ECI_ID|ECI_NAME|REGION_ID|ZONE_ID|CONTAINER_NAME)__")


class Configurer:
    """Makes engine configurations; holds what is the same for all groups of one emulator."""

    def __init__(self, names: Names, base_image: str, *, runtime: str = "") -> None:
        self.names = names
        self.base_image = base_image
        self.runtime = runtime

    def needs_sandbox(self, group: ContainerGroup) -> bool:
        """A container alone holds its own network; several need one to share, and one made ahead is faster.

        Memory volumes live as long as something has them mounted: the sandbox does.
        """
        shared_memory = any(volume.empty_dir_medium == "Memory" for volume in group.spec.volumes)
        given = bool(group.state.placement.sandbox)
        return given or shared_memory or len(group.spec.containers) > 1

    def sandbox_name(self, group: ContainerGroup) -> str:
        return group.state.placement.sandbox or self.names.sandbox(group.id)

    def sandbox(self, group: ContainerGroup) -> ContainerConfig:
        """The container that holds the network namespace while the others come and go."""
        memory_volumes = [v for v in group.spec.volumes if v.empty_dir_medium == "Memory"]
        return ContainerConfig(
            name=self.sandbox_name(group),
            image=self.base_image,
            labels={**self.names.group_labels(group.id), LABEL_ROLE: ROLE_SANDBOX},
            entrypoint=PAUSE,
            mounts=[
                Mount(target=f"/volumes/{v.name}", volume=self.names.volume(group.id, v.name))
                for v in memory_volumes
            ],
            pids_limit=64,
            **self._network(group),
        )

    def warm_sandbox(self, name: str, network: str, ip: str) -> ContainerConfig:
        """A sandbox for whichever group comes next; it knows that group's address, but not its name."""
        return ContainerConfig(
            name=name,
            image=self.base_image,
            labels=self.names.labels(**{LABEL_ROLE: ROLE_WARM}),
            entrypoint=PAUSE,
            pids_limit=64,
            network=network,
            ip=ip,
        )

    def container(
        self, group: ContainerGroup, spec: ContainerSpec, role: str, attempt: int
    ) -> ContainerConfig:
        placed = group.state.placement
        context = spec.security_context
        network: dict[str, Any] = (
            {"join": self.sandbox_name(group)} if self.needs_sandbox(group) else self._network(group)
        )
        return ContainerConfig(
            name=self.names.attempt(group.id, role, spec.name, attempt),
            image=spec.image,
            labels=self.names.attempt_labels(group.id, role, spec.name, attempt),
            entrypoint=spec.commands or None,
            command=spec.args or None,
            environment=_environment(group, spec),
            working_dir=spec.working_dir,
            nano_cpus=int((spec.cpu or placed.cpu) * 1e9),
            memory=int((spec.memory or placed.memory) * GIB),
            pids_limit=PIDS_LIMIT,
            mounts=_mounts(self.names, group, spec),
            shm_bytes=_shm_bytes(group, spec),
            user=_user(spec),
            cap_drop=["ALL"],
            cap_add=sorted({*DEFAULT_CAPABILITIES, *(context.capability_adds if context else ())}),
            read_only_root=bool(context and context.read_only_root_filesystem),
            tty=spec.tty,
            stdin=spec.stdin,
            stdin_once=spec.stdin_once,
            runtime=self.runtime,
            gpus=spec.gpu,
            **network,
        )

    def _network(self, group: ContainerGroup) -> dict[str, Any]:
        spec, placed = group.spec, group.state.placement
        dns = spec.dns_config if spec.dns_policy != "None" or spec.dns_config else None
        return {
            "network": self.network_name(placed),
            "ip": placed.ip,
            "hostname": spec.host_name or spec.name,
            "sysctls": {sysctl.name: sysctl.value for sysctl in spec.sysctls},
            "dns": dns.name_servers if dns else [],
            "dns_search": dns.searches if dns else [],
            "dns_options": [_dns_option(o.name, o.value) for o in dns.options] if dns else [],
            "extra_hosts": {name: alias.ip for alias in spec.host_aliases for name in alias.hostnames},
        }

    def network_name(self, placed: Placement) -> str:
        return self.names.network(engine_subnet(placed.vpc_cidr, placed.cidr))


def _dns_option(name: str, value: str) -> str:
    return f"{name}:{value}" if value else name


def _environment(group: ContainerGroup, spec: ContainerSpec) -> dict[str, str]:
    placed = group.state.placement
    known = {
        "ECI_ID": group.id,
        "ECI_NAME": group.spec.name,
        "REGION_ID": group.region,
        "ZONE_ID": placed.zone_id,
        "CONTAINER_NAME": spec.name,
    }
    return {
        variable.key: placed.ip
        if variable.field_path
        else _SUBSTITUTES.sub(lambda match: known[match[1]], variable.value)
        for variable in spec.environment_vars
    }


def _user(spec: ContainerSpec) -> str:
    context = spec.security_context
    if context is None or context.run_as_user is None:
        return ""
    return (
        f"{context.run_as_user}:{context.run_as_group or 0}"
        if context.run_as_group
        else str(context.run_as_user)
    )


def _volumes(group: ContainerGroup) -> dict[str, Volume]:
    return {volume.name: volume for volume in group.spec.volumes}


def _is_shm(volume: Volume, mount: VolumeMount) -> bool:
    return volume.empty_dir_medium == "Memory" and mount.mount_path.rstrip("/") == "/dev/shm"  # noqa: S108


def _mounts(names: Names, group: ContainerGroup, spec: ContainerSpec) -> list[Mount]:
    volumes = _volumes(group)
    return [
        Mount(
            target=mount.mount_path,
            volume=names.volume(group.id, mount.name),
            sub_path=mount.sub_path,
            read_only=mount.read_only or volumes[mount.name].type == "ConfigFileVolume",
        )
        for mount in spec.volume_mounts
        if mount.name in volumes
    ]


def _shm_bytes(group: ContainerGroup, spec: ContainerSpec) -> int:
    volumes = _volumes(group)
    for mount in spec.volume_mounts:
        volume = volumes.get(mount.name)
        if volume and _is_shm(volume, mount):
            return parse_bytes(volume.empty_dir_size_limit)
    return 0
