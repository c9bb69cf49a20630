"""Tasks for finding faults in a container group: core dumps and packet captures."""

from __future__ import annotations

from enum import StrEnum

from eci_emulator.model.resource import Resource


class OpsType(StrEnum):
    CORE_DUMP = "coredump"
    TCP_DUMP = "tcpdump"


class OpsStatus(StrEnum):
    READY = "Ready"
    FAILED = "Failed"
    EXPIRED = "Expired"
    CLOSED = "Closed"
    SUCCESS = "Success"


class OpsTask(Resource, kw_only=True):
    group_id: str
    type: OpsType
    value: str
    status: OpsStatus
    result: str = ""  # what came of it, for people
    expire_time: float = 0.0
