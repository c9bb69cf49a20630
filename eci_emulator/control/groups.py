"""/_eci/groups: the container groups of all accounts, and a look into one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import connexion

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.looking_in import describe_container_log, exec_container_command
from eci_emulator.model import errors
from eci_emulator.model.events import Event
from eci_emulator.model.group import ContainerGroup, ContainerSpec, ContainerStatus
from eci_emulator.model.times import iso
from eci_emulator.schemas.groups import ExecRequest, LogRequest

Json = dict[str, Any]

SHELL: Final = "sh"


def show(emulator: Emulator, account: str = "") -> Json:
    """A summary of each group, newest first."""
    groups = emulator.store.groups.get_many(emulator.store.groups.all_ids())
    wanted = [group for group in groups if account in ("", group.account) and not group.is_gone]
    wanted.sort(key=lambda group: group.sequence, reverse=True)
    return {"groups": [_shown(group) for group in wanted]}


async def log(emulator: Emulator, group_id: str, container: str, tail: int) -> Json:
    """The last lines of a container's log. Raises NotFound."""
    request = LogRequest(container_group_id=group_id, container_name=container, tail=tail)
    answer = await describe_container_log(emulator, _owner(emulator, group_id), request)
    return {"content": answer["Content"]}


async def terminal(emulator: Emulator, group_id: str, body: Json) -> Json:
    """A short-lived address, good for one use, of a shell in a container. Raises NotFound, IncorrectStatus."""
    owner = _owner(emulator, group_id)
    address = connexion.request.url
    owner.host, owner.secure = address.netloc, address.scheme == "https"
    request = ExecRequest(
        container_group_id=group_id, container_name=body["container"], command=SHELL, tty=True
    )
    return {"url": (await exec_container_command(emulator, owner, request))["HttpUrl"]}


def _owner(emulator: Emulator, group_id: str) -> Caller:
    """A caller who may look into the group. Raises NotFound."""
    group = emulator.store.groups.get(group_id)
    if group is None or group.is_gone:
        raise errors.NotFound(parameter="group_id", value=group_id)
    return Caller(account=group.account, region=group.region, action="", request_id="")


def _shown(group: ContainerGroup) -> Json:
    placed = group.state.placement
    return {
        "group_id": group.id,
        "name": group.spec.name,
        "account": group.account,
        "region": group.region,
        "zone": placed.zone_id,
        "status": group.state.status.value,
        "ip": placed.ip,
        "internet_ip": placed.internet_ip,
        "cpu": placed.cpu,
        "memory": placed.memory,
        "instance_type": placed.instance_type,
        "spot": group.spec.spot_strategy not in ("", "NoSpot"),
        "created": iso(group.state.creation_time),
        "containers": list(_containers(group)),
        "events": [_event(event) for event in reversed(group.state.events)],
    }


def _containers(group: ContainerGroup) -> Iterator[Json]:
    for init, specs, statuses in (
        (True, group.spec.init_containers, group.state.init_containers),
        (False, group.spec.containers, group.state.containers),
    ):
        for spec in specs:
            yield _container(spec, statuses.get(spec.name) or ContainerStatus(), init)


def _container(spec: ContainerSpec, status: ContainerStatus, init: bool) -> Json:
    return {
        "name": spec.name,
        "init": init,
        "image": spec.image,
        "state": status.current.state,
        "reason": status.current.reason,
        "exit_code": status.current.exit_code,
        "ready": status.ready,
        "restarts": status.restart_count,
    }


def _event(event: Event) -> Json:
    return {
        "time": iso(event.last_timestamp),
        "type": event.type,
        "reason": event.reason,
        "message": event.message,
        "count": event.count,
    }
