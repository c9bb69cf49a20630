"""The log lines of a container group: a new status, and the first time that something goes wrong with it."""

from __future__ import annotations

import structlog

from eci_emulator.model import events
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import GroupStatus

log = structlog.get_logger()


def tell(before: ContainerGroup, after: ContainerGroup) -> None:
    """What has changed, to be called when ``after`` has been written."""
    for event in events.new_warnings(before.state.events, after.state.events):
        log.warning("event", group=after.id, reason=event.reason, message=event.message)
    was, status = before.state.status, after.state.status
    if status is not was:
        failed = status in (GroupStatus.FAILED, GroupStatus.SCHEDULE_FAILED)
        line = log.warning if failed else log.info
        line("status", group=after.id, name=after.spec.name, was=was.value, status=status.value)


def tell_gone(group: ContainerGroup) -> None:
    """Nothing of it is left, its record included."""
    log.info("status", group=group.id, name=group.spec.name, was=group.state.status.value, status="gone")
