"""Describing, deleting, restarting container groups."""

from __future__ import annotations

from collections.abc import Callable

from redis.client import Pipeline

from eci_emulator.actions import records
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import filters
from eci_emulator.actions.paging import next_token, page_size, sequence_of
from eci_emulator.controller import journal
from eci_emulator.controller.accounting import Entry, snapshot
from eci_emulator.model.changes import ask_deletion, ask_restart
from eci_emulator.model.group import ContainerGroup
from eci_emulator.schemas.groups import GroupQuery, GroupReference
from eci_emulator.schemas.json_texts import id_list
from eci_emulator.schemas.views import with_events
from eci_emulator.store.table import Conflict

MAX_IDS = 20
MAX_PAGE = 20

Changer = Callable[[ContainerGroup], None]


def describe_container_groups(emulator: Emulator, caller: Caller, query: GroupQuery) -> bytes:
    """The groups asked for, as JSON: by ids in the order of the ids, else in order of creation."""
    groups = emulator.store.groups
    ids = id_list("ContainerGroupIds", query.container_group_ids, MAX_IDS)
    entries = group_entries(query)
    fields = ["events"] if query.with_event else []
    if ids:
        matching = set(groups.select(caller.tenant, entries).ids) if entries else None
        shown = [group_id for group_id in ids if matching is None or group_id in matching]
        rows = groups.views(caller.tenant, shown, *fields)
        total, last = len(rows), 0
    else:
        size = page_size(query.limit, MAX_PAGE)
        rows, total, last = groups.view_page(
            caller.tenant, entries, *fields, after=sequence_of(query.next_token), limit=size
        )
    items = [with_events(*row) if query.with_event else row[0] for row in rows]
    return b'{"RequestId":"%s","TotalCount":%d,"NextToken":"%s","ContainerGroups":[%s]}' % (
        caller.request_id.encode(),
        total,
        next_token(last).encode(),
        b",".join(items),
    )


def group_entries(query: GroupQuery) -> list[str]:
    """The index entries that the groups asked for are all in."""
    wanted = {
        "name": query.container_group_name,
        "status": query.status,
        "zone": query.zone_id,
        "vswitch": query.v_switch_id,
        "security-group": query.security_group_id,
        "resource-group": query.resource_group_id,
        "category": query.compute_category,
    }
    return filters(wanted, query.tag)


def delete_container_group(emulator: Emulator, caller: Caller, request: GroupReference) -> dict[str, object]:
    """The group is gone from Describe at once; a worker spends its grace period and removes it."""

    def change(group: ContainerGroup) -> None:
        ask_deletion(group, emulator.store.clock.now(), force=request.force)

    change_group(emulator, caller, request.container_group_id, change)
    return {}


def restart_container_group(emulator: Emulator, caller: Caller, request: GroupReference) -> dict[str, object]:
    """Raises IncorrectStatus unless the group is Pending or Running."""

    change_group(emulator, caller, request.container_group_id, ask_restart)
    return {}


def find(emulator: Emulator, caller: Caller, group_id: str) -> ContainerGroup:
    """The caller's group of that id. Raises NotFound."""
    return records.find(emulator.store.groups, caller, "ContainerGroupId", group_id)


def change_group(emulator: Emulator, caller: Caller, group_id: str, change: Changer) -> None:
    """Change what is asked of a group, and have a worker see to it, in one transaction."""
    while True:
        group = find(emulator, caller, group_id)
        before = snapshot(group)
        change(group)
        enter = emulator.accounting.changed(before, group, emulator.store.clock.now())

        def also(pipe: Pipeline, enter: Entry = enter, group: ContainerGroup = group) -> None:
            enter(pipe)
            caller.remember(pipe, {})
            emulator.store.wake_with(pipe, group)

        try:
            emulator.store.groups.save(group, also=also)
        except Conflict:
            continue
        journal.tell(before, group)
        return
