"""Making sandboxes ahead of need, in the vSwitches where groups have been placed lately."""

from __future__ import annotations

import secrets
from typing import ClassVar

from eci_emulator.controller.names import ROLE_WARM
from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE
from eci_emulator.model.group import Placement
from eci_emulator.model.network import engine_subnet
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import NoAddressLeft, free_address, take_address
from eci_emulator.store.warm import Wanted, WarmSandbox
from eci_workers.node.tasks import Task


class WarmPool(Task):
    """Keeps so many ready in each vSwitch, and clears away those that nobody offers or uses."""

    pause: ClassVar[float] = 0.5
    _cleared = False

    def once(self) -> None:
        if not self._cleared:
            self._clear()
            self._cleared = True
        for wanted in warm.wanted(self.store.redis, self.host):
            ready = warm.ready(self.store.redis, self.host, wanted.cidr)
            for _ in range(self.runtime.settings.warm_sandboxes - len(ready)):
                self._make(wanted)

    def _make(self, wanted: Wanted) -> None:
        placed = Placement(vpc_cidr=wanted.vpc_cidr, cidr=wanted.cidr)
        self.runtime.networks.ensure(placed)
        name = f"eci-{self.runtime.settings.instance}-warm-{secrets.token_hex(4)}"
        sandbox = self._reserve(wanted.cidr, name)
        if sandbox is None:
            return
        network = self.runtime.names.network(engine_subnet(wanted.vpc_cidr, wanted.cidr))
        config = self.runtime.configurer.warm_sandbox(name, network, sandbox.ip)
        self.runtime.engine.create(config)
        self.runtime.engine.start(name)
        pipe = self.store.redis.pipeline()
        warm.offer(pipe, self.host, wanted.cidr, sandbox)
        pipe.execute()

    def _reserve(self, cidr: str, name: str) -> WarmSandbox | None:
        try:
            ip = free_address(self.store.redis, cidr)
        except NoAddressLeft:
            return None
        pipe = self.store.redis.pipeline()
        take_address(pipe, cidr, ip, name)
        pipe.execute()
        return WarmSandbox(name, ip)

    def _clear(self) -> None:
        """Remove what an earlier run made and nobody can find any more."""
        offered = {
            sandbox.name
            for wanted in warm.wanted(self.store.redis, self.host)
            for sandbox in warm.ready(self.store.redis, self.host, wanted.cidr)
        }
        groups = self.store.groups.get_many(self.store.groups.all_ids())
        used = {group.state.placement.sandbox for group in groups}
        labels = {LABEL_INSTANCE: self.runtime.settings.instance, LABEL_ROLE: ROLE_WARM}
        for info in self.runtime.engine.list_containers(labels):
            if info.name not in offered | used:
                self.runtime.engine.remove(info.name)
                self._free(info.ip, info.name)

    def _free(self, ip: str, name: str) -> None:
        for wanted in warm.wanted(self.store.redis, self.host):
            key = keys.addresses(wanted.cidr)
            if self.store.redis.hget(key, ip) == name.encode():
                self.store.redis.hdel(key, ip)
