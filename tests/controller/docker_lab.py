"""The lab on the real engine: processes take real time, so the test waits; exits come from the engine's events."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker

from eci_emulator.model.ranges import invented_vpc_cidr
from eci_emulator.settings import Settings
from eci_emulator.store.table import Tenant
from eci_workers.node.watcher import Watcher

from .harness import ACCOUNT, REGION, Json, Lab, LabRuntime, container

PATIENCE = 60.0


class DockerLab(Lab):
    """Real containers, in-process reconciler; the node agent's watcher runs in a thread."""

    def __init__(self, socket: str, folder: Path) -> None:
        settings = Settings(
            engine="docker", redis_url=f"unix://{socket}", state_dir=folder, instance=_instance()
        )
        super().__init__(LabRuntime(settings))
        self.image = self.runtime.base_image
        self._ending = threading.Event()
        watcher = Watcher(self.runtime)
        threading.Thread(target=watcher.run, args=(self._ending,), daemon=True).start()

    def _noticed(self) -> set[str]:
        return set()  # the watcher wakes whatever the engine tells of

    def member(self, name: str = "app", script: str = "sleep 1000", **parameters: Any) -> Json:
        return container(name, script, **{"Image": self.image, **parameters})

    def until(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Go on until a condition holds; gives what it gave."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.settle()
            self.time.catch_up()
            if value := condition():
                return value
            assert time.monotonic() < deadline, what or "it did not happen"
            time.sleep(0.02)

    def until_status(self, group_id: str, *statuses: str) -> str:
        def reached() -> str:
            status = self.status(group_id)
            return status if status in statuses else ""

        found: str = self.until(reached, f"{group_id} is not {statuses}")
        return found

    def until_gone(self, group_id: str) -> None:
        self.until(lambda: self.store.groups.get(group_id) is None, f"{group_id} is still there")

    def log(self, group_id: str, name: str, attempt: int = 0) -> str:
        log: bytes = self.engine.logs(f"{group_id}-{name}-{attempt}")
        return log.decode()

    def run(self, group_id: str, name: str, script: str, attempt: int = 0) -> str:
        """Output of a script run in a container."""
        result = self.engine.exec(
            f"{group_id}-{name}-{attempt}", ["sh", "-c", script], timeout=20, limit=65536
        )
        output: bytes = result.output
        return output.decode()

    def inspect(self, group_id: str, name: str, attempt: int = 0) -> dict[str, Any]:
        with docker.APIClient() as api:
            found: dict[str, Any] = api.inspect_container(f"{group_id}-{name}-{attempt}")
            return found

    def close(self) -> None:
        """Remove everything of this instance."""
        self._ending.set()
        labels = self.runtime.names.labels()
        for info in self.engine.list_containers(labels):
            self.engine.remove(info.name)
        for volume in self.engine.list_volumes(labels):
            self.engine.remove_volume(volume)
        for network in self.engine.list_networks(labels):
            self.engine.remove_network(network)
        self.engine.close()
        super().close()


def _instance() -> str:
    """An id of its own, whose VPC keeps clear of the networks that are there."""
    with docker.APIClient() as api:
        pools = [network["IPAM"]["Config"] or [] for network in api.networks()]
    taken = [pool["Subnet"] for configs in pools for pool in configs if "Subnet" in pool]
    while True:
        instance = f"ctl{uuid.uuid4().hex[:8]}"
        seed = f"{instance}/{Tenant(ACCOUNT, REGION)}"
        if invented_vpc_cidr(seed, taken) == invented_vpc_cidr(seed, []):
            return instance
