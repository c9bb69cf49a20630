"""EmptyDirs on disk that have a SizeLimit: looked at now and then, as the kubelet does."""

from __future__ import annotations

from typing import Final

from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Measure
from eci_emulator.model.group import GroupSpec
from eci_emulator.model.quantity import parse_bytes

MEASURE_SECONDS: Final = 10.0


def measure(r: Round) -> None:
    """Have the sizes looked at when it is time; groups without such limits cost nothing."""
    limits = _limits(r.group.spec)
    if not limits:
        return
    if r.now >= r.state.measure_at and any(member.running for member in r.members):
        r.state.measure_at = r.now + MEASURE_SECONDS
        r.step(Measure(limits))
    if r.state.measure_at > r.now:
        r.wake(r.state.measure_at)


def _limits(spec: GroupSpec) -> dict[str, int]:
    """Bytes by volume. In memory it is the file system that keeps the limit."""
    return {
        volume.name: limit
        for volume in spec.volumes
        if volume.type == "EmptyDirVolume" and volume.empty_dir_medium != "Memory"
        if (limit := parse_bytes(volume.empty_dir_size_limit))
    }
