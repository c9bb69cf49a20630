"""Telling the others that this host is there, and what it has."""

from __future__ import annotations

from typing import Any

from eci_emulator.store.hosts import Host
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime


class Announcer(Task):
    """Renews the host's record well before it would be taken for lost."""

    pause = 5.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._socket = runtime.settings.sockets / "node.sock"
        found = runtime.engine.fingerprint()
        self._record = Host(
            name=self.host,
            engine=found.driver,
            engine_version=found.version,
            base_image=runtime.base_image,
            cpus=found.cpus,
            memory=found.memory,
            runtimes=found.runtimes,
            gpus=found.gpus,
            agent=f"unix://{self._socket}",
        )

    def address(self) -> dict[str, Any]:
        """Where the side door listens, as uvicorn takes it."""
        return {"uds": str(self._socket)}

    def once(self) -> None:
        self.announce()

    def announce(self) -> None:
        self._record.subnets = self.runtime.engine.foreign_subnets(self.runtime.names.labels())
        self.store.hosts.announce(self._record)

    def withdraw(self) -> None:
        self.store.hosts.withdraw(self.host)
