"""/_eci/hosts: the Docker hosts."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from eci_emulator.actions.context import Emulator
from eci_emulator.model import errors
from eci_emulator.store.hosts import Host


def show(emulator: Emulator) -> dict[str, Any]:
    groups = emulator.store.groups.get_many(emulator.store.groups.all_ids())
    running = Counter(group.state.placement.host for group in groups if not group.delete_requested)
    return {"hosts": [_shown(host, running[host.name]) for host in emulator.store.hosts.all()]}


def change(emulator: Emulator, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Drain a host, or take it into service again. Raises NotFound."""
    if emulator.store.hosts.get(name) is None:
        raise errors.NotFound(parameter="host", value=name)
    emulator.store.hosts.drain(name, body["draining"])
    return next(host for host in show(emulator)["hosts"] if host["name"] == name)


def _shown(host: Host, groups: int) -> dict[str, Any]:
    now = time.time()
    return {
        "name": host.name,
        "alive": host.alive(now),
        "draining": host.draining,
        "zones": host.zones,
        "engine": host.engine,
        "engine_version": host.engine_version,
        "runtimes": host.runtimes,
        "cpus": host.cpus,
        "memory": host.memory,
        "gpus": host.gpus,
        "groups": groups,
        "heartbeat_age": round(now - host.heartbeat, 1),
    }
