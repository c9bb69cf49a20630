"""Commands in containers and their logs: asked of the node agent of the host that runs the group."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec

from eci_emulator.actions.container_groups import find
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.controller.names import ROLE_CONTAINER, ROLE_INIT
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup, ContainerStatus
from eci_emulator.model.times import given_time
from eci_emulator.schemas.groups import ExecRequest, LogRequest
from eci_emulator.store.exec_sessions import ExecSession, issue

Json = dict[str, object]

MAX_ARGUMENTS: Final = 20
MAX_ARGUMENT_LENGTH: Final = 256
DEFAULT_TAIL: Final = 500
MAX_LOG_BYTES: Final = 1024 * 1024


async def exec_container_command(emulator: Emulator, caller: Caller, request: ExecRequest) -> Json:
    """Run a command in a running container: with Sync to its end, else to be talked with.

    Raises NotFound, IncorrectStatus (not running), ValueExceeded, InvalidFormat.
    """
    argv = arguments(request.command)
    group = find(emulator, caller, request.container_group_id)
    role, status = container(group, request.container_name)
    if status.current.state != "Running":
        raise errors.IncorrectStatus(
            f"The container {request.container_name} is {status.current.state}; commands need a running one."
        )
    session = ExecSession(
        host=group.state.placement.host,
        group=group.id,
        role=role,
        container=request.container_name,
        attempt=status.attempt,
        argv=argv,
        tty=request.tty,
        stdin=request.stdin,
    )
    if request.sync:
        return {"SyncResponse": await _output(emulator, session), "WebSocketUri": "", "HttpUrl": ""}
    return {"SyncResponse": "", **_addresses(emulator, caller, session)}


async def _output(emulator: Emulator, session: ExecSession) -> str:
    if session.tty:
        raise errors.InvalidValue("TTY", "it must be false when Sync is true")
    return await emulator.nodes.exec(
        session, timeout=emulator.settings.exec_seconds, limit=emulator.settings.exec_bytes
    )


def _addresses(emulator: Emulator, caller: Caller, session: ExecSession) -> Json:
    """Where to talk with a command: for a program, and for a browser. Each is good for one use."""
    redis = emulator.store.redis
    host = caller.host or f"{emulator.settings.host}:{emulator.settings.port}"
    page = urlencode({"s": issue(redis, session), **({} if session.tty else {"tty": "false"})})
    encrypted = "s" if caller.secure else ""
    return {
        "WebSocketUri": f"ws{encrypted}://{host}/exec/?s={issue(redis, session)}",
        "HttpUrl": f"http{encrypted}://{host}/exec/terminal?{page}",
    }


async def describe_container_log(emulator: Emulator, caller: Caller, request: LogRequest) -> Json:
    """The log of a container, live or ended, of its present run or the one before.

    Of a container that waits to be started again, both are its last run. Raises NotFound, InvalidFormat.
    """
    group = find(emulator, caller, request.container_group_id)
    role, status = container(group, request.container_name)
    attempt = status.attempt - 1 if request.last_time or _waits_to_restart(status) else status.attempt
    content = ""
    if attempt >= 0:
        content = await emulator.nodes.logs(
            group.state.placement.host,
            group=group.id,
            role=role,
            container=request.container_name,
            attempt=attempt,
            tail=request.tail or DEFAULT_TAIL,
            since=_since(request, emulator.store.clock.now()),
            timestamps=request.timestamps,
            limit=request.limit_bytes or MAX_LOG_BYTES,
        )
    return {"ContainerName": request.container_name, "Content": content}


def arguments(command: str) -> list[str]:
    """The argument vector of Exec's Command: a JSON list, or one bare word. Raises InvalidFormat, ValueExceeded."""
    try:
        argv = msgspec.json.decode(command, type=list[str]) if command.lstrip().startswith("[") else [command]
    except msgspec.DecodeError:
        raise errors.InvalidFormat(
            parameter="Command", reason='it must be a JSON list like ["ls","-l"]'
        ) from None
    if not argv or len(argv) > MAX_ARGUMENTS or any(len(arg) > MAX_ARGUMENT_LENGTH for arg in argv):
        raise errors.ValueExceeded(
            f"Command may have 1 to {MAX_ARGUMENTS} arguments of {MAX_ARGUMENT_LENGTH} characters at most."
        )
    return argv


def container(group: ContainerGroup, name: str) -> tuple[str, ContainerStatus]:
    """The role and the status of a group's container. Raises NotFound."""
    for role, specs, statuses in (
        (ROLE_CONTAINER, group.spec.containers, group.state.containers),
        (ROLE_INIT, group.spec.init_containers, group.state.init_containers),
    ):
        if any(spec.name == name for spec in specs):
            return role, statuses.get(name) or ContainerStatus()
    raise errors.NotFound(parameter="ContainerName", value=name)


def _waits_to_restart(status: ContainerStatus) -> bool:
    return status.current.state == "Waiting" and status.attempt > 0


def _since(request: LogRequest, now: float) -> float:
    """Emulated time from which the log is wanted, 0 for all of it. Raises InvalidFormat."""
    if request.since_seconds:
        return now - request.since_seconds
    return given_time("StartTime", request.start_time)
