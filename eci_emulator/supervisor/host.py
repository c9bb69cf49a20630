"""A Docker host that joins an emulator through its Redis: a node agent and workers, supervised."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import closing
from typing import TextIO

import msgspec

from eci_emulator.settings import Settings
from eci_emulator.store.database import connect
from eci_emulator.store.hosts import Hosts
from eci_emulator.supervisor import engine_choice, private_redis, sockets, state
from eci_emulator.supervisor.output import Output
from eci_emulator.supervisor.run import engine_side, require_redis, require_zones
from eci_emulator.supervisor.state import Endpoint
from eci_emulator.supervisor.tree import StartError, Supervisor


def joining(endpoint: Endpoint, name: str) -> Settings:
    """The settings of a host that joins an emulator of this machine: its own, but for what is the host's."""
    main = endpoint.run_settings()
    url = main.redis_url or f"unix://{private_redis.socket_path(main)}"
    folder = main.state_dir / "hosts" / name
    return msgspec.structs.replace(
        main, redis_url=url, state_dir=folder, instance="", socket_dir=None, engine_url="", warm_sandboxes=0
    )


def run_host(settings: Settings, console: TextIO | None = None) -> tuple[Settings, signal.Signals]:
    """Serve until a signal, which is returned with the settings as they were settled.

    Hold the lock of the state folder meanwhile. Raises StartError.
    """
    require_redis(settings.redis_url)
    require_zones(settings)
    settings, version = engine_choice.choose(settings.with_instance())
    if settings.engine != "docker":
        raise StartError("a host that joins needs a Docker engine; the simulated one is everywhere already")
    settings = msgspec.structs.replace(settings, socket_dir=sockets.folder(settings.state_dir))
    _refuse_taken_name(settings)
    as_json = settings.log_format == "json"
    with closing(Output(state.logs_dir(settings.state_dir), console, as_json=as_json)) as output:
        zones = settings.zones or "all zones"
        output.log.info(f"host {settings.host_name} serves {zones} with Docker {version}")
        processes = state.processes_path(settings.state_dir)
        supervisor = Supervisor(engine_side(settings), output, lambda now: state.write(processes, now))
        return settings, asyncio.run(supervisor.run())


def _refuse_taken_name(settings: Settings) -> None:
    """Two hosts of one name would take each other's work."""
    with closing(connect(settings.redis_url)) as redis:
        known = Hosts(redis).get(settings.host_name)
    if known and known.agent != settings.agent and known.alive(time.time()):
        raise StartError(f"there is a host {settings.host_name} already")
