"""Planning for a whole group: which of its containers may do what, and what that makes of the group."""

from __future__ import annotations

from eci_emulator.controller import changing, ending, measuring, preparing, stopping
from eci_emulator.controller.configure import sysctls_left_out
from eci_emulator.controller.containers import drive, observe, over
from eci_emulator.controller.members import Member
from eci_emulator.controller.planning import Round
from eci_emulator.market import sizes
from eci_emulator.market.offers import gpu_unused
from eci_emulator.market.sizes import Size
from eci_emulator.model import events
from eci_emulator.model.group import ContainerState
from eci_emulator.model.statuses import TERMINAL, GroupStatus


def plan(r: Round) -> None:
    """Decide the next steps of a group. Level-triggered: the same world leads to the same plan."""
    for member in r.members:
        observe(r, member)
    if r.group.delete_requested:
        ending.delete(r)
    elif r.state.status in TERMINAL:
        ending.release(r)
    else:
        _live(r)


def _live(r: Round) -> None:
    _begin(r)
    if r.state.status is GroupStatus.FAILED:
        ending.release(r)
    elif ending.is_decided(r):
        ending.conclude(r)
    elif changing.restart(r):
        changing.update(r)
        if preparing.prepare(r):
            if _init_containers(r):
                _app_containers(r)
            _derive(r)
            measuring.measure(r)


def _begin(r: Round) -> None:
    """Leave Scheduling: from here on the group is paid for."""
    if r.state.status is not GroupStatus.SCHEDULING:
        return
    if gpu_unused(r.group.spec, r.state.placement.gpu):
        r.tell(events.STARTING_FAILED, reason="no container asks for a GPU of the instance type")
        r.move(GroupStatus.FAILED)
        return
    r.move(GroupStatus.PENDING)
    _tell_size(r)
    for name in sysctls_left_out(r.group.spec):
        r.tell(events.SYSCTL_LEFT_OUT, name=name)


def _tell_size(r: Round) -> None:
    """Say what was bought: what was asked for, or the next thing above it that is sold."""
    placed = r.state.placement
    size = Size(placed.cpu, placed.memory)
    if placed.instance_type:
        r.tell(events.USER_SPEC, size=placed.instance_type)
    elif sizes.asked(r.group.spec) == size:
        r.tell(events.USER_SPEC, size=f"{size.cpu}-{size.memory}Gi")
    else:
        r.tell(events.MATCHED_SPEC, size=f"{size.cpu}-{size.memory}Gi")


# --- the containers of a group that lives --------------------------------------------------------


def _init_containers(r: Round) -> bool:
    """Run them in order, each to success. True when all have succeeded."""
    policy = "Never" if r.group.spec.restart_policy == "Never" else "OnFailure"
    for number, member in enumerate(r.inits):
        if member.succeeded:
            member.status.ready = True
            continue
        drive(r, member, policy=policy)
        for later in [*r.inits[number + 1 :], *r.apps]:
            if later.waiting and not later.status.previous:
                later.status.current = ContainerState(reason="PodInitializing")
        return False
    return True


def _app_containers(r: Round) -> None:
    """Start by launch priority, the higher first; apart from that all go their own ways."""
    members = sorted(r.apps, key=lambda m: m.launch_priority, reverse=True)
    if _main_containers_over(r):
        stopping.stop_first(r, [member for member in members if member.sidecar and member.running])
        members = [member for member in members if not member.sidecar]
    blocked_below: int | None = None
    for member in members:
        may_start = blocked_below is None or member.launch_priority >= blocked_below
        drive(r, member, policy=r.group.spec.restart_policy, may_start=may_start)
        if member.waiting and not may_start:
            member.status.current.reason = member.status.current.reason or "ContainerCreating"
        if not member.status.started and blocked_below is None:
            blocked_below = member.launch_priority


def _main_containers(r: Round) -> list[Member]:
    """The containers whose end is the group's: all but the sidecars, if there is any other."""
    return [member for member in r.apps if not member.sidecar] or r.apps


def _main_containers_over(r: Round) -> bool:
    return all(over(r, member, r.group.spec.restart_policy) for member in _main_containers(r))


# --- what the containers make of the group --------------------------------------------------------


def _derive(r: Round) -> None:
    never = r.group.spec.restart_policy == "Never"
    if never and any(member.ended and not member.succeeded for member in r.inits):
        ending.end(r, GroupStatus.FAILED)
    elif _main_containers_over(r) and not any(member.running for member in [*r.apps, *r.leaving]):
        succeeded = all(member.succeeded for member in _main_containers(r))
        ending.end(r, GroupStatus.SUCCEEDED if succeeded else GroupStatus.FAILED)
    elif _is_up(r):
        r.move(GroupStatus.RUNNING)


def _is_up(r: Round) -> bool:
    """Whether every container has run, and runs what its spec says; after an update nothing else is left."""
    return not r.leaving and all(member.status.started and not r.outdated(member) for member in r.apps)
