"""What callers ask of a group that exists: to restart, to be deleted. A worker then sees to it.

The status changes at once, so that whoever waits for the group to be Running again does not find
it Running still.
"""

from __future__ import annotations

from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import CHANGEABLE, TERMINAL, GroupStatus, check


def ask_restart(group: ContainerGroup) -> None:
    """Raises IncorrectStatus unless the group is Pending or Running."""
    require_changeable(group, "restarted")
    group.state.status = check(group.state.status, GroupStatus.RESTARTING)
    group.restart_requested += 1


def ask_deletion(group: ContainerGroup, now: float, *, force: bool) -> None:
    """With preStop hooks to run the group is Terminating until they are through, else it is gone at once."""
    group.delete_requested = group.delete_requested or now
    group.delete_force = group.delete_force or force
    if not group.delete_force and _has_hooks_to_run(group):
        group.state.status = check(group.state.status, GroupStatus.TERMINATING)


def _has_hooks_to_run(group: ContainerGroup) -> bool:
    if group.state.status in TERMINAL:
        return False
    statuses = group.state.containers
    return any(
        spec.pre_stop and spec.name in statuses and statuses[spec.name].current.state == "Running"
        for spec in group.spec.containers
    )


def require_changeable(group: ContainerGroup, change: str) -> None:
    """Raises IncorrectStatus unless the group is Pending or Running; ``change``: what it is to be."""
    if group.state.status not in CHANGEABLE:
        raise errors.IncorrectStatus(
            f"The container group {group.id} is {group.state.status}; "
            f"it can be {change} while it is Pending or Running."
        )
