"""What an engine must have before a node agent works with it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
import redis

from eci_emulator.actions.context import Emulator
from eci_emulator.control.health import ready
from eci_emulator.engine.driver import Engine, Fingerprint
from eci_emulator.market import catalogue
from eci_emulator.nodes import Nodes
from eci_emulator.settings import Settings
from eci_emulator.store.hosts import Host
from eci_workers.runtime import Unfit

from .harness import LabRuntime


class Elsewhere(LabRuntime):
    """A simulated engine that poses as Docker with two OCI runtimes."""

    made: ClassVar[list[Elsewhere]] = []

    def _engine(self) -> Engine:
        self.made.append(self)
        engine = super()._engine()
        found = Fingerprint(driver="docker", version="1", cpus=1, memory=1, runtimes=["runc", "crun"])
        engine.fingerprint = lambda: found  # type: ignore[method-assign]
        return engine


def settings(socket: str, folder: Path, runtime: str) -> Settings:
    return Settings(
        engine="simulated",
        redis_url=f"unix://{socket}",
        state_dir=folder,
        instance="fit",
        oci_runtime=runtime,
    )


def test_an_unknown_oci_runtime_is_refused_at_start_and_shown_in_health(
    redis_client: redis.Redis, redis_server: str, tmp_path: Path
) -> None:
    chosen = settings(redis_server, tmp_path, "runsc")
    with pytest.raises(Unfit, match="the engine has no OCI runtime 'runsc', it has runc, crun"):
        Elsewhere(chosen)
    runtime = Elsewhere(settings(redis_server, tmp_path, "crun"))
    assert runtime.configurer.runtime == "crun"
    store = runtime.store
    emulator = Emulator(chosen, store, catalogue.load(), Nodes(store.redis, store.hosts))
    answer, status = ready(emulator)
    assert (status, answer["ready"]) == (503, False)
    assert answer["checks"]["engine"].startswith("local: the engine has no OCI runtime 'runsc'")
    assert answer["capabilities"]["runtime"] == "runsc"
    store.hosts.announce(Host(name="local", engine="docker"))  # it has been set right
    assert ready(emulator)[0]["checks"]["engine"] == ""
    for runtime in Elsewhere.made:
        runtime.store.redis.connection_pool.disconnect()
