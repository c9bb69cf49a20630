"""Telling the others that this host is there, and what it has."""

from __future__ import annotations

from typing import Any

from eci_emulator.model.fault import Kind, Occasion
from eci_emulator.store.hosts import Host
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime


class Announcer(Task):
    """Renews the host's record well before it would count as lost."""

    pause = 5.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        settings = runtime.settings
        found = runtime.engine.fingerprint()
        self._record = Host(
            name=self.host,
            zones=settings.zone_ids,
            engine=found.driver,
            engine_version=found.version,
            base_image=runtime.base_image,
            cpus=found.cpus,
            memory=found.memory,
            runtimes=found.runtimes,
            gpus=found.gpus,
            agent=settings.agent,
        )

    def address(self) -> dict[str, Any]:
        """Where the side door listens, as uvicorn takes it."""
        settings = self.runtime.settings
        host, _, port = settings.node_address.rpartition(":")
        return {"host": host, "port": int(port)} if port else {"uds": settings.agent.removeprefix("unix://")}

    def once(self) -> None:
        self.announce()

    def announce(self) -> None:
        """Say that the host is there, unless it is to be silent."""
        self._record.subnets = self.runtime.engine.foreign_subnets(self.runtime.names.labels())
        self.store.faults.refresh()  # whoever takes us for lost because of one has seen it already
        now = self.store.clock.now()
        if not self.store.faults.active(Kind.HOST_LOSS, Occasion(host=self.host), now):
            self.store.hosts.announce(self._record)

    def withdraw(self) -> None:
        """Leave, if nothing runs here; a host that goes with groups on it is lost when it does not come back."""
        if not self.store.market.state().host(self.host).groups:
            self.store.hosts.withdraw(self.host)
