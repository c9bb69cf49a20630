"""Noticing that another Docker host is lost: its groups have failed, and cost nothing from then on."""

from __future__ import annotations

import time
from collections import Counter
from typing import ClassVar, Final

import structlog

from eci_emulator.model.fault import Kind, Occasion
from eci_emulator.store import keys
from eci_emulator.store.hosts import Host
from eci_workers.node.leading import Lead
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

#: A host must look lost so often in a row, which takes eight seconds while we are awake ourselves: after we
#: stood still, or Redis was away, everybody's heartbeat is old, and is renewed within five.
SURE_AFTER_LOOKS: Final = 5

log = structlog.get_logger()


class HostWatch(Task):
    pause: ClassVar[float] = 2.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._lead = Lead(self.store.redis)
        self._looked_lost: Counter[str] = Counter()

    def once(self) -> None:
        if not self._lead.is_ours():
            self._looked_lost.clear()
            return
        hosts = self.store.hosts.all()
        for host in hosts:
            self._silence(host)
            if self._is_lost(host) and (host.name != self.host or self._others(hosts)):
                self._lose(host)

    def _others(self, hosts: list[Host]) -> bool:
        """Whether another host is alive. Only then may this one be declared lost by itself."""
        now = time.time()
        return any(host.alive(now) for host in hosts if host.name != self.host)

    def _silence(self, host: Host) -> None:
        """Treat a host as lost if a user's fault says so."""
        now = self.store.clock.now()
        fault = self.store.faults.active(Kind.HOST_LOSS, Occasion(host=host.name), now)
        if fault is None or host.silenced:
            return
        self.store.hosts.silence(host)
        self.store.faults.count(fault)
        self.store.faults.tell(fault, "host.loss", host.name, now)

    def _is_lost(self, host: Host) -> bool:
        if host.silenced:
            return True
        if host.alive(time.time()):
            del self._looked_lost[host.name]
            return False
        self._looked_lost[host.name] += 1
        return self._looked_lost[host.name] >= SURE_AFTER_LOOKS

    def _lose(self, host: Host) -> None:
        busy = self.store.market.state().host(host.name).groups
        if not busy and not self.store.redis.exists(keys.unsettled(host.name)):
            return
        lost = self.runtime.losses.host_gone(host.name, host.heartbeat)
        if lost:
            log.warning("a host is lost", host=host.name, groups=len(lost))
