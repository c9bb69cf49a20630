"""How groups end: by themselves, by a limit, by a reclaim, by deletion."""

from __future__ import annotations

from typing import Final

from eci_emulator.controller import stopping
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Dispose, Remove
from eci_emulator.model import events
from eci_emulator.model.statuses import GroupStatus

#: A group that has not come up in this time has failed.
MAX_PENDING_MINUTES: Final = 240


def is_decided(r: Round) -> bool:
    """Whether the group is to end whatever its containers do. Once decided, it stays so."""
    if r.state.ending is None:
        r.state.ending = _full_disk(r) or _overfull(r) or _reclaim(r) or _deadline(r) or _pending_limit(r)
    return r.state.ending is not None


def _full_disk(r: Round) -> GroupStatus | None:
    for failure in r.outcomes.failures.values():
        if failure.kind == "disk-full":
            r.tell(events.DISK_FULL, error=failure.message)
            return GroupStatus.FAILED
    return None


def _overfull(r: Round) -> GroupStatus | None:
    """An EmptyDir has grown beyond its SizeLimit."""
    for volume in r.group.spec.volumes:
        if volume.name == r.outcomes.overfull:
            r.tell(events.OVERFULL, volume=volume.name, limit=volume.empty_dir_size_limit)
            return GroupStatus.FAILED
    return None


def _reclaim(r: Round) -> GroupStatus | None:
    """A spot instance is taken back at the time that was announced."""
    return _due(r, r.state.spot_release_at, GroupStatus.EXPIRED)


def _deadline(r: Round) -> GroupStatus | None:
    """ActiveDeadlineSeconds, counted from Pending on."""
    seconds = r.group.spec.active_deadline_seconds
    ended = _due(r, r.state.pending_time + seconds if seconds else 0.0, GroupStatus.FAILED)
    if ended:
        r.tell(events.DEADLINE)
    return ended


def _pending_limit(r: Round) -> GroupStatus | None:
    """MaxPendingMinute: its clock runs in Pending, and stands still while an init container runs."""
    state = r.state
    counting = state.status is GroupStatus.PENDING and not any(member.running for member in r.inits)
    if counting:
        state.pending_since = state.pending_since or r.now
    elif state.pending_since:
        state.pending_spent += r.now - state.pending_since
        state.pending_since = 0.0
    if not counting:
        return None
    minutes = r.group.spec.max_pending_minute or MAX_PENDING_MINUTES
    ended = _due(r, state.pending_since + minutes * 60 - state.pending_spent, GroupStatus.FAILED)
    if ended:
        r.tell(events.PENDING_TOO_LONG, minutes=minutes)
    return ended


def _due(r: Round, at: float, status: GroupStatus) -> GroupStatus | None:
    """The status if its time has come (0: never); else a wake-up for then."""
    if at and r.now >= at:
        return status
    if at:
        r.wake(at)
    return None


def conclude(r: Round) -> None:
    """Carry out an end that was decided on: everything is stopped by the rules, then the status changes."""
    if stopping.stop_all(r) and r.state.ending:
        end(r, r.state.ending)


def end(r: Round, status: GroupStatus) -> None:
    r.move(status)
    release(r)


def release(r: Round) -> None:
    """Nothing of an ended group runs on; its containers stay for their logs while the record does."""
    if not stopping.stop_all(r):
        return
    if r.world.sandbox:
        r.step(Remove([r.world.sandbox.name]))
    elif not r.state.released:
        r.release()
        if r.state.pending_time:  # it has been charged
            r.tell(events.STOP_CHARGE)


def delete(r: Round) -> None:
    """Stop everything by the rules, then remove every trace."""
    if r.group.delete_force or stopping.stop_all(r):
        r.step(Dispose())
