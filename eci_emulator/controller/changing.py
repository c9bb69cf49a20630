"""RestartContainerGroup and UpdateContainerGroup, carried out on a group that lives.

Both have put the group into Restarting or Updating already; it leaves that when every container
has been started again, or runs what its new spec says.
"""

from __future__ import annotations

from eci_emulator.controller import starting, stopping
from eci_emulator.controller.members import Member
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Prepare, Remove
from eci_emulator.controller.world import has_ended


def restart(r: Round) -> bool:
    """Stop and remove all, empty the volumes, and begin again.

    True when there is no restart to carry out (any more); every step before that can be taken
    again after a crash.
    """
    wanted = r.group.restart_requested
    if wanted <= r.state.restart_seen:
        return True
    if not stopping.stop_all(r):
        return False
    sandbox = r.world.sandbox
    remains = sorted(r.world.names) + ([sandbox.name] if sandbox else [])
    if remains:
        r.step(Remove(remains))
    elif r.outcomes.prepared:
        for member in [*r.inits, *r.apps]:
            _begin_again(member)
        r.state.restart_seen = wanted
        return True
    elif "" in r.outcomes.failures:
        r.look_again()
    else:
        r.step(Prepare(afresh=True))
    return False


def _begin_again(member: Member) -> None:
    status = member.status
    has_run = status.started
    status.previous = status.current if member.ended else status.previous
    status.attempt += 1
    starting.begin_anew(status)
    status.current.reason = ""
    status.restarting = has_run


def update(r: Round) -> None:
    """Let go of what the new spec no longer has, and look at everything else anew.

    A container whose spec has changed is replaced by the ordinary rules: it is outdated.
    """
    state = r.state
    if state.generation_seen < r.group.generation:
        state.generation_seen = r.group.generation
        state.prepared = False
        state.retry_at = state.backoff_seconds = 0.0
    for member in list(r.leaving):
        _let_go(r, member)
    kept = {name for member in r.members for name in _kept(r, member)}
    strays = r.world.names - kept
    if strays:
        r.step(Remove(sorted(strays)))


def _kept(r: Round, member: Member) -> set[str]:
    """Engine names of the current attempt and, if it has run, of the one before: its log can be asked for."""
    before = r.names.attempt(r.group.id, member.role, member.name, member.status.attempt - 1)
    info = r.world.get(before)
    return {member.engine_name, before} if info and has_ended(info) else {member.engine_name}


def _let_go(r: Round, member: Member) -> None:
    present = _kept(r, member) & r.world.names
    if member.running:
        stopping.stop(r, member)
    elif present:
        r.step(Remove(sorted(present)))
    else:
        r.state.leaving = [spec for spec in r.state.leaving if spec.name != member.name]
        del r.state.containers[member.name]
        r.leaving.remove(member)
