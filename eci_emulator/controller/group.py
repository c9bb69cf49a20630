"""Planning for a whole group: which of its containers may do what, and what that makes of the group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from eci_emulator.controller import containers
from eci_emulator.controller.containers import RUNNING, WAITING, advance, ended, restarts, spec_value
from eci_emulator.controller.names import ROLE_CONTAINER, ROLE_INIT
from eci_emulator.controller.planning import Round
from eci_emulator.controller.steps import Dispose, Prepare, ReleaseAddress, Remove, StartSandbox
from eci_emulator.model.group import ContainerSpec, ContainerState, ContainerStatus
from eci_emulator.model.statuses import TERMINAL, GroupStatus

#: A group that has not come up in this time has failed (documented: 4 hours).
MAX_PENDING_MINUTES: Final = 240
#: The record of an ended group is kept at least this long; ScheduleFailed ones, and those beyond
#: the newest hundred of a region, go by the retention sweep.
RETENTION_SECONDS: Final = 3600.0
SCHEDULE_FAILED_RETENTION_SECONDS: Final = 86_400.0

ECI_SERVICE: Final = "EciService"


def plan(r: Round) -> None:
    """Decide the next steps of a group. Level-triggered: the same world leads to the same plan."""
    if r.group.delete_requested:
        _delete(r)
    elif r.state.status in TERMINAL:
        _release(r)
    else:
        _live(r)


# --- a group that lives -------------------------------------------------------------------------


def _live(r: Round) -> None:
    _begin(r)
    if _overdue(r):
        return
    if r.group.restart_requested > r.state.restart_seen and not _restart(r):
        return
    if not _prepare(r):
        return
    if _init_containers(r):
        _app_containers(r)
    _derive(r)


def _begin(r: Round) -> None:
    """Leave Scheduling: from here on the group is paid for."""
    for spec in r.group.spec.init_containers:
        r.state.init_containers.setdefault(spec.name, ContainerStatus())
    for spec in r.group.spec.containers:
        r.state.containers.setdefault(spec.name, ContainerStatus())
    if r.state.status is GroupStatus.SCHEDULING:
        r.move(GroupStatus.PENDING)


def _overdue(r: Round) -> bool:
    """End a group whose time is up: its active deadline, the limit on Pending, a spot reclaim."""
    state, spec = r.state, r.group.spec
    if state.spot_release_at and r.now >= state.spot_release_at:
        return _end(r, GroupStatus.EXPIRED)
    deadline = state.running_time + spec.active_deadline_seconds if spec.active_deadline_seconds else 0.0
    if state.running_time and deadline and r.now >= deadline:
        r.warning("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        return _end(r, GroupStatus.FAILED)
    pending_limit = state.pending_time + (spec.max_pending_minute or MAX_PENDING_MINUTES) * 60
    pending = state.status is GroupStatus.PENDING
    if pending and r.now >= pending_limit and not _any_init_running(r):
        r.warning("PendingTimeout", "The instance has been pending for too long and was ended.", ECI_SERVICE)
        return _end(r, GroupStatus.FAILED)
    for moment in (
        state.spot_release_at,
        deadline if state.running_time else 0.0,
        pending_limit if pending else 0.0,
    ):
        if moment > r.now:
            r.wake(moment)
    return False


def _any_init_running(r: Round) -> bool:
    return any(status.current.state == RUNNING for status in r.state.init_containers.values())


def _end(r: Round, status: GroupStatus) -> bool:
    r.move(status)
    r.state.terminal_since = r.now
    _release(r)
    return True


def _restart(r: Round) -> bool:
    """RestartContainerGroup: all stopped and removed, volumes emptied, then started afresh.

    True when the starting may begin; every step before that can be taken again after a crash.
    """
    r.move(GroupStatus.RESTARTING)
    if not _stop_all(r):
        return False
    if r.world.containers:
        r.step(Remove([info.name for info in r.world.containers]))
    elif not r.outcomes.prepared:
        _ask_to_prepare(r, Prepare(afresh=True))
    else:
        for status in _statuses(r):
            status.previous = status.current if ended(status) else status.previous
            status.current = ContainerState()
            status.attempt += 1
            status.restarting = True
            status.backoff_seconds = status.retry_at = 0.0
        r.state.restart_seen = r.group.restart_requested
        return True
    return False


def _prepare(r: Round) -> bool:
    """Network, volumes and, where containers share it, the sandbox. True when all is there."""
    if not r.state.prepared:
        if not r.outcomes.prepared:
            _ask_to_prepare(r, Prepare())
            return False
        r.state.prepared = True
    r.state.sandboxed = r.configurer.needs_sandbox(r.group)
    sandbox = r.world.sandbox
    if not r.state.sandboxed or (sandbox and sandbox.phase == "running"):
        return True
    failure = r.outcomes.failures.get("")
    if failure:
        r.warning("FailedCreatePodSandBox", f"Failed to create pod sandbox: {failure.message}")
        r.wake(r.now + containers.ENGINE_RETRY_SECONDS)
        return False
    if not _sandbox_lost(r):
        r.step(StartSandbox(r.configurer.sandbox(r.group)))
    return False


def _ask_to_prepare(r: Round, step: Prepare) -> None:
    failure = r.outcomes.failures.get("")
    if failure is None:
        r.step(step)
        return
    reason = "FailedMount" if failure.kind == "mount-failed" else "FailedCreatePodSandBox"
    r.warning(reason, failure.message)
    r.wake(r.now + containers.ENGINE_RETRY_SECONDS)


def _sandbox_lost(r: Round) -> bool:
    """Containers that ran in a sandbox that died have lost their network: they end with it."""
    running = bool(r.world.alive)
    for status, spec, role in _all(r):
        containers.advance(r, spec, status, role, may_start=False, policy="Never")
        if running and status.current.state == RUNNING:
            r.stop(spec, status, role)
    return running


def _init_containers(r: Round) -> bool:
    """Run them in order, each to success. True when all have succeeded."""
    policy = "Never" if r.group.spec.restart_policy == "Never" else "OnFailure"
    for spec in r.group.spec.init_containers:
        status = r.state.init_containers[spec.name]
        if ended(status) and status.current.exit_code == 0:
            continue
        advance(r, spec, status, ROLE_INIT, may_start=True, policy=policy)
        if not (ended(status) and status.current.exit_code == 0):
            for later in r.state.containers.values():
                if later.current.state == WAITING and not later.current.reason:
                    later.current = ContainerState(reason="PodInitializing")
            return False
        status.ready = True
    return True


def _app_containers(r: Round) -> None:
    """Start by launch priority, the higher first; apart from that all go their own ways."""
    policy = r.group.spec.restart_policy
    business_done = _business_done(r)
    blocked_below: int | None = None
    for spec in sorted(r.group.spec.containers, key=_launch_priority, reverse=True):
        status = r.state.containers[spec.name]
        priority = _launch_priority(spec)
        may_start = blocked_below is None or priority >= blocked_below
        if is_sidecar(spec) and business_done:
            advance(r, spec, status, ROLE_CONTAINER, may_start=False, policy="Never")
            if status.current.state == RUNNING:
                r.stop(spec, status, ROLE_CONTAINER)
            continue
        advance(r, spec, status, ROLE_CONTAINER, may_start=may_start, policy=policy)
        if status.current.state == WAITING and not status.restart_count:
            blocked_below = priority


def _business_done(r: Round) -> bool:
    """Whether all containers but the sidecars have ended for good (and there is a sidecar at all)."""
    business = [s for s in r.group.spec.containers if not is_sidecar(s)]
    return bool(business) and all(_over(r, spec) for spec in business)


def _over(r: Round, spec: ContainerSpec) -> bool:
    status = r.state.containers[spec.name]
    return ended(status) and not restarts(r.group.spec.restart_policy, status)


def is_sidecar(spec: ContainerSpec) -> bool:
    return spec_value(spec, "ECI_CONTAINER_TYPE") == "sidecar"


def _launch_priority(spec: ContainerSpec) -> int:
    return _priority(spec, "ECI_CONTAINER_LAUNCH_PRIORITY")


def _exit_priority(spec: ContainerSpec) -> int:
    return _priority(spec, "ECI_CONTAINER_EXIT_PRIORITY")


def _priority(spec: ContainerSpec, key: str) -> int:
    value = spec_value(spec, key)
    return max(-1000, min(1000, int(value))) if value.lstrip("-").isdigit() else 0


# --- what the containers make of the group --------------------------------------------------------


def _derive(r: Round) -> None:
    failed_init = any(
        ended(status) and status.current.exit_code != 0 and r.group.spec.restart_policy == "Never"
        for status in r.state.init_containers.values()
    )
    if failed_init:
        _end(r, GroupStatus.FAILED)
        return
    apps = [(spec, r.state.containers[spec.name]) for spec in r.group.spec.containers]
    counted = [(spec, status) for spec, status in apps if not is_sidecar(spec)] or apps
    if all(ended(status) for _, status in apps) and all(_over(r, spec) for spec, _ in counted):
        failed = any(status.current.exit_code != 0 for _, status in counted)
        _end(r, GroupStatus.FAILED if failed else GroupStatus.SUCCEEDED)
    elif all(_has_started(status) for _, status in apps) and _is_current(r):
        r.move(GroupStatus.RUNNING)


def _has_started(status: ContainerStatus) -> bool:
    return status.current.state != WAITING or status.previous is not None


def _is_current(r: Round) -> bool:
    """Whether an update or a restart under way is through: every container runs what the spec says."""
    if r.state.status not in (GroupStatus.UPDATING, GroupStatus.RESTARTING):
        return True
    return all(
        status.current.state != WAITING and not status.kill_at for status in r.state.containers.values()
    )


# --- a group that has ended, or is to be deleted --------------------------------------------------


def _release(r: Round) -> None:
    """Nothing of an ended group runs on; its containers stay for their logs while the record does."""
    if not _stop_all(r):
        return
    if r.world.sandbox:
        r.step(Remove([r.world.sandbox.name]))
    if r.state.prepared:
        r.state.prepared = False
        r.step(ReleaseAddress())
        r.normal(
            "StopCharge",
            "[eci.containergroup]The charge of current ECI instance has been stopped, "
            "but the related resources are still being cleaned.",
            ECI_SERVICE,
        )


def _delete(r: Round) -> None:
    """Stop everything by the rules, then remove every trace."""
    if r.group.delete_force or _stop_all(r):
        r.step(Dispose())


def _stop_all(r: Round) -> bool:
    """Bring every container to its end, those of the highest exit priority first. True when none runs."""
    alive = {info.name for info in r.world.alive}
    running = []
    for status, spec, role in _all(r):
        advance(r, spec, status, role, may_start=False, policy="Never")
        if r.names.attempt(r.group.id, role, spec.name, status.attempt) in alive:
            running.append((status, spec, role))
    if running:
        first = max(_exit_priority(spec) for _, spec, _ in running)
        for status, spec, role in running:
            if _exit_priority(spec) == first:
                r.stop(spec, status, role)
    elif alive:
        r.step(Remove(sorted(alive)))  # an attempt that is no longer the current one
    return not alive


def _all(r: Round) -> Iterable[tuple[ContainerStatus, ContainerSpec, str]]:
    for spec in r.group.spec.init_containers:
        yield r.state.init_containers.setdefault(spec.name, ContainerStatus()), spec, ROLE_INIT
    for spec in r.group.spec.containers:
        yield r.state.containers.setdefault(spec.name, ContainerStatus()), spec, ROLE_CONTAINER


def _statuses(r: Round) -> list[ContainerStatus]:
    return [status for status, _, _ in _all(r)]
