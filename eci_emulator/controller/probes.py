"""Liveness and readiness: counting in a row, and what crossing a threshold does."""

from __future__ import annotations

from typing import Final, Literal

from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Checked, RunProbe
from eci_emulator.model.group import ContainerSpec, ContainerStatus, Probe, ProbeStatus

KINDS: Final[tuple[Literal["liveness", "readiness"], ...]] = ("liveness", "readiness")


def probe_of(spec: ContainerSpec, kind: str) -> Probe | None:
    return spec.liveness_probe if kind == "liveness" else spec.readiness_probe


def _status_of(status: ContainerStatus, kind: str) -> ProbeStatus:
    return status.liveness if kind == "liveness" else status.readiness


def reset(spec: ContainerSpec, status: ContainerStatus, now: float) -> None:
    """A container has just started: its probes begin after their initial delay."""
    status.liveness = _fresh(spec.liveness_probe, now)
    status.readiness = _fresh(spec.readiness_probe, now)


def _fresh(probe: Probe | None, now: float) -> ProbeStatus:
    return ProbeStatus(next_at=now + probe.initial_delay_seconds if probe else 0.0)


def tend(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    """Count what came in, act on a threshold, ask for the probes that are due."""
    for kind in KINDS:
        probe = probe_of(spec, kind)
        if probe is None:
            continue
        counts = _status_of(status, kind)
        checked = r.outcomes.checks.get((spec.name, kind))
        if checked is not None:
            _count(counts, checked)
            counts.next_at = max(counts.next_at + probe.period_seconds, r.now)
            _act(r, spec, status, role, kind, probe, checked)
        if status.kill_at:
            return
        if counts.next_at <= r.now and checked is None:
            name = r.names.attempt(r.group.id, role, spec.name, status.attempt)
            r.step(RunProbe(spec.name, kind, name, probe.handler, float(probe.timeout_seconds)))
        else:
            r.wake(counts.next_at)


def _count(counts: ProbeStatus, checked: Checked) -> None:
    if checked.ok:
        counts.successes += 1
        counts.failures = 0
    else:
        counts.failures += 1
        counts.successes = 0


def _act(
    r: Round,
    spec: ContainerSpec,
    status: ContainerStatus,
    role: str,
    kind: Literal["liveness", "readiness"],
    probe: Probe,
    checked: Checked,
) -> None:
    counts = _status_of(status, kind)
    if not checked.ok:
        r.warning("Unhealthy", f"{kind.capitalize()} probe failed: {checked.message}")
    if kind == "readiness":
        if counts.successes >= probe.success_threshold:
            status.ready = True
        elif counts.failures >= probe.failure_threshold:
            status.ready = False
    elif counts.failures >= probe.failure_threshold:
        r.normal("Killing", f"Container {spec.name} failed liveness probe, will be restarted")
        r.stop(spec, status, role)
