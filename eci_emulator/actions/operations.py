"""CreateInstanceOpsTask and DescribeInstanceOpsRecords: core dumps and packet captures.

The emulator takes neither: a task is recorded, and its record says at once that it failed and why.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors, ids
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.operations import OpsStatus, OpsTask, OpsType
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.schemas.operations import OpsQuery, OpsRequest
from eci_emulator.store.timers import set_timer

Json = dict[str, Any]

#: How long the record of a task is kept: as long as ECI keeps a core dump armed.
KEPT_SECONDS: Final = 12 * 3600.0

_NOT_TAKEN: Final = {
    OpsType.CORE_DUMP: "Core dumps are not taken by the emulator: where they go is a setting of the host's kernel.",
    OpsType.TCP_DUMP: "Packets are not captured by the emulator. The group's network is a bridge of the "
    "Docker host, where tcpdump can listen.",
}


def create_instance_ops_task(emulator: Emulator, caller: Caller, request: OpsRequest) -> Json:
    """Record a task. Raises OpsTypeNotSupported, OpsValueInvalid, OpsInstanceNotFound, Ops.InstanceNotSupport."""
    kind = _type(request.ops_type)
    _check_value(kind, request.ops_value)
    group = _find(emulator, caller, request.container_group_id)
    if group.state.status is not GroupStatus.RUNNING:
        raise errors.BY_CODE["Ops.InstanceNotSupport"](
            f"The container group {group.id} is {group.state.status}; a task needs a running one."
        )
    if kind is OpsType.CORE_DUMP and request.ops_value == "disable":
        _close(emulator, caller, group.id)
        return {"Result": "Coredump settings has been configured successfully."}
    task = _record(emulator, group, kind, request.ops_value)
    return {"Result": f"The {kind} task is recorded as {task.status}. {task.result}"}


def describe_instance_ops_records(emulator: Emulator, caller: Caller, query: OpsQuery) -> Json:
    """The tasks of a group, newest first. Raises OpsTypeNotSupported, OpsInstanceNotFound."""
    kind = _type(query.ops_type)
    group = _find(emulator, caller, query.container_group_id)
    found = _of_group(emulator, caller, group.id, kind)
    views = emulator.store.ops_tasks.views(caller.tenant, found[::-1])
    return {"Records": [msgspec.json.decode(view) for (view,) in views]}


def _type(name: str) -> OpsType:
    try:
        return OpsType(name)
    except ValueError:
        raise errors.OpsTypeNotSupported(f"The OpsType {name} is not one of {', '.join(OpsType)}.") from None


def _check_value(kind: OpsType, value: str) -> None:
    if kind is OpsType.CORE_DUMP:
        if value not in ("enable", "disable"):
            raise errors.OpsValueInvalid()
        return
    try:
        msgspec.json.decode(value, type=dict[str, Any])
    except msgspec.DecodeError:
        raise errors.BY_CODE["Tcpdump.InvalidValue"]("OpsValue must be a JSON object.") from None


def _find(emulator: Emulator, caller: Caller, group_id: str) -> ContainerGroup:
    group = emulator.store.groups.get_for(caller.tenant, group_id)
    if group is None:
        raise errors.OpsInstanceNotFound()
    return group


def _of_group(emulator: Emulator, caller: Caller, group_id: str, kind: OpsType) -> list[str]:
    return emulator.store.ops_tasks.select(caller.tenant, [f"group={group_id}", f"type={kind}"]).ids


def _close(emulator: Emulator, caller: Caller, group_id: str) -> None:
    def change(task: OpsTask) -> None:
        task.status = OpsStatus.CLOSED

    for task_id in _of_group(emulator, caller, group_id, OpsType.CORE_DUMP):
        emulator.store.ops_tasks.update(task_id, change)


def _record(emulator: Emulator, group: ContainerGroup, kind: OpsType, value: str) -> OpsTask:
    table, now = emulator.store.ops_tasks, emulator.store.clock.now()
    task = OpsTask(
        id=ids.new_id("ops", emulator.catalogue.region(group.region).code),
        account=group.account,
        region=group.region,
        group_id=group.id,
        type=kind,
        value=value,
        status=OpsStatus.FAILED,
        result=_NOT_TAKEN[kind],
        creation_time=now,
        expire_time=now + KEPT_SECONDS,
        sequence=table.next_sequence(),
    )
    table.save(task, also=lambda pipe: set_timer(pipe, "ops-task", task.id, task.expire_time))
    return task
