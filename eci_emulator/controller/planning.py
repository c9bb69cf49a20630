"""One round of planning: the group's record, the world, what was learned; out come steps and wake-ups.

Pure: no engine, no store, no clock. The planners (``group``, ``containers``, ``probes`` ...) change
the record and collect steps; ``reconcile`` writes the one and carries out the others.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.names import Names
from eci_emulator.controller.steps import Outcomes, RunHook, Signal, Step
from eci_emulator.controller.world import World
from eci_emulator.model import events
from eci_emulator.model.group import ContainerGroup, ContainerSpec, ContainerStatus, GroupState
from eci_emulator.model.statuses import GroupStatus, check

DEFAULT_GRACE_SECONDS: Final = 30.0
#: SIGKILL should end a process at once; look again soon if it did not.
KILL_CHECK_SECONDS: Final = 5.0


class Round:
    """What one round of planning works on."""

    def __init__(
        self, group: ContainerGroup, world: World, outcomes: Outcomes, now: float, configurer: Configurer
    ) -> None:
        self.group = group
        self.world = world
        self.outcomes = outcomes
        self.now = now
        self.configurer = configurer
        self.steps: list[Step] = []
        self.wakes: list[float] = []

    @property
    def state(self) -> GroupState:
        return self.group.state

    @property
    def names(self) -> Names:
        return self.configurer.names

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def wake(self, at: float) -> None:
        """Plan again at this time, whatever else happens."""
        self.wakes.append(at)

    def event(self, kind: str, reason: str, message: str, source: str = events.KUBELET) -> None:
        event = events.Event(
            type=kind,
            reason=reason,
            message=message,
            source=source,
            first_timestamp=self.now,
            last_timestamp=self.now,
        )
        self.state.events = events.fold(self.state.events, event)

    def normal(self, reason: str, message: str, source: str = events.KUBELET) -> None:
        self.event(events.NORMAL, reason, message, source)

    def warning(self, reason: str, message: str, source: str = events.KUBELET) -> None:
        self.event(events.WARNING, reason, message, source)

    def move(self, status: GroupStatus) -> None:
        """Bring the group to a status, by the table, and stamp its time."""
        if status is self.state.status:
            return
        self.state.status = check(self.state.status, status)
        stamp = _STAMPS.get(status)
        if stamp and not getattr(self.state, stamp):
            setattr(self.state, stamp, self.now)

    @property
    def grace(self) -> float:
        """Seconds between SIGTERM and SIGKILL."""
        asked = self.group.spec.termination_grace_period_seconds
        return DEFAULT_GRACE_SECONDS if asked is None else float(asked)

    def stop(self, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
        """Bring a running container to its end: preStop, SIGTERM, and SIGKILL when its grace is over.

        Called again each round until it has ended.
        """
        name = self.names.attempt(self.group.id, role, spec.name, status.attempt)
        if not status.kill_at:
            self.normal("Killing", f"Stopping container {spec.name}")
            status.kill_at = self.now + self.grace
            if spec.pre_stop and not status.pre_stop_done:
                self.step(RunHook(spec.name, "preStop", name, spec.pre_stop, max(self.grace, 1.0)))
            self.step(Signal(name, "SIGTERM"))
        elif self.now >= status.kill_at:
            self.step(Signal(name, "SIGKILL"))
            self.wake(self.now + KILL_CHECK_SECONDS)
            return
        self.wake(status.kill_at)


_STAMPS: Final[dict[GroupStatus, str]] = {
    GroupStatus.PENDING: "pending_time",
    GroupStatus.RUNNING: "running_time",
    GroupStatus.SUCCEEDED: "succeeded_time",
    GroupStatus.FAILED: "failed_time",
    GroupStatus.SCHEDULE_FAILED: "failed_time",
    GroupStatus.EXPIRED: "expired_time",
}


def digest(spec: ContainerSpec) -> str:
    """Tells whether a running container still is what its spec says."""
    return hashlib.sha256(msgspec.json.encode(spec)).hexdigest()[:16]
