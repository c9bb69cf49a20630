"""Ends that come from outside: the stock is gone before a group began, or the host is gone that ran it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from redis.client import Pipeline

from eci_emulator.controller import journal
from eci_emulator.controller.accounting import Accounting, snapshot
from eci_emulator.controller.members import RUNNING, TERMINATED
from eci_emulator.controller.reconcile import release
from eci_emulator.model import events
from eci_emulator.model.events import Occurrence
from eci_emulator.model.group import ContainerGroup, ContainerState, ContainerStatus
from eci_emulator.model.statuses import TERMINAL, GroupStatus, check
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.table import Conflict
from eci_emulator.store.timers import set_timer

_KILLED: Final = 137
_SIGKILL: Final = 9


class Losses:
    def __init__(self, store: Store, accounting: Accounting) -> None:
        self._store = store
        self._accounting = accounting

    def stock_gone(self, field: str) -> None:
        """A stock level was set to nothing: what was bought of it and has not begun yet does not begin."""
        for group in self._groups():
            if group.state.status is GroupStatus.SCHEDULING and field in group.state.placement.stock:
                self._unplaced(group, "The stock of the zone is used up.")

    def host_gone(self, name: str, last_heard: float) -> list[str]:
        """A host is lost; ``last_heard`` in real time. Its groups have failed, and cost nothing since then.

        Returns the ids of the groups that it took with it.
        """
        there = [group for group in self._groups() if group.state.placement.host == name]
        until = self._store.clock.from_real(last_heard)
        return [group.id for group in there if self._lost(group, name, until)]

    def _lost(self, group: ContainerGroup, host: str, until: float) -> bool:
        """Whether a group had anything to lose but its record."""
        if group.delete_requested:
            self._forget(group, until)
        elif group.state.status is GroupStatus.SCHEDULING:
            self._unplaced(group, f"The host {host} was lost.")
        elif group.state.status not in TERMINAL:
            self._failed(group, until)
        elif not group.state.released:
            self._released(group, until)
        else:
            self._store.redis.srem(keys.unsettled(host), group.id)
            return False
        return True

    def _groups(self) -> list[ContainerGroup]:
        return self._store.groups.get_many(self._store.groups.all_ids())

    def _unplaced(self, group: ContainerGroup, reason: str) -> None:
        now = self._store.clock.now()
        before = snapshot(group)
        self._end(group, GroupStatus.SCHEDULE_FAILED, now, events.NO_STOCK, reason=reason)
        self._save(before, group, now)

    def _failed(self, group: ContainerGroup, until: float) -> None:
        before = snapshot(group)
        self._end(group, GroupStatus.FAILED, self._store.clock.now(), events.SYSTEM_FAILURE)
        for status in (*group.state.containers.values(), *group.state.init_containers.values()):
            _lose(status, until)
        self._save(before, group, until)

    def _released(self, group: ContainerGroup, until: float) -> None:
        """It had ended already, but what it had was not cleared away."""
        before = snapshot(group)
        group.state.released = True
        self._save(before, group, until)

    def _end(
        self, group: ContainerGroup, status: GroupStatus, now: float, told: Occurrence, **values: object
    ) -> None:
        state = group.state
        state.status = check(state.status, status)
        state.failed_time = state.terminal_since = now
        state.tell(told, now, **values)
        state.released = True

    def _save(self, before: ContainerGroup, group: ContainerGroup, paid_until: float) -> None:
        enter = self._accounting.changed(before, group, paid_until)

        def also(pipe: Pipeline) -> None:
            enter(pipe)
            self._let_go(pipe, group)

        with suppress(Conflict):  # somebody is at it: then it is not lost
            self._store.groups.save(group, also=also)
            journal.tell(before, group)

    def _forget(self, group: ContainerGroup, until: float) -> None:
        enter = self._accounting.gone(group, until)

        def also(pipe: Pipeline) -> None:
            enter(pipe)
            self._let_go(pipe, group)

        with suppress(Conflict):
            self._store.groups.delete(group, also=also)
            journal.tell_gone(group)

    def _let_go(self, pipe: Pipeline, group: ContainerGroup) -> None:
        set_timer(pipe, "group", group.id, None)
        pipe.srem(keys.unsettled(group.state.placement.host), group.id)
        release(pipe, group)


def _lose(status: ContainerStatus, at: float) -> None:
    if status.current.state == RUNNING:
        status.current = ContainerState(
            state=TERMINATED,
            reason="ContainerStatusUnknown",
            message="The host that ran the container was lost",
            exit_code=_KILLED,
            signal=_SIGKILL,
            start_time=status.current.start_time,
            finish_time=max(at, status.current.start_time),
        )
        status.ready = False
