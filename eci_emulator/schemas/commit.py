"""CommitContainer and its tasks: what the actions take, and how a task is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Integer, List, Nested, String
from msgspec import Struct, field

from eci_emulator.model.commit import CommitTask
from eci_emulator.model.times import iso
from eci_emulator.schemas.base import Request


class CommitRequest(Struct):
    container_group_id: str
    container_name: str
    image: dict[str, Any] = field(default_factory=dict)
    acr: dict[str, str] = field(default_factory=dict)  # registry instance and roles, by attribute


class CommittedImageSchema(Request):
    repository = String()
    tag = String()
    message = String()
    author = String()


class CommitRegistrySchema(Request):
    instance_id = String()
    region_id = String()
    arn_service = String()
    arn_user = String()


class ArnSchema(Request):
    role_arn = String()
    role_type = String()


class CommitRequestSchema(Request):
    makes = CommitRequest
    container_group_id = String(required=True)
    container_name = String(required=True)
    image = Nested(CommittedImageSchema)
    acr_registry_info = Nested(CommitRegistrySchema)
    arn = Nested(ArnSchema)

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        acr = {**data.pop("acr_registry_info", {}), **data.pop("arn", {})}
        return {**data, "acr": acr}


class CommitQuery(Struct):
    container_group_id: str = ""
    task_id: list[str] = field(default_factory=list)
    task_status: str = ""
    max_results: int = 0
    next_token: str = ""


class CommitQuerySchema(Request):
    makes = CommitQuery
    container_group_id = String()
    task_id = List(String())
    task_status = String()
    max_results = Integer()
    next_token = String()


def commit_view(task: CommitTask) -> bytes:
    """One item of CommitTasks."""
    last = task.phases[-1].message if task.phases else ""
    item: dict[str, Any] = {
        "TaskId": task.id,
        "TaskStatus": task.status.value,
        "TaskProgress": task.progress,
        "StatusMessage": last,
        "ContainerName": task.name,
        "CommitPhaseInfos": [
            {
                "Phase": phase.phase.value,
                "Status": "Success" if phase.succeeded else "Failed",
                "Message": phase.message,
                "RecordTime": iso(phase.time),
            }
            for phase in task.phases
        ],
        "TaskCreationTime": iso(task.creation_time),
        "TaskFinishedTime": iso(task.finished_time),
    }
    return msgspec.json.encode(item)
