"""The Docker driver as a whole."""

from __future__ import annotations

from pathlib import Path

from eci_emulator.engine.docker.commands import Commands
from eci_emulator.engine.docker.connection import translated
from eci_emulator.engine.docker.containers import Containers
from eci_emulator.engine.docker.images import Images
from eci_emulator.engine.docker.networks import Networks
from eci_emulator.engine.docker.statistics import Statistics
from eci_emulator.engine.docker.watching import Watching
from eci_emulator.engine.driver import Fingerprint


class DockerEngine(Containers, Images, Networks, Commands, Watching, Statistics):
    """A Docker engine, 20.10 or newer, over its own API.

    On the engine's side a container that cannot be limited is not made: every one has bounds on
    processes and log, no swap, no way to new privileges and no capability beyond the usual.
    """

    def fingerprint(self) -> Fingerprint:
        with translated():
            answer = self._api.info()
        runtimes = sorted(answer["Runtimes"])
        return Fingerprint(
            driver="docker",
            version=answer["ServerVersion"],
            cpus=answer["NCPU"],
            memory=answer["MemTotal"],
            runtimes=runtimes,
            gpus=len(list(Path("/proc/driver/nvidia/gpus").glob("*"))) if "nvidia" in runtimes else 0,
            engine_id=answer["ID"],
        )
