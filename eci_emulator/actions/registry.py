"""Which function serves which action: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from eci_emulator.actions import container_groups, create_group, looking_in, regions
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.schemas.base import Reader, Request
from eci_emulator.schemas.groups import (
    CreateContainerGroupSchema,
    ExecRequestSchema,
    GroupQuerySchema,
    GroupReferenceSchema,
    LogRequestSchema,
)

Answer = dict[str, Any] | bytes


class Action(Struct, frozen=True):
    """One action. ``serve`` is plain, or a coroutine function when it waits for a node agent."""

    schema: Reader
    serve: Callable[[Emulator, Caller, Any], Any]


class NoParametersSchema(Request):
    makes = regions.NoParameters


ACTIONS: Final[dict[str, Action]] = {
    "CreateContainerGroup": Action(CreateContainerGroupSchema(), create_group.create_container_group),
    "DescribeContainerGroups": Action(GroupQuerySchema(), container_groups.describe_container_groups),
    "DeleteContainerGroup": Action(GroupReferenceSchema(), container_groups.delete_container_group),
    "RestartContainerGroup": Action(GroupReferenceSchema(), container_groups.restart_container_group),
    "ExecContainerCommand": Action(ExecRequestSchema(), looking_in.exec_container_command),
    "DescribeContainerLog": Action(LogRequestSchema(), looking_in.describe_container_log),
    "DescribeRegions": Action(NoParametersSchema(), regions.describe_regions),
}
