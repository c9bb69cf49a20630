"""Liveness and readiness, counting in a row and acting on a threshold; and the postStart hook."""

from __future__ import annotations

from typing import Final, Literal

from eci_emulator.controller import stopping
from eci_emulator.controller.members import Member
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Check, Checked
from eci_emulator.model import events
from eci_emulator.model.group import ContainerSpec, ContainerStatus, Probe, ProbeStatus

Kind = Literal["liveness", "readiness"]

KINDS: Final[tuple[Kind, ...]] = ("liveness", "readiness")
#: The longest run of a postStart hook; Kubernetes knows no limit.
HOOK_SECONDS: Final = 600.0


def reset(spec: ContainerSpec, status: ContainerStatus, now: float) -> None:
    """A container has just started: its probes begin after their initial delay."""
    status.liveness = _fresh(spec.liveness_probe, now)
    status.readiness = _fresh(spec.readiness_probe, now)


def _fresh(probe: Probe | None, now: float) -> ProbeStatus:
    return ProbeStatus(next_at=now + probe.initial_delay_seconds if probe else 0.0)


def tend(r: Round, member: Member) -> None:
    """Count what came in, act on a threshold, ask for the probes that are due."""
    for kind in KINDS:
        probe = member.spec.liveness_probe if kind == "liveness" else member.spec.readiness_probe
        if probe and not member.status.stopping:
            _tend_one(r, member, kind, probe.in_force())


def _tend_one(r: Round, member: Member, kind: Kind, probe: Probe) -> None:
    counts = member.status.liveness if kind == "liveness" else member.status.readiness
    checked = r.outcomes.checks.get((member.name, kind))
    if checked:
        _count(counts, checked)
        due = counts.next_at + probe.period_seconds
        counts.next_at = due if due > r.now else r.now + probe.period_seconds
        if not checked.ok:
            r.tell(events.UNHEALTHY, kind=kind.capitalize(), error=checked.message)
        _act(r, member, kind, probe, counts)
        r.wake(counts.next_at)
    elif (member.name, kind) in r.outcomes.under_way:
        r.look_again()
    elif counts.next_at <= r.now:
        timeout = float(probe.timeout_seconds)
        r.step(Check(member.name, kind, member.engine_name, probe.handler, timeout))
    else:
        r.wake(counts.next_at)


def _count(counts: ProbeStatus, checked: Checked) -> None:
    counts.successes = counts.successes + 1 if checked.ok else 0
    counts.failures = 0 if checked.ok else counts.failures + 1


def _act(r: Round, member: Member, kind: Kind, probe: Probe, counts: ProbeStatus) -> None:
    failed = counts.failures >= probe.failure_threshold
    if kind == "liveness":
        if failed:
            stopping.stop(r, member, events.UNLIVELY)
    elif counts.successes >= probe.success_threshold:
        member.status.ready = True
    elif failed:
        member.status.ready = False


def post_start(r: Round, member: Member) -> None:
    """Run the hook; until it is through, the container is not ready and not probed."""
    assert member.spec.post_start  # noqa: S101  post_start_done is True without one
    key: tuple[str, Literal["postStart"]] = (member.name, "postStart")
    checked = r.outcomes.checks.get(key)
    if key in r.outcomes.under_way:
        r.look_again()
    elif checked is None:
        r.step(Check(member.name, "postStart", member.engine_name, member.spec.post_start, HOOK_SECONDS))
    elif checked.ok:
        member.status.post_start_done = True
        member.status.ready = member.spec.readiness_probe is None
        tend(r, member)
    else:
        r.tell(events.POST_START_FAILED, error=checked.message)
        stopping.stop(r, member, events.HOOKED_OUT)
