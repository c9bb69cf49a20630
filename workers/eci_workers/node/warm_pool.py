"""Making sandboxes ahead of need, in the vSwitches where groups have been placed lately."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import ClassVar

from redis import WatchError

from eci_emulator.controller.names import ROLE_WARM
from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE, EngineError
from eci_emulator.model.group import Placement
from eci_emulator.model.ranges import engine_subnet
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import NoAddressLeft, free_address, release, take_address
from eci_emulator.store.warm import Wanted, WarmSandbox
from eci_workers.node.tasks import Task


class WarmPool(Task):
    """Keeps a number of them ready in each vSwitch, and removes those that are neither offered nor used."""

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
        sandbox = self._reserve(wanted.cidr)
        if sandbox is None:
            return
        try:
            self._start(wanted, sandbox)
        except EngineError:
            self.runtime.networks.forget(placed)
            self._discard(sandbox.name, sandbox.ip)
            raise
        pipe = self.store.redis.pipeline()
        warm.offer(pipe, self.host, wanted.cidr, sandbox)
        pipe.execute()

    def _reserve(self, cidr: str) -> WarmSandbox | None:
        """A name, and an address that is now its own; None when there is none, or a group took it first."""
        name = f"eci-{self.runtime.settings.instance}-warm-{secrets.token_hex(4)}"
        with self.store.redis.pipeline() as pipe:
            try:
                pipe.watch(keys.addresses(cidr))  # type: ignore[no-untyped-call]
                ip = free_address(self.store.redis, cidr)
                pipe.multi()
                take_address(pipe, cidr, ip, name)
                pipe.execute()
            except (NoAddressLeft, WatchError):
                return None
        return WarmSandbox(name, ip)

    def _start(self, wanted: Wanted, sandbox: WarmSandbox) -> None:
        network = self.runtime.names.network(engine_subnet(wanted.vpc_cidr, wanted.cidr))
        self.runtime.engine.create(self.runtime.configurer.warm_sandbox(sandbox.name, network, sandbox.ip))
        self.runtime.engine.start(sandbox.name)

    def _discard(self, name: str, ip: str) -> None:
        """Remove a sandbox and free its address; what cannot be removed now is cleared away by the next run."""
        with suppress(EngineError):
            self.runtime.engine.remove(name)
            pipe = self.store.redis.pipeline()
            for wanted in warm.wanted(self.store.redis, self.host):
                release(pipe, wanted.cidr, ip, name)
            pipe.execute()

    def _clear(self) -> None:
        """Remove sandboxes of an earlier run that nothing refers to any more."""
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
                self._discard(info.name, info.ip)
