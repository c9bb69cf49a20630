"""Reconcile one container group: bring what is (the engine) to what was asked for (the record).

Level-triggered and safe to call at any time, any number of times, by anyone: it reads both states
anew, plans, writes the plan's record with compare-and-set, then takes the plan's steps, and again
until no step is left. A crash between any two of these loses nothing: the next call goes on.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import Final

import structlog
from redis.client import Pipeline

from eci_emulator.controller import group as planner
from eci_emulator.controller import journal
from eci_emulator.controller.accounting import Accounting, snapshot
from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.execute import Executor
from eci_emulator.controller.observe import Observer
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Dispose, Outcomes
from eci_emulator.engine.driver import EngineUnavailable
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import TERMINAL
from eci_emulator.store import keys
from eci_emulator.store.addresses import release_address
from eci_emulator.store.database import Store
from eci_emulator.store.disks import release_disks
from eci_emulator.store.eips import release_public_address
from eci_emulator.store.lease import Lease, settled
from eci_emulator.store.table import Conflict
from eci_emulator.store.timers import SPOT_TIMER, set_timer

#: More rounds than any plan needs; a group that still is not settled is taken up by the next sweep.
MAX_ROUNDS: Final = 50

log = structlog.get_logger()


class Reconciler:
    def __init__(
        self,
        store: Store,
        observer: Observer,
        executor: Executor,
        configurer: Configurer,
        accounting: Accounting,
        host: str,
    ) -> None:
        self._store = store
        self._observer = observer
        self._executor = executor
        self._configurer = configurer
        self._accounting = accounting
        self._host = host

    def reconcile(self, group_id: str) -> bool:
        """Settle a group as far as it goes now. False when somebody else is at it."""
        return self._store.leases.attend(group_id, partial(self._settle, group_id))

    def _settle(self, group_id: str, lease: Lease, pokes: int) -> None:
        outcomes = Outcomes()
        for _ in range(MAX_ROUNDS):
            group = self._store.groups.get(group_id)
            if group is None:
                settled(self._store.redis, self._host, group_id, pokes)
                return
            before = snapshot(group)
            try:
                r = self._plan(group, outcomes)
            except EngineUnavailable as error:
                log.warning("engine unavailable", group=group_id, error=str(error))
                self._store.redis.sadd(keys.unsettled(self._host), group_id)  # for the sweep
                return
            lease.renew()
            try:
                self._save(r, before, pokes)
            except Conflict:
                continue  # the outcomes still stand; the record is read anew
            if not r.steps:
                return
            if r.world.told:
                outcomes = Outcomes()
                continue  # the steps are planned again when the engine has tidied up
            outcomes = self._executor.run(group, r.steps, lease.check)
            if outcomes.stuck:
                return  # it is unsettled: the sweep comes back to it
            if any(isinstance(step, Dispose) for step in r.steps):
                self._forget(group)
                return
        log.warning("not settled", group=group_id, rounds=MAX_ROUNDS)

    def _plan(self, group: ContainerGroup, outcomes: Outcomes) -> Round:
        if group.state.spot_release_at and group.state.status not in TERMINAL:
            self._executor.announce_release(group)
        world = self._observer.observe(group)
        now = self._store.clock.now()
        r = Round(group, world, outcomes, self._configurer, now=now, real_now=time.time())
        planner.plan(r)
        return r

    def _save(self, r: Round, before: ContainerGroup, pokes: int) -> None:
        """Write what was planned: the one place where a group's state is written."""
        group = r.group
        enter = self._accounting.changed(before, group, r.now)

        def also(pipe: Pipeline) -> None:
            enter(pipe)
            set_timer(pipe, "group", group.id, min(r.wakes) if r.wakes else None)
            if r.releases:
                release(pipe, group)
            if r.steps or r.unsettled:
                pipe.sadd(keys.unsettled(self._host), group.id)
            else:
                settled(pipe, self._host, group.id, pokes)

        self._store.groups.save(group, also=also)
        journal.tell(before, group)

    def _forget(self, group: ContainerGroup) -> None:
        """Remove the record of a group of which the engine has nothing any more."""
        enter = self._accounting.gone(group, self._store.clock.now())

        def also(pipe: Pipeline) -> None:
            enter(pipe)
            set_timer(pipe, "group", group.id, None)
            pipe.srem(keys.unsettled(self._host), group.id)
            release(pipe, group)

        with suppress(Conflict):  # then the group is looked at again
            self._store.groups.delete(group, also=also)
            journal.tell_gone(group)


def release(pipe: Pipeline, group: ContainerGroup) -> None:
    """Give back what a group had for itself alone."""
    set_timer(pipe, SPOT_TIMER, group.id, None)
    release_address(pipe, group)
    release_public_address(pipe, group)
    release_disks(pipe, group)
