"""What all neighbours share: finding, listing and creating records, and the shapes of their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec import Struct, field

from eci_emulator.actions.context import Caller
from eci_emulator.model import ids
from eci_emulator.model.errors import EciError
from eci_emulator.model.group import Tag
from eci_emulator.model.network import Eip, Neighbour, SecurityGroup, Vpc, VSwitch
from eci_emulator.model.times import iso
from eci_emulator.store.table import Table

Json = dict[str, Any]
T = TypeVar("T", Vpc, VSwitch, SecurityGroup, Eip)


class Asked(Struct, rename="pascal", kw_only=True):
    """A request; its fields are the API's names in snake_case, and what is absent is empty."""


class Listing(Asked):
    """Filters and paging that every list has."""

    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)
    page_number: int = 1
    page_size: int = 10


class Renaming(Asked, kw_only=True):
    """A change of what a record is called; an empty description takes away the one there is."""

    description: str | None = None


def find(table: Table[T], caller: Caller, public_id: str, missing: type[EciError]) -> T:
    """The caller's record of that id. Raises ``missing``."""
    record = table.get_for(caller.tenant, caller.tenant.scoped(public_id))
    if record is None:
        raise missing(id=public_id)
    return record


def all_of(table: Table[T], caller: Caller, *entries: str) -> list[T]:
    """The caller's records that are in these index entries, in order of creation."""
    return table.get_many(table.select(caller.tenant, entries).ids)


def create(table: Table[T], caller: Caller, record: T, answer: Json) -> Json:
    """Write a new record, and its answer under the ClientToken."""
    record.sequence = table.next_sequence()
    table.save(record, also=lambda pipe: caller.remember(pipe, answer))
    return answer


def rename(table: Table[T], record: T, asked: Renaming, name: str) -> Json:
    """Change a record's name, if there is a new one, and its description, if one was sent."""
    table.update(record.id, lambda stored: named(stored, asked, name))
    return {}


def named(record: Neighbour, asked: Renaming, name: str) -> None:
    record.name = name or record.name
    if asked.description is not None:
        record.description = asked.description


def listed(records: Iterable[T], query: Listing, wrapper: str, name: str, view: Callable[[T], Json]) -> Json:
    """One page of a list, wrapped as the neighbours wrap theirs: ``Vpcs.Vpc``."""
    matching = [record for record in records if _matches(record, query)]
    start = (query.page_number - 1) * query.page_size
    return {
        "TotalCount": len(matching),
        "PageNumber": query.page_number,
        "PageSize": query.page_size,
        wrapper: {name: [view(record) for record in matching[start : start + query.page_size]]},
    }


def _matches(record: Neighbour, query: Listing) -> bool:
    if query.resource_group_id not in ("", resource_group(record)):
        return False
    has = {tag.key: tag.value for tag in record.tags}
    return all(tag.key in has and tag.value in ("", has[tag.key]) for tag in query.tag)


def among(asked: str, value: str) -> bool:
    """Whether a value is in a comma separated list; an empty list means all."""
    return not asked or value in asked.split(",")


def resource_group(record: Neighbour) -> str:
    return record.resource_group_id or ids.default_resource_group(record.account)


def shared_view(record: Neighbour) -> Json:
    """The fields that all of them have, tags apart."""
    return {
        "RegionId": record.region,
        "Description": record.description,
        "ResourceGroupId": resource_group(record),
    }


def created(record: Neighbour) -> str:
    return iso(record.creation_time)


def tags_view(record: Neighbour) -> Json:
    return {"Tag": [{"Key": tag.key, "Value": tag.value} for tag in record.tags]}
