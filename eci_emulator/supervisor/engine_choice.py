"""Which container engine a run uses: settled once at start, so that all its processes agree."""

from __future__ import annotations

import os
from contextlib import closing

import msgspec

from eci_emulator.engine.driver import EngineError, EngineUnavailable
from eci_emulator.settings import Settings
from eci_emulator.supervisor.tree import StartError

PATIENCE = 15  # seconds a busy engine may take to answer; one that is not there refuses at once


def choose(settings: Settings) -> tuple[Settings, str]:
    """The settings with ``auto`` replaced by an engine, and that engine's version.

    Raises StartError when the engine that was asked for does not answer.
    """
    if settings.engine == "simulated":
        return settings, ""
    from eci_emulator.engine.docker import DockerEngine  # takes a fifth of a second to load

    url = settings.engine_url or os.environ.get("DOCKER_HOST", "")
    try:
        with closing(DockerEngine(url or None, timeout=PATIENCE)) as engine:
            version = engine.fingerprint().version
    except EngineError as error:
        absent = isinstance(error, EngineUnavailable)
        reason = str(error) if absent else f"the Docker engine cannot be used: {error}"
        if settings.engine != "auto":
            raise StartError(reason) from None
        return msgspec.structs.replace(settings, engine="simulated", engine_note=reason), ""
    return msgspec.structs.replace(settings, engine="docker", engine_url=url), version
