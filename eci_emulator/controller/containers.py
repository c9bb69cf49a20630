"""The life of one container: waiting, running, terminated, and what comes next.

Rules are Kubernetes': the restart policy decides on an ended container, restarts back off from 10 s
doubling to 5 min and start afresh after 10 min of running; pulls back off the same way.
"""

from __future__ import annotations

from typing import Final

from eci_emulator.controller import probes
from eci_emulator.controller.planning import Round, digest
from eci_emulator.controller.steps import EnsureImage, Failure, Launch, Remove, RunHook
from eci_emulator.engine.driver import ContainerInfo
from eci_emulator.images.pulling import Pulled
from eci_emulator.model.group import ContainerSpec, ContainerState, ContainerStatus

BACKOFF_FIRST: Final = 10.0
BACKOFF_MOST: Final = 300.0
BACKOFF_RESET: Final = 600.0
ENGINE_RETRY_SECONDS: Final = 2.0
MESSAGE_LIMIT: Final = 4096

WAITING, RUNNING, TERMINATED = "Waiting", "Running", "Terminated"


def advance(
    r: Round, spec: ContainerSpec, status: ContainerStatus, role: str, *, may_start: bool, policy: str
) -> None:
    """Take one container as far as this round allows.

    ``policy`` is the restart policy that applies to it; ``may_start`` is False while something
    else has to happen first.
    """
    _notice(r, spec, status, role)
    if status.current.state == RUNNING:
        _tend(r, spec, status, role)
    elif status.current.state == TERMINATED and restarts(policy, status):
        _plan_restart(r, spec, status)
    if status.current.state == WAITING and may_start:
        _start(r, spec, status, role)


def restarts(policy: str, status: ContainerStatus) -> bool:
    """Whether a container that has ended is to be started again."""
    return policy == "Always" or (policy == "OnFailure" and status.current.exit_code != 0)


def ended(status: ContainerStatus) -> bool:
    return status.current.state == TERMINATED


# --- what the engine says -----------------------------------------------------------------------


def _notice(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    info = r.world.attempt(role, spec.name, status.attempt)
    if info is None:
        if status.current.state == RUNNING:
            _lost(r, spec, status)
        return
    if info.phase in ("running", "paused") and status.current.state == WAITING:
        _started(r, spec, status, info)
    elif info.phase in ("exited", "dead") and status.current.state != TERMINATED:
        if status.current.state == WAITING:
            _started(r, spec, status, info)
        _terminated(r, spec, status, info)


def _started(r: Round, spec: ContainerSpec, status: ContainerStatus, info: ContainerInfo) -> None:
    if status.restarting:
        status.restart_count += 1
        status.restarting = False
    else:
        status.backoff_seconds = 0.0  # what was waited for an image is no reason to wait after a crash
    status.current = ContainerState(state=RUNNING, start_time=info.started_at or r.now)
    status.ready = spec.readiness_probe is None and spec.post_start is None
    status.post_start_done = spec.post_start is None
    status.pre_stop_done = False
    status.kill_at = 0.0
    probes.reset(spec, status, r.now)
    r.normal("Created", f"Created container {spec.name}")
    r.normal("Started", f"Started container {spec.name}")


def _terminated(r: Round, spec: ContainerSpec, status: ContainerStatus, info: ContainerInfo) -> None:
    code = info.exit_code or 0
    reason = "OOMKilled" if info.oom_killed else "Completed" if code == 0 else "Error"
    message = r.world.messages.get(info.name, "")
    if code and spec_value(spec, "ECI_CONTAINER_IGNORE_EXIT_CODE").lower() == "true":
        message = f"exit code {code} ({reason}) ignored. {message}".strip()
        code, reason = 0, "Completed"
    status.current = ContainerState(
        state=TERMINATED,
        reason=reason,
        message=message[:MESSAGE_LIMIT],
        exit_code=code,
        signal=code - 128 if 128 < code < 192 else 0,
        start_time=info.started_at,
        finish_time=info.finished_at or r.now,
    )
    status.ready = False
    status.kill_at = 0.0
    if info.oom_killed:
        r.warning("OOMKilled", "Out of memory", "EciService")


def _lost(r: Round, spec: ContainerSpec, status: ContainerStatus) -> None:
    """The engine no longer knows a container that ran: it was removed behind our back."""
    status.current = ContainerState(
        state=TERMINATED,
        reason="ContainerStatusUnknown",
        message="The container could not be located when the instance was examined",
        exit_code=137,
        signal=9,
        start_time=status.current.start_time,
        finish_time=r.now,
    )
    status.ready = False
    status.kill_at = 0.0


# --- while it runs ------------------------------------------------------------------------------


def _tend(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    if status.kill_at or (status.digest and status.digest != digest(spec)):
        r.stop(spec, status, role)
    elif not status.post_start_done:
        _post_start(r, spec, status, role)
    else:
        probes.tend(r, spec, status, role)


def _post_start(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    assert spec.post_start  # noqa: S101  post_start_done is True without one
    checked = r.outcomes.checks.get((spec.name, "postStart"))
    if checked is None:
        name = r.names.attempt(r.group.id, role, spec.name, status.attempt)
        r.step(RunHook(spec.name, "postStart", name, spec.post_start, 60.0))
        return
    status.post_start_done = True
    if checked.ok:
        status.ready = spec.readiness_probe is None
        probes.tend(r, spec, status, role)
    else:
        r.warning("FailedPostStartHook", f"PostStartHook failed: {checked.message}")
        r.stop(spec, status, role)


# --- starting, and starting again ---------------------------------------------------------------


def _plan_restart(r: Round, spec: ContainerSpec, status: ContainerStatus) -> None:
    replaced = bool(status.digest) and status.digest != digest(spec)
    finished = status.current.finish_time
    ran = finished - status.current.start_time
    if ran >= BACKOFF_RESET:
        status.backoff_seconds = 0.0
    wait = 0.0 if replaced else status.backoff_seconds
    status.previous = status.current
    status.attempt += 1
    status.retry_at = finished + wait
    if replaced:
        status.current = ContainerState(reason="ContainerCreating")
        return
    status.restarting = True
    status.backoff_seconds = min(max(status.backoff_seconds * 2, BACKOFF_FIRST), BACKOFF_MOST)
    if wait:
        status.current = ContainerState(
            reason="CrashLoopBackOff",
            message=f"Back-off {_duration(wait)} restarting failed container={spec.name} pod={_pod(r)}",
        )
        r.warning("BackOff", "Back-off restarting failed container")
    else:
        status.current = ContainerState(reason="ContainerCreating")


def _start(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    failure = r.outcomes.failures.get(spec.name)
    pulled = r.outcomes.pulled.get(spec.name)
    if failure:
        _failed_to_start(r, spec, status, role, failure)
    elif pulled and pulled.state == "pulling":
        r.normal("Pulling", f'Pulling image "{spec.image}"')
        status.current = ContainerState(reason="ContainerCreating")
        return  # whoever pulls wakes the group
    elif pulled:
        _announce_image(r, spec, pulled)
        _launch(r, spec, status, role)
        return
    if status.current.state != WAITING:
        return
    if r.now < status.retry_at:
        r.wake(status.retry_at)
    elif failure is None:
        status.current.reason = "ContainerCreating"
        status.current.message = ""
        if pull_policy(spec) == "Always":
            r.step(EnsureImage(spec.name, spec.image, "Always"))
        else:
            _launch(r, spec, status, role)


def _launch(r: Round, spec: ContainerSpec, status: ContainerStatus, role: str) -> None:
    status.digest = digest(spec)
    older = r.world.older_attempts(role, spec.name, status.attempt - 1)
    if older:
        r.step(Remove(older))
    r.step(Launch(spec.name, r.configurer.container(r.group, spec, role, status.attempt)))


def _announce_image(r: Round, spec: ContainerSpec, pulled: Pulled) -> None:
    if pulled.note:
        r.warning("ImagePullFallback", pulled.note, "EciService")
    if pulled.state == "pulled":
        took = f"{pulled.seconds:.3f}s"
        r.normal(
            "Pulled",
            f'Successfully pulled image "{spec.image}" in {took} ({took} including waiting). '
            f"Image size: {pulled.size} bytes.",
        )
    else:
        r.normal("Pulled", f'Container image "{spec.image}" already present on machine')


def _failed_to_start(
    r: Round, spec: ContainerSpec, status: ContainerStatus, role: str, failure: Failure
) -> None:
    match failure.kind:
        case "image-missing":
            r.step(EnsureImage(spec.name, spec.image, pull_policy(spec)))
        case "image-never":
            _back_off(
                r,
                status,
                "ErrImageNeverPull",
                f'Container image "{spec.image}" is not present with pull policy of Never',
            )
            r.warning("ErrImageNeverPull", status.current.message)
        case "pull-failed":
            _pull_failed(r, spec, status, failure)
        case "start-failed":
            _start_failed(r, spec, status, failure)
        case "engine-unavailable":
            status.retry_at = r.now + ENGINE_RETRY_SECONDS
            r.wake(status.retry_at)
        case "address-in-use":
            r.warning("FailedCreatePodSandBox", f"Failed to create pod sandbox: {failure.message}")
            _back_off(r, status, "ContainerCreating", failure.message)
        case "mount-failed":
            r.warning("FailedMount", failure.message)
            _back_off(r, status, "ContainerCreating", failure.message)
        case _:
            r.warning("Failed", f"Error: {failure.message}")
            _back_off(r, status, "CreateContainerError", failure.message)


def _pull_failed(r: Round, spec: ContainerSpec, status: ContainerStatus, failure: Failure) -> None:
    first = status.current.reason not in ("ErrImagePull", "ImagePullBackOff")
    r.warning("Failed", f'Failed to pull image "{spec.image}": {failure.message}')
    r.warning("Failed", "Error: ErrImagePull")
    _back_off(r, status, "ErrImagePull" if first else "ImagePullBackOff", failure.message)
    if not first:
        r.normal("BackOff", f'Back-off pulling image "{spec.image}"')
        r.warning("Failed", "Error: ImagePullBackOff")


def _start_failed(r: Round, spec: ContainerSpec, status: ContainerStatus, failure: Failure) -> None:
    """The engine refused to run it (no such command, say): it has ended before it began."""
    if status.restarting:
        status.restart_count += 1
        status.restarting = False
    r.warning("Failed", f'Error: failed to start container "{spec.name}": {failure.message}')
    status.current = ContainerState(
        state=TERMINATED,
        reason="StartError",
        message=failure.message[:MESSAGE_LIMIT],
        exit_code=128,
        start_time=r.now,
        finish_time=r.now,
    )
    r.wake(r.now)  # the restart policy is asked in the next round


def _back_off(r: Round, status: ContainerStatus, reason: str, message: str) -> None:
    status.backoff_seconds = min(max(status.backoff_seconds * 2, BACKOFF_FIRST), BACKOFF_MOST)
    status.retry_at = r.now + status.backoff_seconds
    status.current = ContainerState(reason=reason, message=message[:MESSAGE_LIMIT])


# --- small things -------------------------------------------------------------------------------


def pull_policy(spec: ContainerSpec) -> str:
    """The policy asked for, else Kubernetes' default: Always for ``latest`` or no tag at all."""
    if spec.image_pull_policy:
        return spec.image_pull_policy
    last = spec.image.rsplit("/", 1)[-1]
    if "@" in last:
        return "IfNotPresent"
    _, _, tag = last.partition(":")
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def spec_value(spec: ContainerSpec, key: str) -> str:
    """The value of an environment variable in a container's spec, empty when there is none."""
    return next((v.value for v in spec.environment_vars if v.key == key), "")


def _duration(seconds: float) -> str:
    """As Go prints it: 10s, 1m20s, 5m0s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _pod(r: Round) -> str:
    return f"{r.group.spec.name}_{r.group.id}({r.group.id})"
