"""Removing the networks of vSwitches that are no more."""

from __future__ import annotations

from typing import ClassVar

import structlog

from eci_emulator.model.ranges import engine_subnet
from eci_emulator.store.networks import everywhere
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

log = structlog.get_logger()


class NetworkKeeper(Task):
    """A network goes when no vSwitch needs it and nothing is in it, both seen twice in a row.

    Should a new vSwitch have the range at that very moment, its group finds the network missing
    and has it made again.
    """

    pause: ClassVar[float] = 5.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._seen: set[str] = set()

    def once(self) -> None:
        idle = self._idle()
        for network in idle & self._seen:
            self.runtime.engine.remove(self.runtime.names.router_of(network))
            self.runtime.engine.remove_network(network)
            self.runtime.engine.remove_volume(self.runtime.names.metadata_of(network))
            log.info("network removed", network=network)
        self._seen = idle

    def _idle(self) -> set[str]:
        labels = self.runtime.names.labels()
        needed = {
            self.runtime.names.network(engine_subnet(vpc.cidr, vswitch.cidr))
            for vpc, vswitch in everywhere(self.store)
        }
        idle = set(self.runtime.engine.list_networks(labels)) - needed
        if idle:
            for info in self.runtime.engine.list_containers(labels):
                idle -= {name for name in info.networks if info.name != self.runtime.names.router_of(name)}
        return idle
