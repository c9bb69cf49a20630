"""Bringing a snapshot's records back to life."""

from __future__ import annotations

from typing import Any

import msgspec
from redis.client import Pipeline

from eci_emulator.actions.context import Emulator
from eci_emulator.controller import cache_records
from eci_emulator.controller.spot import set_spot_timer
from eci_emulator.model import errors
from eci_emulator.model.caches import Cache
from eci_emulator.model.group import ContainerGroup, ContainerStatus, GroupState
from eci_emulator.model.statuses import TERMINAL, GroupStatus
from eci_emulator.store.addresses import take_address
from eci_emulator.store.market import take
from eci_emulator.store.table import Table


def read_records(emulator: Emulator, kinds: dict[str, dict[str, Any]]) -> list[tuple[Table[Any], Any]]:
    """The records of a snapshot, each with its table. Raises InvalidValue for anything else."""
    tables = {table.kind: table for table in emulator.store.tables()}
    found = []
    for kind, records in kinds.items():
        if kind not in tables:
            raise errors.InvalidValue("records", f"there are no records of kind {kind!r}")
        for record_id, raw in records.items():
            try:
                record = msgspec.convert(raw, tables[kind].record_type)
            except msgspec.ValidationError as error:
                raise errors.InvalidValue("records", f"{kind} {record_id}: {error}") from None
            record.version = 0
            found.append((tables[kind], record))
    return found


def write_records(emulator: Emulator, records: list[tuple[Table[Any], Any]]) -> None:
    """Write the records of a snapshot into an empty store."""
    order = {table.kind: place for place, table in enumerate(emulator.store.tables())}
    for table, record in sorted(records, key=lambda found: order[found[0].kind]):
        if isinstance(record, ContainerGroup):
            _revive(emulator, record)
        elif isinstance(record, Cache):
            _restore(emulator, table, record)
        else:
            table.save(record)


def _restore(emulator: Emulator, table: Table[Any], cache: Cache) -> None:
    """A cache comes back with its timer, and the hosts bring what it holds."""
    table.save(cache, also=lambda pipe: cache_records.enter(pipe, emulator.store, None, cache))


def _revive(emulator: Emulator, group: ContainerGroup) -> None:
    """A group that ran is started afresh, with its address; one that had ended stays ended."""
    placed = group.state.placement
    placed.host = _host(emulator, placed.host)
    placed.sandbox, placed.stock = "", []
    if group.state.status in TERMINAL:
        emulator.store.groups.save(group)
        return
    group.state = GroupState(
        status=GroupStatus.SCHEDULING,
        creation_time=group.state.creation_time,
        placement=placed,
        events=group.state.events,
        images=group.state.images,
        containers=_anew(group.state.containers),
        init_containers=_anew(group.state.init_containers),
        restart_seen=group.restart_requested,
    )

    def also(pipe: Pipeline) -> None:
        take_address(pipe, placed.cidr, placed.ip, group.id)
        take(pipe, group)
        set_spot_timer(pipe, group)
        emulator.store.wake_with(pipe, group)

    emulator.store.groups.save(group, also=also)


def _anew(statuses: dict[str, ContainerStatus]) -> dict[str, ContainerStatus]:
    """Under other names in the engine, for the ends of those that there were may yet be told of."""
    return {name: ContainerStatus(attempt=status.attempt + 1) for name, status in statuses.items()}


def _host(emulator: Emulator, wanted: str) -> str:
    names = [host.name for host in emulator.store.hosts.alive()]
    return wanted if wanted in names or not names else names[0]
