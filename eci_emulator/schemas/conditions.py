"""Pod conditions, read from a container group's record."""

from __future__ import annotations

from typing import Any

from eci_emulator.model.events import WARNING
from eci_emulator.model.group import ContainerGroup, ContainerStatus
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.model.times import iso

Json = dict[str, Any]


def conditions(group: ContainerGroup) -> list[Json]:
    """The conditions of a group's pod; reasons and messages of those that do not hold."""
    scheduled = _scheduled(group)
    return [
        {**scheduled, "type": "ContainerInstanceCreated"},
        _initialized(group),
        _ready(group, "Ready"),
        _ready(group, "ContainersReady"),
        {**scheduled, "type": "PodScheduled"},
    ]


def _condition(kind: str, holds: bool, since: float, reason: str = "", message: str = "") -> Json:
    return {
        "type": kind,
        "status": str(holds),
        "Reason": "" if holds else reason,
        "Message": "" if holds else message,
        "lastTransitionTime": iso(since),
    }


def _scheduled(group: ContainerGroup) -> Json:
    state = group.state
    if state.status is not GroupStatus.SCHEDULE_FAILED:
        return _condition("", bool(state.pending_time), state.pending_time or state.creation_time)
    told = next((event for event in reversed(state.events) if event.type == WARNING), None)
    reason, message = (told.reason, told.message) if told else ("ScheduleFailed", "")
    return _condition("", False, state.failed_time, f"ContainerGroup.{reason}", message)


def _initialized(group: ContainerGroup) -> Json:
    state = group.state
    statuses = {
        spec.name: state.init_containers.get(spec.name) or ContainerStatus()
        for spec in group.spec.init_containers
    }
    waited_for = [name for name, status in statuses.items() if status.current.exit_code != 0]
    times = [status.current.finish_time for status in statuses.values()]
    return _condition(
        "Initialized",
        bool(state.pending_time) and not waited_for,
        max([state.pending_time or state.creation_time, *times]),
        "ContainersNotInitialized",
        f"containers with incomplete status: [{' '.join(waited_for)}]",
    )


def _ready(group: ContainerGroup, kind: str) -> Json:
    state = group.state
    statuses = {
        spec.name: state.containers.get(spec.name) or ContainerStatus() for spec in group.spec.containers
    }
    unready = [name for name, status in statuses.items() if not status.ready]
    times = [
        status.current.finish_time if status.current.state == "Terminated" else status.current.start_time
        for status in statuses.values()
    ]
    succeeded = state.status is GroupStatus.SUCCEEDED
    return _condition(
        kind,
        not unready,
        max([state.pending_time or state.creation_time, *times]),
        "PodCompleted" if succeeded else "ContainersNotReady",
        "" if succeeded else f"containers with unready status: [{' '.join(unready)}]",
    )
