"""The statuses of a container group and the transitions between them.

The table is the truth about the life cycle: code that moves a group asks it (``check``),
and a property test walks it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class GroupStatus(StrEnum):
    SCHEDULING = "Scheduling"
    SCHEDULE_FAILED = "ScheduleFailed"
    PENDING = "Pending"
    RUNNING = "Running"
    RESTARTING = "Restarting"
    UPDATING = "Updating"
    TERMINATING = "Terminating"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    EXPIRED = "Expired"


_S = GroupStatus

_ENDS: Final = frozenset({_S.SUCCEEDED, _S.FAILED, _S.EXPIRED})

#: Where a group may go from each status. Restart and update begin in Pending and Running only.
TRANSITIONS: Final[dict[GroupStatus, frozenset[GroupStatus]]] = {
    _S.SCHEDULING: frozenset({_S.PENDING, _S.SCHEDULE_FAILED, _S.FAILED}),
    _S.SCHEDULE_FAILED: frozenset(),
    _S.PENDING: frozenset({_S.RUNNING, _S.RESTARTING, _S.UPDATING, _S.TERMINATING, *_ENDS}),
    _S.RUNNING: frozenset({_S.RESTARTING, _S.UPDATING, _S.TERMINATING, *_ENDS}),
    _S.RESTARTING: frozenset({_S.RUNNING, _S.TERMINATING, *_ENDS}),
    _S.UPDATING: frozenset({_S.RUNNING, _S.TERMINATING, *_ENDS}),
    _S.TERMINATING: frozenset(),  # it is deleted, and the record with it
    _S.SUCCEEDED: frozenset(),
    _S.FAILED: frozenset(),
    _S.EXPIRED: frozenset(),
}

#: Nothing runs any more and nothing will.
TERMINAL: Final = _ENDS | {_S.SCHEDULE_FAILED}

#: Restart and update are allowed in these.
CHANGEABLE: Final = frozenset({_S.PENDING, _S.RUNNING})

#: The seconds spent in these are paid for.
BILLED: Final = frozenset({_S.PENDING, _S.RUNNING, _S.RESTARTING, _S.UPDATING, _S.TERMINATING})


class IllegalTransition(ValueError):
    """A move the table does not know: always a programming error, never a user's."""


def check(current: GroupStatus, new: GroupStatus) -> GroupStatus:
    """Return ``new`` if a group may go there from ``current``; raise IllegalTransition if not."""
    if new is not current and new not in TRANSITIONS[current]:
        raise IllegalTransition(f"{current} -> {new}")
    return new
