"""Starting a container: its image, its launch, and what may go wrong with either."""

from __future__ import annotations

from eci_emulator.controller.members import TERMINATED, Member
from eci_emulator.controller.planning import Round, next_backoff
from eci_emulator.controller.steps import EnsureImage, Failure, Launch, Remove
from eci_emulator.images.pulling import Pulled
from eci_emulator.model import events
from eci_emulator.model.group import ContainerSpec, ContainerState, ContainerStatus

#: A failed pull shows as ErrImagePull for a while before it shows as a back-off.
ERROR_SHOWN_SECONDS = 2.0
MESSAGE_LIMIT = 4096
_CANNOT_START = 128


def begin_anew(status: ContainerStatus) -> None:
    """Forget what was waited for: the container is made from another spec, or made to start again."""
    status.current = ContainerState(reason="ContainerCreating")
    status.digest = ""
    status.started = False
    status.backoff_seconds = status.launch_backoff = status.retry_at = 0.0
    status.pulling, status.pull_until = False, 0.0


def note(r: Round, member: Member) -> None:
    """Take note of an image that has come, or is coming, and of a launch that the engine refused."""
    pulled = r.outcomes.pulled.get(member.name)
    if pulled:
        _note_image(r, member, pulled)
    failure = r.outcomes.failures.get(member.name)
    if failure and failure.kind == "start-failed" and member.waiting:
        _start_failed(r, member, failure)


def _note_image(r: Round, member: Member, pulled: Pulled) -> None:
    if pulled.state != "present" and not member.status.pulling:
        r.tell(events.PULLING, image=member.spec.image)
    member.status.pulling = pulled.state == "pulling"
    member.status.pull_until = pulled.until
    if pulled.note:
        r.tell(events.PULL_FALLBACK, note=pulled.note)
    if not member.status.pulling:
        _announce(r, member.spec, pulled)


def _announce(r: Round, spec: ContainerSpec, pulled: Pulled) -> None:
    if pulled.state == "pulled":
        r.tell(events.PULLED, image=spec.image, seconds=pulled.seconds, size=pulled.size)
    else:
        r.tell(events.PRESENT, image=spec.image)
    if spec.image not in r.state.images:
        r.state.images.append(spec.image)


def start(r: Round, member: Member) -> None:
    """Take a waiting container a step further towards running."""
    status = member.status
    if r.outdated(member):
        _abandon_attempt(r, member)
    failure = r.outcomes.failures.get(member.name)
    pulled = r.outcomes.pulled.get(member.name)
    if failure and failure.kind != "start-failed":  # that one has been taken note of
        _failed(r, member, failure)
    elif pulled and pulled.state == "pulling":
        _wait_for_image(r, member, pulled)
    elif member.name in r.outcomes.launched:
        return  # it takes the engine its time, and there will be an event
    elif r.now < status.retry_at:
        _wait(r, member)
    else:
        _launch(r, member)


def _wait_for_image(r: Round, member: Member, pulled: Pulled) -> None:
    if pulled.progress:
        member.status.current.detail_status = f"Pulling image: {pulled.progress}"
    if pulled.until:
        r.wake(pulled.until)
    else:
        r.look_again()  # whoever pulls wakes the group, unless it dies


def _abandon_attempt(r: Round, member: Member) -> None:
    """The spec has changed before the container began to run."""
    if r.info(member):
        r.step(Remove([member.engine_name]))
        member.status.attempt += 1
    begin_anew(member.status)


def _wait(r: Round, member: Member) -> None:
    """A failed pull turns from an error into a back-off while it waits."""
    status = member.status
    shown_until = status.retry_at - status.launch_backoff + ERROR_SHOWN_SECONDS
    r.wake(status.retry_at)
    if status.current.reason != "ErrImagePull":
        return
    if r.now < shown_until:
        r.wake(shown_until)
        return
    r.tell(events.PULL_BACKOFF, image=member.spec.image)
    r.tell(events.ERROR, error="ImagePullBackOff")
    status.current = ContainerState(
        reason="ImagePullBackOff", message=f'Back-off pulling image "{member.spec.image}"'
    )


def _launch(r: Round, member: Member) -> None:
    spec, status = member.spec, member.status
    context = spec.security_context
    status.digest = r.configurer.digest(r.group, spec)
    status.current = ContainerState(reason="ContainerCreating")
    r.step(EnsureImage(spec.name, spec.image, pull_policy(spec), until=status.pull_until))
    r.step(
        Launch(
            spec.name,
            r.configurer.container(r.group, spec, member.role, status.attempt),
            message_file=r.names.message_file(member.role, spec.name, status.attempt),
            non_root=bool(context and context.run_as_non_root),
        )
    )


def pull_policy(spec: ContainerSpec) -> str:
    """The policy asked for, else Kubernetes' default: Always for ``latest`` or no tag at all."""
    if spec.image_pull_policy:
        return spec.image_pull_policy
    last = spec.image.rsplit("/", 1)[-1]
    if "@" in last:
        return "IfNotPresent"
    _, _, tag = last.partition(":")
    return "Always" if tag in ("", "latest") else "IfNotPresent"


# --- what may go wrong --------------------------------------------------------------------------


def _failed(r: Round, member: Member, failure: Failure) -> None:
    match failure.kind:
        case "image-missing":
            _launch(r, member)
        case "engine-unavailable" | "address-in-use" | "not-prepared" | "disk-full":
            r.look_again()  # nothing is wrong with the container
        case "image-never":
            r.tell(events.NEVER_PULLED, error=failure.message)
            _back_off(r, member, "ErrImageNeverPull", failure.message)
        case "pull-failed":
            member.status.pulling = False
            r.tell(events.PULL_FAILED, image=member.spec.image, error=failure.message)
            r.tell(events.ERROR, error="ErrImagePull")
            _back_off(r, member, "ErrImagePull", failure.message)
        case "mount-failed":
            r.tell(events.MOUNT_FAILED, error=failure.message)
            _back_off(r, member, "ContainerCreating", failure.message)
        case "forbidden":
            r.tell(events.ERROR, error=failure.message)
            _back_off(r, member, "CreateContainerConfigError", failure.message)
        case _:
            r.tell(events.ERROR, error=failure.message)
            _back_off(r, member, "CreateContainerError", failure.message)


def _back_off(r: Round, member: Member, reason: str, message: str) -> None:
    status = member.status
    status.launch_backoff = next_backoff(status.launch_backoff)
    status.retry_at = r.now + status.launch_backoff
    status.current = ContainerState(reason=reason, message=message[:MESSAGE_LIMIT])
    _wait(r, member)


def _start_failed(r: Round, member: Member, failure: Failure) -> None:
    """The engine refused to run it (no such command, say): it has ended before it began."""
    status = member.status
    if status.restarting:
        status.restart_count += 1
        status.restarting = False
    status.started = True
    r.tell(events.CREATED, container=member.name)
    r.tell(events.START_FAILED, container=member.name, error=failure.message)
    status.current = ContainerState(
        state=TERMINATED,
        reason="StartError",
        message=failure.message[:MESSAGE_LIMIT],
        exit_code=_CANNOT_START,
        start_time=r.now,
        finish_time=r.now,
    )
