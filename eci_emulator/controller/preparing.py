"""What a group needs before any of its containers can start: network, volumes, and a sandbox to share."""

from __future__ import annotations

from eci_emulator.controller import stopping
from eci_emulator.controller.containers import over
from eci_emulator.controller.planning import Round, next_backoff
from eci_emulator.controller.steps import Failure, Prepare, Remove, StartSandbox
from eci_emulator.controller.world import has_ended
from eci_emulator.model import events
from eci_emulator.model.disks import disk_id, is_disk


def prepare(r: Round) -> bool:
    """Plan what is missing. True when containers may start in this round: their steps come after these."""
    failure = r.outcomes.failures.get("")
    if failure:
        _failed(r, failure)
        return False
    if r.now < r.state.retry_at:
        r.wake(r.state.retry_at)
        return False
    if any(failure.kind == "not-prepared" for failure in r.outcomes.failures.values()):
        r.state.prepared = False
    _network_and_volumes(r)
    return _sandbox(r)


def _network_and_volumes(r: Round) -> None:
    state = r.state
    if r.outcomes.prepared:
        for volume in filter(is_disk, r.group.spec.volumes):
            r.tell(events.DISK_ATTACHED, volume=volume.name, disk=disk_id(r.group, volume))
        state.prepared = True
        state.data_volumes = r.outcomes.data_volumes
        state.backoff_seconds = 0.0
    if not state.prepared:
        state.sandboxed = state.sandboxed or r.configurer.needs_sandbox(r.group)
        r.step(Prepare())


def _sandbox(r: Round) -> bool:
    sandbox = r.world.sandbox
    if not r.state.sandboxed or (sandbox and sandbox.phase == "running"):
        return True
    if _nothing_to_start(r):
        return True
    if r.world.alive:
        stopping.stop_all(r)  # they have lost their network: they end with the sandbox
        return False
    if sandbox and has_ended(sandbox):
        r.tell(events.SANDBOX_LOST)
        r.step(Remove([sandbox.name]))
    r.step(StartSandbox(r.configurer.sandbox(r.group)))
    return True


def _nothing_to_start(r: Round) -> bool:
    policy = r.group.spec.restart_policy
    return not r.leaving and all(over(r, member, policy) for member in r.apps)


def _failed(r: Round, failure: Failure) -> None:
    """Try again: soon if the engine is to blame, with growing pauses if the group is."""
    if failure.kind in ("engine-unavailable", "address-in-use", "not-prepared"):
        r.look_again()
        return
    occurrence = events.MOUNT_FAILED if failure.kind == "mount-failed" else events.NO_SANDBOX
    r.tell(occurrence, error=failure.message)
    r.state.backoff_seconds = next_backoff(r.state.backoff_seconds)
    r.state.retry_at = r.now + r.state.backoff_seconds
    r.wake(r.state.retry_at)
