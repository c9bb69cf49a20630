"""What the engine is asked for when a container is made: the body of its create call (pure)."""

from __future__ import annotations

from typing import Any

from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE, ContainerConfig, Mount

#: Docker's own default set, spelled out so that every engine gives the same.
DEFAULT_CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_RAW"}
    | {"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
LOG_CONFIG = {"Type": "json-file", "Config": {"max-size": "16m", "max-file": "2"}}


def creation_body(config: ContainerConfig, sources: dict[str, str]) -> dict[str, Any]:
    """The JSON body of ``POST /containers/create``.

    ``sources`` gives, by target, where on the engine's disk a mount's ``sub_path`` lies.
    """
    body: dict[str, Any] = {
        "Image": config.image,
        "Labels": config.labels,
        "Entrypoint": config.entrypoint,
        "Cmd": config.command,
        "Env": [f"{name}={value}" for name, value in config.environment.items()],
        "WorkingDir": config.working_dir,
        "User": config.user,
        "Tty": config.tty,
        "OpenStdin": config.stdin,
        "StdinOnce": config.stdin_once,
        # An image's own health check would cost and change nothing: probes are ours.
        "Healthcheck": {"Test": ["NONE"]},
        "HostConfig": {
            **_limits(config),
            **_security(config),
            **_namespaces(config),
            "Mounts": [
                _mount(mount, sources.get(mount.target, ""), config.labels) for mount in config.mounts
            ],
        },
    }
    if not config.join:
        body |= {"Hostname": config.hostname, "NetworkingConfig": _networking(config)}
    return body


def _limits(config: ContainerConfig) -> dict[str, Any]:
    limits: dict[str, Any] = {
        "NanoCpus": config.nano_cpus,
        "Memory": config.memory,
        "MemorySwap": config.memory,  # the sum of both: no swap
        "PidsLimit": config.pids_limit,
        "LogConfig": LOG_CONFIG,
        "Init": False,  # whatever the engine is set to
        "RestartPolicy": {"Name": "always" if config.restart else "no"},
    }
    if config.runtime:
        limits["Runtime"] = config.runtime
    if config.gpus:
        limits["DeviceRequests"] = [{"Count": config.gpus, "Capabilities": [["gpu"]]}]
    return limits


def _security(config: ContainerConfig) -> dict[str, Any]:
    dropped = {_bare(name) for name in config.cap_drop}
    kept = set() if "ALL" in dropped else DEFAULT_CAPABILITIES - dropped
    return {
        "CapDrop": ["ALL"],
        "CapAdd": sorted(kept | {_bare(name) for name in config.cap_add}),
        "SecurityOpt": ["no-new-privileges"],
        "ReadonlyRootfs": config.read_only_root,
    }


def _bare(capability: str) -> str:
    return capability.upper().removeprefix("CAP_")


def _mount(mount: Mount, source: str, labels: dict[str, str]) -> dict[str, Any]:
    common = {"Target": mount.target, "ReadOnly": mount.read_only}
    if source:
        return common | {"Type": "bind", "Source": source}
    # The engine makes a volume that is missing; with our labels it will be found and removed.
    ours = {name: value for name, value in labels.items() if name in (LABEL_INSTANCE, LABEL_GROUP)}
    options = {"NoCopy": True, "Labels": ours}
    return common | {"Type": "volume", "Source": mount.volume, "VolumeOptions": options}


def _namespaces(config: ContainerConfig) -> dict[str, Any]:
    shared = {"PidMode": f"container:{config.share_pid_with}"} if config.share_pid_with else {}
    if config.join:
        own = {name: value for name, value in config.sysctls.items() if not name.startswith("net.")}
        return {"NetworkMode": f"container:{config.join}", "Sysctls": own, **shared}
    return {
        "NetworkMode": config.network or "none",
        "ExtraHosts": [f"{host}:{address}" for host, address in config.extra_hosts.items()],
        "Sysctls": config.sysctls,
        **shared,
    }


def _networking(config: ContainerConfig) -> dict[str, Any]:
    if not config.network:
        return {}
    endpoint = {"IPAMConfig": {"IPv4Address": config.ip}} if config.ip else {}
    return {"EndpointsConfig": {config.network: endpoint}}
