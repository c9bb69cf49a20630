"""DescribeContainerGroupStatus and DescribeContainerGroupEvents: groups as Kubernetes sees pods."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from eci_emulator.actions.container_groups import MAX_IDS, group_entries
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.paging import next_token, page_size, sequence_of
from eci_emulator.model.events import Event
from eci_emulator.model.group import ContainerGroup
from eci_emulator.schemas.json_texts import id_list
from eci_emulator.schemas.pods import SOURCES, PodQuery, changed_at, events_record, status_record

Json = dict[str, object]

DEFAULT_PAGE: Final = 50
MAX_PAGE: Final = 200


class Found(Struct):
    groups: list[ContainerGroup]
    total: int
    next_token: str


def describe_container_group_status(emulator: Emulator, caller: Caller, query: PodQuery) -> Json:
    """Pod statuses of the groups asked for, in order of creation."""
    found = _find(emulator, caller, query)
    return {
        "TotalCount": found.total,
        "NextToken": found.next_token,
        "Data": [status_record(group) for group in found.groups],
    }


def describe_container_group_events(emulator: Emulator, caller: Caller, query: PodQuery) -> Json:
    """The events of the groups asked for, of each the newest first."""
    found = _find(emulator, caller, query)
    since = _since(emulator, query)
    return {
        "TotalCount": found.total,
        "NextToken": found.next_token,
        "Data": [events_record(group, _events(group, query, since)) for group in found.groups],
    }


def _events(group: ContainerGroup, query: PodQuery, since: float) -> list[Event]:
    source = SOURCES.get(query.event_source)
    return [
        event
        for event in reversed(group.state.events)
        if source in (None, event.source) and event.last_timestamp >= since
    ]


def _since(emulator: Emulator, query: PodQuery) -> float:
    return emulator.store.clock.now() - query.since_second if query.since_second else 0.0


def _find(emulator: Emulator, caller: Caller, query: PodQuery) -> Found:
    """The groups of a page. No index knows when something last happened: to filter by that, all are read."""
    table = emulator.store.groups
    wanted = set(id_list("ContainerGroupIds", query.container_group_ids, MAX_IDS))
    size = page_size(query.limit, MAX_PAGE, DEFAULT_PAGE)
    after = sequence_of(query.next_token)
    entries = group_entries(query)
    if not wanted and not query.since_second:
        page = table.select(caller.tenant, entries, after=after, limit=size)
        return Found(table.get_many(page.ids), page.total, next_token(page.last))
    since = _since(emulator, query)
    ids = [found for found in table.select(caller.tenant, entries).ids if not wanted or found in wanted]
    matching = [group for group in table.get_many(ids) if changed_at(group) >= since]
    rest = [group for group in matching if group.sequence > after]
    last = rest[size - 1].sequence if len(rest) > size else 0
    return Found(rest[:size], len(matching), next_token(last))
