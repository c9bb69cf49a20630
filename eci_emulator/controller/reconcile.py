"""Reconcile one container group: bring what is (the engine) to what was asked for (the record).

Level-triggered and safe to call at any time, any number of times, by anyone: it reads both states
anew, plans, writes the plan's record with compare-and-set, then takes the plan's steps, and again
until no step is left. A crash between any two of these loses nothing: the next call goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import structlog
from redis.client import Pipeline

from eci_emulator.controller import group as planner
from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.execute import Executor
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Dispose, Outcomes
from eci_emulator.controller.world import World, in_emulated_time
from eci_emulator.engine.driver import Engine, EngineError, EngineUnavailable
from eci_emulator.model.group import ContainerGroup, ContainerSpec
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.lease import Lease, LeaseLost
from eci_emulator.store.table import Conflict
from eci_emulator.store.timers import set_timer

#: More rounds than any plan needs; a group that still is not settled is taken up by the next sweep.
MAX_ROUNDS: Final = 50
RENEW_SECONDS: Final = 2.0
LOG_TAIL_LINES: Final = 80
LOG_TAIL_BYTES: Final = 2048
MESSAGE_BYTES: Final = 4096
DEFAULT_MESSAGE_PATH: Final = "/dev/termination-log"

log = structlog.get_logger()


class Reconciler:
    def __init__(
        self, store: Store, engine: Engine, executor: Executor, configurer: Configurer, host: str
    ) -> None:
        self._store = store
        self._engine = engine
        self._executor = executor
        self._configurer = configurer
        self._host = host

    def reconcile(self, group_id: str) -> bool:
        """Settle a group as far as it goes now. False when somebody else is at it."""
        while True:
            with self._store.leases.hold(group_id) as lease:
                if lease is None:
                    return False
                pokes = self._store.leases.pokes(group_id)
                with _kept(lease), suppress(LeaseLost):
                    self._settle(group_id, lease)
            if self._store.leases.pokes(group_id) == pokes:
                return True

    def _settle(self, group_id: str, lease: Lease) -> None:
        outcomes = Outcomes.none()
        for _ in range(MAX_ROUNDS):
            group = self._store.groups.get(group_id)
            if group is None:
                self._store.redis.srem(keys.unsettled(self._host), group_id)
                return
            try:
                r = self._plan(group, outcomes)
            except EngineUnavailable as error:
                log.warning("engine unavailable", group=group_id, error=str(error))
                return  # it stays unsettled: the sweep comes back to it
            lease.renew()
            try:
                self._save(r)
            except Conflict:
                continue  # the outcomes still stand; the record is read anew
            if not r.steps:
                return
            outcomes = self._executor.run(group, r.steps)
            if outcomes.stuck:
                return  # it stays unsettled: the sweep comes back to it
            if any(isinstance(step, Dispose) for step in r.steps):
                self._forget(group)
                return

    def _plan(self, group: ContainerGroup, outcomes: Outcomes) -> Round:
        world = self._observe(group)
        r = Round(group, world, outcomes, self._store.clock.now(), self._configurer)
        planner.plan(r)
        return r

    def _observe(self, group: ContainerGroup) -> World:
        labels = self._configurer.names.group_labels(group.id)
        found = self._engine.list_containers(labels)
        given = group.state.placement.sandbox
        if given and all(info.name != given for info in found):
            # Made before there was a group, it does not carry the group's label.
            sandbox = self._engine.inspect(given)
            found += [sandbox] if sandbox else []
        messages = {
            info.name: self._message(info.name, spec)
            for info in found
            if info.phase in ("exited", "dead") and (spec := _unread(group, self._configurer, info.name))
        }
        state = self._store.clock.state()
        return World([in_emulated_time(info, state.from_real) for info in found], messages)

    def _message(self, name: str, spec: ContainerSpec) -> str:
        """The termination message of a container that has just ended (its file, or the end of its log)."""
        with suppress(EngineError):
            path = spec.termination_message_path or DEFAULT_MESSAGE_PATH
            content = self._engine.read_file(name, path, limit=MESSAGE_BYTES)
            if content:
                return content.decode(errors="replace")
            info = self._engine.inspect(name)
            failed = info is not None and info.exit_code != 0
            if failed and spec.termination_message_policy == "FallbackToLogsOnError":
                tail = self._engine.logs(name, tail=LOG_TAIL_LINES, limit=LOG_TAIL_BYTES)
                return tail.decode(errors="replace")
        return ""

    def _save(self, r: Round) -> None:
        group = r.group

        def also(pipe: Pipeline) -> None:
            set_timer(pipe, "group", group.id, min(r.wakes) if r.wakes else None)
            if r.steps:
                pipe.sadd(keys.unsettled(self._host), group.id)
            else:
                pipe.srem(keys.unsettled(self._host), group.id)

        self._store.groups.save(group, also=also)

    def _forget(self, group: ContainerGroup) -> None:
        def also(pipe: Pipeline) -> None:
            set_timer(pipe, "group", group.id, None)
            pipe.srem(keys.unsettled(self._host), group.id)

        self._store.groups.delete(group, also=also)


def _unread(group: ContainerGroup, configurer: Configurer, name: str) -> ContainerSpec | None:
    """The spec of a current attempt whose end has not been noticed yet."""
    for role, specs, statuses in (
        ("init", group.spec.init_containers, group.state.init_containers),
        ("container", group.spec.containers, group.state.containers),
    ):
        for spec in specs:
            status = statuses.get(spec.name)
            if status is None or status.current.state == "Terminated":
                continue
            if configurer.names.attempt(group.id, role, spec.name, status.attempt) == name:
                return spec
    return None


@contextmanager
def _kept(lease: Lease) -> Iterator[None]:
    """Renew a lease from a second thread while the block runs: an engine call may take its time."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(RENEW_SECONDS):
            with suppress(Exception):
                lease.renew()

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
