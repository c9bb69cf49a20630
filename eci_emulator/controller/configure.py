"""From a container's spec to the configuration of an engine container."""

from __future__ import annotations

import hashlib
import re
from math import inf
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from eci_emulator.controller.names import ROLE_SANDBOX, ROLE_WARM, Names
from eci_emulator.engine.driver import LABEL_ROLE, ContainerConfig, Mount
from eci_emulator.model.disks import is_disk
from eci_emulator.model.group import (
    ContainerGroup,
    ContainerSpec,
    DnsConfig,
    GroupSpec,
    NameValue,
    Placement,
    Volume,
)
from eci_emulator.model.metadata import resolvers
from eci_emulator.model.quantity import GIB
from eci_emulator.model.ranges import engine_subnet
from eci_emulator.store.disks import disk_key

PIDS_LIMIT: Final = 4096
SANDBOX_PIDS: Final = 64
MESSAGE_PATH: Final = "/dev/termination-log"
RESOLV_CONF: Final = "resolv.conf"
#: What a sandbox does: nothing, until it is told to end.
PAUSE: Final = ["/bin/sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 2147483647 & wait; done"]
_SUBSTITUTES: Final = re.compile(r"__(ECI_ID|ECI_NAME|REGION_ID|ZONE_ID|CONTAINER_NAME)__")

#: Kernel parameters that each network namespace, or each IPC namespace, has for itself.
_NETWORK_SYSCTL: Final = re.compile(r"net\..+")
_IPC_SYSCTL: Final = re.compile(r"kernel\.(shm.+|msg.+|sem)|fs\.mqueue\..+")


class Configurer:
    """Makes engine configurations; holds what is the same for all groups of one host.

    ``cpus``, ``gpus``: what the host has; an engine refuses a container that is to have more.
    """

    def __init__(
        self, names: Names, base_image: str, *, runtime: str = "", cpus: float = inf, gpus: int = 0
    ) -> None:
        self.names = names
        self.base_image = base_image
        self.runtime = runtime
        self.cpus = cpus
        self.gpus = gpus

    def needs_sandbox(self, group: ContainerGroup) -> bool:
        """A container alone holds its own network; several need one to share, and one made ahead is faster.

        Memory volumes live as long as something has them mounted: the sandbox does.
        """
        spec = group.spec
        shared_memory = any(volume.empty_dir_medium == "Memory" for volume in spec.volumes)
        several = len(spec.containers) > 1 or spec.share_process_namespace
        return bool(group.state.placement.sandbox) or shared_memory or several

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
            pids_limit=SANDBOX_PIDS,
            sysctls=_matching(group.spec.sysctls, _NETWORK_SYSCTL),
            **self._network(group),
        )

    def warm_sandbox(self, name: str, network: str, ip: str) -> ContainerConfig:
        """A sandbox for whichever group comes next; it knows that group's address, but not its name."""
        return ContainerConfig(
            name=name,
            image=self.base_image,
            labels=self.names.labels(**{LABEL_ROLE: ROLE_WARM}),
            entrypoint=PAUSE,
            pids_limit=SANDBOX_PIDS,
            network=network,
            ip=ip,
        )

    def container(
        self, group: ContainerGroup, spec: ContainerSpec, role: str, attempt: int
    ) -> ContainerConfig:
        context = spec.security_context
        cpu, memory = _size(group, spec)
        return ContainerConfig(
            name=self.names.attempt(group.id, role, spec.name, attempt),
            image=spec.image,
            labels=self.names.attempt_labels(group.id, role, spec.name, attempt),
            entrypoint=spec.commands or None,
            command=spec.args or None,
            environment=_environment(group, spec),
            working_dir=spec.working_dir,
            nano_cpus=int(min(cpu, self.cpus) * 1e9),
            memory=int(memory * GIB),
            pids_limit=PIDS_LIMIT,
            mounts=[*_mounts(self.names, group, spec), *self._own_files(group, spec, role, attempt)],
            user=_user(spec),
            cap_add=sorted(context.capability_adds) if context else [],
            read_only_root=bool(context and context.read_only_root_filesystem),
            tty=spec.tty,
            stdin=spec.stdin,
            stdin_once=spec.stdin_once,
            runtime=self.runtime,
            gpus=min(spec.gpu, self.gpus),
            **self._namespaces(group),
        )

    def _namespaces(self, group: ContainerGroup) -> dict[str, Any]:
        ipc = _matching(group.spec.sysctls, _IPC_SYSCTL)
        if not group.state.sandboxed:
            return self._network(group) | {"sysctls": ipc | _matching(group.spec.sysctls, _NETWORK_SYSCTL)}
        sandbox = self.sandbox_name(group)
        shared = {"share_pid_with": sandbox} if group.spec.share_process_namespace else {}
        return {"join": sandbox, "sysctls": ipc, **shared}

    def _network(self, group: ContainerGroup) -> dict[str, Any]:
        spec, placed = group.spec, group.state.placement
        return {
            "network": self.network_name(placed),
            "ip": placed.ip,
            "hostname": spec.host_name or spec.name,
            "extra_hosts": {name: alias.ip for alias in spec.host_aliases for name in alias.hostnames},
        }

    def _own_files(self, group: ContainerGroup, spec: ContainerSpec, role: str, attempt: int) -> list[Mount]:
        """The file for the last words of a container, and its resolv.conf if the group wants another one."""
        volume = self.names.files(group.id)
        messages = Mount(
            target=spec.termination_message_path or MESSAGE_PATH,
            volume=volume,
            sub_path=self.names.message_file(role, spec.name, attempt),
        )
        if not group.spec.dns_config:
            return [messages]
        resolv = Mount(target="/etc/resolv.conf", volume=volume, sub_path=RESOLV_CONF, read_only=True)
        return [messages, resolv]

    def network_name(self, placed: Placement) -> str:
        return self.names.network(engine_subnet(placed.vpc_cidr, placed.cidr))

    def digest(self, group: ContainerGroup, spec: ContainerSpec) -> str:
        """Changes when the container's spec, or what it shares with the others, changes.

        Made of what was asked for only, not of how it is done here: a newer version of the emulator
        must not replace the containers of an older one.
        """
        mounted = {mount.name for mount in spec.volume_mounts}
        # A disk that has grown is still the same disk.
        volumes = [replace(volume, disk_size=0) for volume in group.spec.volumes if volume.name in mounted]
        made_from = [spec, volumes, group.spec.dns_config, _size(group, spec), group.state.sandboxed]
        return hashlib.sha256(msgspec.json.encode(made_from)).hexdigest()[:16]


def resolv_conf(spec: GroupSpec) -> bytes:
    """The resolv.conf of a group that names its DNS servers, search domains or options itself."""
    dns = spec.dns_config or DnsConfig()
    lines = [f"nameserver {server}" for server in resolvers(spec)]
    if dns.searches:
        lines.append(f"search {' '.join(dns.searches)}")
    if dns.options:
        options = (f"{o.name}:{o.value}" if o.value else o.name for o in dns.options)
        lines.append(f"options {' '.join(options)}")
    return "".join(f"{line}\n" for line in lines).encode()


def sysctls_left_out(spec: GroupSpec) -> list[str]:
    """Kernel parameters that belong to the whole host: a container cannot have its own."""
    return [
        sysctl.name
        for sysctl in spec.sysctls
        if not _NETWORK_SYSCTL.fullmatch(sysctl.name) and not _IPC_SYSCTL.fullmatch(sysctl.name)
    ]


def _matching(sysctls: list[NameValue], kind: re.Pattern[str]) -> dict[str, str]:
    return {sysctl.name: sysctl.value for sysctl in sysctls if kind.fullmatch(sysctl.name)}


def _size(group: ContainerGroup, spec: ContainerSpec) -> tuple[float, float]:
    """vCPUs and GiB of a container: its own, else all of the group's."""
    placed = group.state.placement
    return spec.cpu or placed.cpu, spec.memory or placed.memory


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
    """``user``, ``user:group`` or ``:group``; empty: the image's."""
    context = spec.security_context
    if context is None:
        return ""
    user = "" if context.run_as_user is None else str(context.run_as_user)
    return user if context.run_as_group is None else f"{user}:{context.run_as_group}"


def _volumes(group: ContainerGroup) -> dict[str, Volume]:
    return {volume.name: volume for volume in group.spec.volumes}


def _mounts(names: Names, group: ContainerGroup, spec: ContainerSpec) -> list[Mount]:
    volumes = _volumes(group)
    return [
        Mount(
            target=mount.mount_path,
            volume=_engine_volume(names, group, volumes[mount.name]),
            sub_path=mount.sub_path,
            read_only=mount.read_only or _never_written(volumes[mount.name]),
        )
        for mount in spec.volume_mounts
        if mount.name in volumes
    ]


def _engine_volume(names: Names, group: ContainerGroup, volume: Volume) -> str:
    return names.disk(disk_key(group, volume)) if is_disk(volume) else names.volume(group.id, volume.name)


def _never_written(volume: Volume) -> bool:
    return volume.type == "ConfigFileVolume" or volume.nfs_read_only
