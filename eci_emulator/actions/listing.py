"""Pages of prepared views: what every Describe of a resource answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from eci_emulator.actions.context import Caller
from eci_emulator.actions.paging import next_token, sequence_of
from eci_emulator.model.group import Tag
from eci_emulator.store.table import Table


def filters(wanted: Mapping[str, str], tags: Sequence[Tag] = ()) -> list[str]:
    """The index entries of a query: attribute -> value asked for (empty: any), and its tags."""
    named = [f"{name}={value}" for name, value in wanted.items() if value]
    return named + [f"tag={tag.key}={tag.value}" if tag.value else f"tag={tag.key}" for tag in tags]


def listing(
    caller: Caller,
    table: Table[Any],
    name: str,
    entries: Sequence[str],
    *,
    ids: Collection[str] = (),
    size: int,
    token: str,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """The answer with a page of the records that are in all these index entries; with ids only of those."""
    after = sequence_of(token)
    if ids:
        found = [record_id for record_id in table.select(caller.tenant, entries).ids if record_id in ids]
        return answer(caller, table, name, found, len(found), more=more)
    page = table.select(caller.tenant, entries, after=after, limit=size)
    return answer(caller, table, name, page.ids, page.total, next_token(page.last), more)


def answer(
    caller: Caller,
    table: Table[Any],
    name: str,
    ids: Sequence[str],
    total: int,
    following: str = "",
    more: Mapping[str, object] | None = None,
) -> bytes:
    """The answer with the views of these records."""
    views = [msgspec.Raw(row[0]) for row in table.views(caller.tenant, ids)]
    head = {"RequestId": caller.request_id, "TotalCount": total, "NextToken": following, **(more or {})}
    return msgspec.json.encode({**head, name: views})
