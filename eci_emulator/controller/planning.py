"""One round of planning: the group's record, the world, what was learned; out come steps and wake-ups.

Pure: no engine, no store, no clock. The planners (``group``, ``containers``, ``probes`` ...) change
the record and collect steps; ``reconcile`` writes the one and carries out the others.
"""

from __future__ import annotations

from typing import Final

from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.members import Member, app_members, init_members, leaving_members
from eci_emulator.controller.names import Names
from eci_emulator.controller.steps import Outcomes, Step
from eci_emulator.controller.world import World
from eci_emulator.engine.driver import ContainerInfo
from eci_emulator.model import events
from eci_emulator.model.group import ContainerGroup, GroupState
from eci_emulator.model.statuses import TERMINAL, GroupStatus, check

BACKOFF_FIRST: Final = 10.0
BACKOFF_MOST: Final = 300.0


class Round:
    """What one round of planning works on.

    ``real_now`` is real time, for what processes have to be given whatever the emulator's clock does.
    """

    def __init__(
        self,
        group: ContainerGroup,
        world: World,
        outcomes: Outcomes,
        configurer: Configurer,
        *,
        now: float,
        real_now: float,
    ) -> None:
        self.group = group
        self.world = world
        self.outcomes = outcomes
        self.configurer = configurer
        self.now = now
        self.real_now = real_now
        self.inits = init_members(group, configurer.names)
        self.apps = app_members(group, configurer.names)
        self.leaving = leaving_members(group, configurer.names)
        self.steps: list[Step] = []
        self.wakes: list[float] = []
        self.unsettled = False
        self.releases = False

    @property
    def state(self) -> GroupState:
        return self.group.state

    @property
    def names(self) -> Names:
        return self.configurer.names

    @property
    def members(self) -> list[Member]:
        return [*self.inits, *self.apps, *self.leaving]

    def info(self, member: Member) -> ContainerInfo | None:
        """What the engine says of a container's current attempt."""
        return self.world.get(member.engine_name)

    def outdated(self, member: Member) -> bool:
        """Whether a container's current attempt was made from another spec than the present one."""
        made_from = member.status.digest
        return bool(made_from) and made_from != self.configurer.digest(self.group, member.spec)

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def wake(self, at: float) -> None:
        """Plan again at this time of the emulator's clock, whatever else happens."""
        self.wakes.append(at)

    def look_again(self) -> None:
        """Plan again in a second or so of real time: something outside goes on, and may be lost."""
        self.unsettled = True

    def release(self) -> None:
        """Give the group's addresses back, in the transaction that writes this plan."""
        self.releases = self.state.released = True

    def tell(self, what: events.Occurrence, **values: object) -> None:
        self.state.tell(what, self.now, **values)

    def move(self, status: GroupStatus) -> None:
        """Bring the group to a status, by the table, and stamp its time."""
        if status is self.state.status:
            return
        self.state.status = check(self.state.status, status)
        stamp = _STAMPS.get(status)
        if stamp and not getattr(self.state, stamp):
            setattr(self.state, stamp, self.now)
        if status in TERMINAL:
            self.state.terminal_since = self.now


def next_backoff(seconds: float) -> float:
    """The wait after a wait of ``seconds``: 10 s at first, doubling to 5 min."""
    return min(max(seconds * 2, BACKOFF_FIRST), BACKOFF_MOST)


_STAMPS: Final[dict[GroupStatus, str]] = {
    GroupStatus.PENDING: "pending_time",
    GroupStatus.RUNNING: "running_time",
    GroupStatus.SUCCEEDED: "succeeded_time",
    GroupStatus.FAILED: "failed_time",
    GroupStatus.SCHEDULE_FAILED: "failed_time",
    GroupStatus.EXPIRED: "expired_time",
}
