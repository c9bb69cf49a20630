"""Operations tasks: what the actions take, and how a record of one is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import String
from msgspec import Struct

from eci_emulator.model.operations import OpsTask
from eci_emulator.model.times import iso
from eci_emulator.schemas.base import Request


class OpsRequest(Struct):
    container_group_id: str
    ops_type: str
    ops_value: str


class OpsRequestSchema(Request):
    makes = OpsRequest
    container_group_id = String(required=True)
    ops_type = String(required=True)
    ops_value = String(required=True)


class OpsQuery(Struct):
    container_group_id: str
    ops_type: str


class OpsQuerySchema(Request):
    makes = OpsQuery
    container_group_id = String(required=True)
    ops_type = String(required=True)


def ops_view(task: OpsTask) -> bytes:
    """One item of Records."""
    item: dict[str, Any] = {
        "OpsType": task.type.value,
        "OpsStatus": task.status.value,
        "ResultType": "Message" if task.result else "",
        "ResultContent": task.result,
        "CreateTime": iso(task.creation_time),
        "ExpireTime": iso(task.expire_time),
    }
    return msgspec.json.encode(item)
