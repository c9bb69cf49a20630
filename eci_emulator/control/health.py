"""Health (the server listens) and readiness (everything behind it is there)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec
from redis.exceptions import RedisError

import eci_emulator
from eci_emulator.actions.context import Emulator
from eci_emulator.images.storage import Storage, Storages
from eci_emulator.store.database import Store
from eci_emulator.store.hooks import ENDED
from eci_emulator.store.hosts import Host

_CHECKS: Final = ("redis", "engine", "workers", "init")
_READY: Final = 200
_NOT_READY: Final = 503


def health(emulator: Emulator) -> dict[str, Any]:
    """What is known of the emulator, even if parts of it do not answer."""
    try:
        hosts = emulator.store.hosts.alive()
        groups = _groups(emulator)
        storage = Storages(emulator.store.redis).total()
    except RedisError:
        hosts, groups, storage = [], {}, Storage()
    return {
        "status": "ok",
        "instance": emulator.settings.instance,
        "groups": groups,
        "storage": msgspec.to_builtins(storage),
        **_described(emulator, hosts),
    }


def ready(emulator: Emulator) -> tuple[dict[str, Any], int]:
    """200 once Redis, an engine and a worker are there and the init hooks have run, else 503 with what is missing."""
    hosts: list[Host] = []
    try:
        hosts = emulator.store.hosts.alive()
        checks = {**parts(emulator.store), "init": _hooks(emulator)}
    except RedisError as error:
        checks = dict.fromkeys(_CHECKS, "unknown, Redis does not answer") | {"redis": str(error)}
    is_ready = not any(checks.values())
    answer = {"ready": is_ready, "checks": checks, **_described(emulator, hosts)}
    return answer, _READY if is_ready else _NOT_READY


def parts(store: Store) -> dict[str, str]:
    """What is wrong with each part of the emulator; empty when nothing is. Raises RedisError."""
    refusals = "; ".join(store.hosts.refusals())
    no_engine = refusals or "no node agent has announced a working engine yet"
    return {
        "redis": "",
        "engine": "" if store.hosts.alive() else no_engine,
        "workers": "" if store.hosts.workers() else "no worker is there yet",
    }


def _hooks(emulator: Emulator) -> str:
    if emulator.settings.init_dir is None:
        return ""
    open_ones = [hook.name for hook in emulator.store.hooks.all() if hook.state not in ENDED]
    return f"init hooks have not run yet: {', '.join(open_ones)}" if open_ones else ""


def _groups(emulator: Emulator) -> dict[str, int]:
    groups = emulator.store.groups.get_many(emulator.store.groups.all_ids())
    return dict(Counter(str(group.state.status) for group in groups if not group.delete_requested))


def _described(emulator: Emulator, hosts: list[Host]) -> dict[str, Any]:
    first = hosts[0] if hosts else Host(name="")
    return {
        "version": eci_emulator.__version__,
        "engine": first.engine,
        "engine_version": first.engine_version,
        "engine_note": emulator.settings.engine_note,
        "base_image": first.base_image,
        "capabilities": {
            "containers": any(host.engine == "docker" for host in hosts),
            "hosts": len(hosts),
            "cpus": sum(host.cpus for host in hosts),
            "memory": sum(host.memory for host in hosts),
            "gpus": sum(host.gpus for host in hosts),
            "runtimes": sorted({runtime for host in hosts for runtime in host.runtimes}),
            "runtime": emulator.settings.oci_runtime,
        },
    }
