"""The life of one container: waiting, running, terminated, and what comes next.

Rules are Kubernetes': the restart policy decides on an ended container; the first restart comes at
once, the next ones back off from 10 s doubling to 5 min, afresh after 10 min of running.
"""

from __future__ import annotations

from typing import Final

from eci_emulator.controller import probes, starting, stopping
from eci_emulator.controller.members import RUNNING, TERMINATED, Member
from eci_emulator.controller.planning import Round, next_backoff
from eci_emulator.controller.world import has_ended, is_alive
from eci_emulator.engine.driver import ContainerInfo
from eci_emulator.model import events
from eci_emulator.model.group import ContainerState

BACKOFF_RESET: Final = 600.0
_KILLED: Final = 137


def observe(r: Round, member: Member) -> None:
    """Take note of what the engine, and whoever brings images, say of a container."""
    starting.note(r, member)
    info = r.info(member)
    if info is None:
        if member.running:
            _lost(r, member)
    elif is_alive(info) and member.waiting:
        _started(r, member, info)
    elif has_ended(info) and not member.ended:
        if member.waiting:
            _started(r, member, info)
        _terminated(r, member, info)


def drive(r: Round, member: Member, *, policy: str, may_start: bool = True) -> None:
    """Take a container as far as this round allows.

    ``policy`` is the restart policy that applies to it; ``may_start`` is False while something
    else has to happen first.
    """
    if member.running:
        _tend(r, member)
    elif member.ended and not over(r, member, policy):
        _plan_restart(r, member)
    if member.waiting and may_start:
        starting.start(r, member)


def over(r: Round, member: Member, policy: str) -> bool:
    """Whether a container has ended and is not to be started again."""
    failed = member.status.current.exit_code != 0
    again = policy == "Always" or (policy == "OnFailure" and failed) or r.outdated(member)
    return member.ended and not again


# --- what the engine says -----------------------------------------------------------------------


def _started(r: Round, member: Member, info: ContainerInfo) -> None:
    status = member.status
    if status.restarting:
        status.restart_count += 1
        status.restarting = False
    status.launch_backoff = 0.0
    status.current = ContainerState(state=RUNNING, start_time=info.started_at or r.now)
    status.ready = member.spec.readiness_probe is None and member.spec.post_start is None
    status.started = True
    status.post_start_done = member.spec.post_start is None
    status.stopping = None
    probes.reset(member.spec, status, r.now)
    r.tell(events.CREATED, container=member.name)
    r.tell(events.STARTED, container=member.name)


def _terminated(r: Round, member: Member, info: ContainerInfo) -> None:
    code = info.exit_code or 0
    reason = "OOMKilled" if info.oom_killed else "Completed" if code == 0 else "Error"
    message = r.world.messages.get(info.name, "")
    signal = code - 128 if 128 < code < 192 else 0
    finished = info.finished_at or r.now
    if code and member.ignores_exit_code:
        message = f"exit code {code} ({reason}) ignored. {message}".strip()
        code, reason, signal = 0, "Completed", 0
    _end(
        member,
        ContainerState(
            state=TERMINATED,
            reason=reason,
            message=message,
            exit_code=code,
            signal=signal,
            # An engine may note the start of what ends at once a little after its end.
            start_time=min(info.started_at or member.status.current.start_time, finished),
            finish_time=finished,
        ),
    )
    if info.oom_killed:
        r.tell(events.OUT_OF_MEMORY)


def _lost(r: Round, member: Member) -> None:
    """The engine no longer knows a container that ran: it was removed behind our back."""
    _end(
        member,
        ContainerState(
            state=TERMINATED,
            reason="ContainerStatusUnknown",
            message="The container could not be located when the instance was examined",
            exit_code=_KILLED,
            signal=_KILLED - 128,
            start_time=member.status.current.start_time,
            finish_time=r.now,
        ),
    )


def _end(member: Member, state: ContainerState) -> None:
    member.status.current = state
    member.status.ready = False
    member.status.stopping = None


# --- while it runs, and afterwards --------------------------------------------------------------


def _tend(r: Round, member: Member) -> None:
    if member.status.stopping or r.outdated(member):
        stopping.stop(r, member, events.REPLACED)
    elif not member.status.post_start_done:
        probes.post_start(r, member)
    else:
        probes.tend(r, member)


def _plan_restart(r: Round, member: Member) -> None:
    status = member.status
    ended = status.current
    status.previous = ended
    status.attempt += 1
    status.restarting = True
    if r.outdated(member):
        starting.begin_anew(status)
        return
    if ended.finish_time - ended.start_time >= BACKOFF_RESET:
        status.backoff_seconds = 0.0
    wait = status.backoff_seconds
    status.retry_at = ended.finish_time + wait
    status.backoff_seconds = next_backoff(wait)
    if not wait:
        status.current = ContainerState(reason="ContainerCreating")
        return
    status.current = ContainerState(
        reason="CrashLoopBackOff",
        message=f"Back-off {_duration(wait)} restarting failed container={member.name} pod={_pod(r)}",
    )
    r.tell(events.BACKOFF)


def _duration(seconds: float) -> str:
    """As Go prints it: 10s, 1m20s, 5m0s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _pod(r: Round) -> str:
    return f"{r.group.spec.name}_{r.group.id}({r.group.id})"
