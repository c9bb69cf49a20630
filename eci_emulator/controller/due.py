"""What happens when a timer falls due."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from eci_emulator.controller.caches import expire
from eci_emulator.model.virtual_node import NodeStatus, VirtualNode
from eci_emulator.store.database import Store
from eci_emulator.store.table import Conflict, Table
from eci_emulator.store.timers import Due


def fire(store: Store, due: Due) -> None:
    """Do what is due for a resource at that time; nothing if it is gone."""
    match due.kind:
        case "group":
            _wake(store, due.id)
        case "virtual-node":
            store.virtual_nodes.update(due.id, lambda node: _ready(node, due.at))
        case "commit-task":
            _forget(store.commit_tasks, due.id)
        case "image-cache" | "data-cache":
            expire(store, due.id)
        case "ops-task":
            _forget(store.ops_tasks, due.id)


def _wake(store: Store, group_id: str) -> None:
    group = store.groups.get(group_id)
    if group is not None:
        store.wake(group)


def _ready(node: VirtualNode, at: float) -> None:
    if node.status is NodeStatus.PENDING:
        node.status = NodeStatus.READY
        node.tell(at, "Ready", "Virtual node is ready")


def _forget(table: Table[Any], record_id: str) -> None:
    while (record := table.get(record_id)) is not None:
        with suppress(Conflict):
            table.delete(record)
