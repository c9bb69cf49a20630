"""Tags of the neighbours' resources, and the moves of resources between resource groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct, field

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors
from eci_emulator.model.errors import EciError
from eci_emulator.model.group import Tag
from eci_emulator.model.neighbour_errors import (
    EipNotFound,
    SecurityGroupNotFound,
    VpcNotFound,
    VSwitchNotFound,
)
from eci_emulator.model.network import Neighbour
from eci_emulator.neighbours import common
from eci_emulator.neighbours.common import Asked, Json
from eci_emulator.store.database import Store
from eci_emulator.store.table import Table


class Kind(Struct, frozen=True):
    """One kind of resource that has tags."""

    table: Callable[[Store], Table[Any]]
    missing: type[EciError]


#: By the name that requests give it, in lower case.
KINDS: Final = {
    "vpc": Kind(lambda store: store.vpcs, VpcNotFound),
    "vswitch": Kind(lambda store: store.vswitches, VSwitchNotFound),
    "eip": Kind(lambda store: store.eips, EipNotFound),
    "securitygroup": Kind(lambda store: store.security_groups, SecurityGroupNotFound),
}


class Tagging(Asked):
    resource_type: str
    resource_id: list[str] = field(default_factory=list)
    tag: list[Tag] = field(default_factory=list)
    tag_key: list[str] = field(default_factory=list)
    all: bool = False


class Move(Asked):
    resource_type: str
    resource_id: str
    new_resource_group_id: str = ""  # as VPC calls it
    resource_group_id: str = ""  # as ECS does


def tag_resources(emulator: Emulator, caller: Caller, asked: Tagging) -> Json:
    new = {tag.key: tag for tag in asked.tag}

    def change(record: Neighbour) -> None:
        record.tags = list({**{tag.key: tag for tag in record.tags}, **new}.values())

    return _each(emulator, caller, asked, change)


def untag_resources(emulator: Emulator, caller: Caller, asked: Tagging) -> Json:
    def change(record: Neighbour) -> None:
        record.tags = [tag for tag in record.tags if not asked.all and tag.key not in asked.tag_key]

    return _each(emulator, caller, asked, change)


def list_tag_resources(emulator: Emulator, caller: Caller, asked: Tagging) -> Json:
    """The tags of the resources asked for, else of all of that kind."""
    kind = _kind(asked.resource_type)
    wanted = {tag.key: tag.value for tag in asked.tag}
    shown = [
        {
            "ResourceId": record.public_id,
            "ResourceType": asked.resource_type,
            "TagKey": tag.key,
            "TagValue": tag.value,
        }
        for record in common.all_of(kind.table(emulator.store), caller)
        if record.public_id in (asked.resource_id or [record.public_id])
        for tag in record.tags
        if not wanted or wanted.get(tag.key) in ("", tag.value)
    ]
    return {"NextToken": "", "TagResources": {"TagResource": shown}}


def move(emulator: Emulator, caller: Caller, asked: Move) -> Json:
    """Put a resource into another resource group."""
    kind = _kind(asked.resource_type)
    table = kind.table(emulator.store)
    record = common.find(table, caller, asked.resource_id, kind.missing)

    def change(stored: Neighbour) -> None:
        stored.resource_group_id = asked.new_resource_group_id or asked.resource_group_id

    table.update(record.id, change)
    return {}


def _each(emulator: Emulator, caller: Caller, asked: Tagging, change: Callable[[Any], None]) -> Json:
    kind = _kind(asked.resource_type)
    table = kind.table(emulator.store)
    records = [common.find(table, caller, resource_id, kind.missing) for resource_id in asked.resource_id]
    for record in records:
        table.update(record.id, change)
    return {}


def _kind(resource_type: str) -> Kind:
    kind = KINDS.get(resource_type.lower())
    if kind is None:
        raise errors.InvalidValue("ResourceType", f"it must be one of {', '.join(KINDS)}")
    return kind
