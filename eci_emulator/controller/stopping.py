"""Bringing containers to their end: preStop, SIGTERM, and SIGKILL when the time is over."""

from __future__ import annotations

from typing import Final, Literal

from eci_emulator.controller.members import Member
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Check, Remove, Signal
from eci_emulator.controller.world import is_alive
from eci_emulator.model import events
from eci_emulator.model.group import Stopping

DEFAULT_GRACE_SECONDS: Final = 30.0
#: What a process has left between SIGTERM and SIGKILL when its preStop hook took all the time.
LEAST_GRACE_SECONDS: Final = 2.0


def stop(r: Round, member: Member, why: events.Occurrence = events.STOPPING) -> None:
    """Take a running container a step further towards its end. Called again each round until it has ended.

    The grace period is over when either clock says so: the emulator's, because it may be moved
    ahead, or real time, because it may stand still.
    """
    status = member.status
    if status.stopping is None:
        r.tell(why, container=member.name)
        grace = _grace(r)
        hooked = member.spec.pre_stop is not None
        status.stopping = Stopping(
            deadline=r.now + grace, real_deadline=r.real_now + grace, hook_done=not hooked
        )
    stopping = status.stopping
    if not stopping.hook_done and not _pre_stop(r, member, stopping):
        pass
    elif _is_over(r, stopping):
        _signal(r, member, "SIGKILL")
    elif (member.engine_name, "SIGTERM") in r.outcomes.signalled:
        stopping.terminated = True
    elif not stopping.terminated:
        _signal(r, member, "SIGTERM")
    if r.now < stopping.deadline:
        r.wake(stopping.deadline)
    r.look_again()


def stop_all(r: Round) -> bool:
    """Bring every container to its end, those of the highest exit priority first. True when none runs."""
    running = [member for member in r.members if _alive(r, member)]
    stop_first(r, running)
    others = r.world.alive - {member.engine_name for member in r.members}
    if others:
        r.step(Remove(sorted(others)))
    return not running and not others


def stop_first(r: Round, running: list[Member]) -> None:
    """Of running containers, bring those of the highest exit priority to their end."""
    first = max((member.exit_priority for member in running), default=0)
    for member in running:
        if member.exit_priority == first:
            stop(r, member)


def _alive(r: Round, member: Member) -> bool:
    info = r.info(member)
    return info is not None and is_alive(info)


def _grace(r: Round) -> float:
    """Seconds between the decision to stop a container and SIGKILL."""
    asked = r.group.spec.termination_grace_period_seconds
    return DEFAULT_GRACE_SECONDS if asked is None else float(asked)


def _pre_stop(r: Round, member: Member, stopping: Stopping) -> bool:
    """Run the hook. True when it is through, or its time is."""
    assert member.spec.pre_stop  # noqa: S101  hook_done is True without one
    key: tuple[str, Literal["preStop"]] = (member.name, "preStop")
    checked = r.outcomes.checks.get(key)
    if checked is None and not _is_over(r, stopping):
        if key not in r.outcomes.under_way:
            left = stopping.real_deadline - r.real_now
            r.step(Check(member.name, "preStop", member.engine_name, member.spec.pre_stop, left))
        return False
    if checked and not checked.ok:
        r.tell(events.PRE_STOP_FAILED, error=checked.message)
    stopping.hook_done = True
    stopping.deadline = max(stopping.deadline, r.now + LEAST_GRACE_SECONDS)
    stopping.real_deadline = max(stopping.real_deadline, r.real_now + LEAST_GRACE_SECONDS)
    return True


def _is_over(r: Round, stopping: Stopping) -> bool:
    return r.now >= stopping.deadline or r.real_now >= stopping.real_deadline


def _signal(r: Round, member: Member, signal: Literal["SIGTERM", "SIGKILL"]) -> None:
    """Ask for a signal, but not twice in a row: a process needs a moment to end."""
    if (member.engine_name, signal) not in r.outcomes.signalled:
        r.step(Signal(member.engine_name, signal))
