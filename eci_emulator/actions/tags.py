"""TagResources, UntagResources, ListTagResources, of every kind of resource that carries tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from eci_emulator.actions import paging, records
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import filters
from eci_emulator.actions.paging import Place
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup, Tag
from eci_emulator.schemas.tags import TagQuery, TagRequest, UntagRequest
from eci_emulator.store.table import Table

Json = dict[str, object]

MAX_TAGS: Final = 20
DEFAULT_PAGE: Final = 50
MAX_PAGE: Final = 100


def tag_resources(emulator: Emulator, caller: Caller, request: TagRequest) -> Json:
    """Set tags on resources, all or none. Raises NotFound, TooManyTags, MissingParameter."""
    new = {tag.key: tag for tag in request.tag}
    if len(new) < len(request.tag):
        raise errors.InvalidValue("Tag", "each key may be given once")

    def change(tags: list[Tag]) -> list[Tag]:
        changed = {tag.key: tag for tag in tags} | new
        if len(changed) > MAX_TAGS:
            raise errors.TooManyTags()
        return list(changed.values())

    _change_all(emulator, caller, request.resource_type, request.resource_id, change)
    return {}


def untag_resources(emulator: Emulator, caller: Caller, request: UntagRequest) -> Json:
    """Take tags away: those of the keys given, or with All every one. Raises NotFound, MissingParameter."""
    if not request.tag_key and not request.all:
        raise errors.MissingParameter("TagKey or All is mandatory for this action.")
    gone = set(request.tag_key)

    def change(tags: list[Tag]) -> list[Tag]:
        return [tag for tag in tags if tag.key not in gone] if gone else []

    _change_all(emulator, caller, request.resource_type, request.resource_id, change)
    return {}


def list_tag_resources(emulator: Emulator, caller: Caller, query: TagQuery) -> Json:
    """Tags with the resources that carry them. With a Tag asked for, those resources' other tags, too."""
    table = _table(emulator, query.resource_type)
    ids = table.select(caller.tenant, filters({}, query.tag)).ids
    wanted = set(query.resource_id)
    carriers = table.get_many([found for found in ids if not wanted or found in wanted])
    size = paging.page_size(_number(query.limit), MAX_PAGE, DEFAULT_PAGE)
    after = paging.place_of(query.next_token)
    rows = [row for row in _rows(query.resource_type, carriers) if row[0] > after]
    following = paging.token(rows[size - 1][0]) if len(rows) > size else ""
    return {"NextToken": following, "TagResources": [item for _, item in rows[:size]]}


def _rows(kind: str, carriers: list[Any]) -> Iterator[tuple[Place, Json]]:
    for record in carriers:
        for tag in sorted(_tags(record), key=lambda tag: tag.key):
            item: Json = {
                "ResourceType": kind,
                "ResourceId": record.id,
                "TagKey": tag.key,
                "TagValue": tag.value,
            }
            yield Place(record.sequence, tag.key), item


def _change_all(
    emulator: Emulator, caller: Caller, kind: str, ids: list[str], change: Callable[[list[Tag]], list[Tag]]
) -> None:
    """First see that the change is possible everywhere, then make it."""
    table = _table(emulator, kind)
    for resource_id in ids:
        change(_tags(records.find(table, caller, "ResourceId", resource_id)))

    def apply(record: Any) -> None:
        holder = record.spec if isinstance(record, ContainerGroup) else record
        holder.tags = change(holder.tags)

    for resource_id in ids:
        records.change(table, caller, "ResourceId", resource_id, apply)


def _tags(record: Any) -> list[Tag]:
    tags: list[Tag] = record.spec.tags if isinstance(record, ContainerGroup) else record.tags
    return tags


def _table(emulator: Emulator, kind: str) -> Table[Any]:
    store = emulator.store
    tables: dict[str, Table[Any]] = {
        "ContainerGroup": store.groups,
        "ImageCache": store.image_caches,
        "DataCache": store.data_caches,
        "VirtualNode": store.virtual_nodes,
    }
    if kind not in tables:
        raise errors.InvalidValue("ResourceType", f"it must be one of {', '.join(tables)}")
    return tables[kind]


def _number(text: str) -> int:
    if text and not text.isdecimal():
        raise errors.InvalidFormat(parameter="Limit", reason="it must be a number")
    return int(text[:9] or 0)
