"""The way from settings to an engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import redis

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.driver import Engine, EngineUnavailable
from eci_emulator.engine.simulated import SimulatedEngine
from eci_emulator.engine.simulated.space import OnDue

EngineKind = Literal["auto", "docker", "simulated"]

_PATIENCE = 2  # seconds to find out whether a Docker engine answers


def connect(
    kind: EngineKind,
    url: str | None = None,
    *,
    client: redis.Redis,
    prefix: str = "engine",
    now: Callable[[], float] = time.time,
    on_due: OnDue | None = None,
) -> Engine:
    """The engine of the wanted kind; ``auto`` is Docker where one answers, else the simulated one.

    ``url`` is Docker's (None: as the docker command finds it); the rest is for the simulated
    engine: see ``simulated.space.Space``.

    Raises:
        EngineUnavailable: Docker was asked for and does not answer.
    """
    if kind == "docker" or (kind == "auto" and docker_answers(url)):
        return DockerEngine(url)
    return SimulatedEngine(client, prefix, now=now, on_due=on_due)


def docker_answers(url: str | None = None) -> bool:
    """Whether a Docker engine answers within two seconds."""
    try:
        DockerEngine(url, timeout=_PATIENCE).close()
    except EngineUnavailable:
        return False
    return True
