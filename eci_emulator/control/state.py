"""/_eci/reset and /_eci/snapshot: everything that is kept, as a whole."""

from __future__ import annotations

import math
import time
from typing import Any, Final

import msgspec

import eci_emulator
from eci_emulator.actions.context import Emulator
from eci_emulator.control.loading import read_records, write_records
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.times import iso
from eci_emulator.store import keys
from eci_emulator.trace import blanked

FORMAT: Final = 1
#: For so long nothing may be removed before a reset gives up waiting; what is left then, is cleared away as
#: what is of no group.
RESET_SECONDS: Final = 60.0

#: What a reset leaves: who is there, what was run at the start, the sandboxes made ahead of need with their
#: addresses.
_KEPT: Final = (
    keys.HOSTS,
    keys.DRAINED,
    keys.WORKERS,
    keys.NODE_TOKEN,
    keys.TIMEKEEPER,
    keys.INIT_HOOKS,
    keys.addresses(""),
    keys.address_cursor(""),
    keys.warm("", "").rstrip(":"),
    keys.warm_wanted("").rstrip(":"),
    keys.brought("").rstrip(":"),
)


def reset(emulator: Emulator, keep_clock: bool = False) -> dict[str, int]:
    """Remove every group with its containers, then forget every record. Answers when nothing is left."""
    removed = {table.kind: len(table.all_ids()) for table in emulator.store.tables()}
    if not keep_clock:
        emulator.store.clock.reset()
    for group_id in emulator.store.groups.all_ids():
        _remove(emulator, group_id)
    _wait_until_gone(emulator)
    kept = (*_KEPT, keys.CLOCK) if keep_clock else _KEPT
    emulator.store.forget(kept)
    emulator.store.faults.refresh()
    emulator.trace.clear()
    emulator.nonces.clear()
    return {kind: number for kind, number in removed.items() if number}


def _wait_until_gone(emulator: Emulator) -> None:
    least, deadline = math.inf, 0.0
    while (left := len(emulator.store.groups.all_ids())) and (left < least or time.monotonic() < deadline):
        if left < least:
            least, deadline = left, time.monotonic() + RESET_SECONDS
        time.sleep(0.01)


def _remove(emulator: Emulator, group_id: str) -> None:
    def change(group: ContainerGroup) -> None:
        group.delete_requested = group.delete_requested or emulator.store.clock.now()
        group.delete_force = True

    group = emulator.store.groups.update(group_id, change)
    if group:
        emulator.store.wake(group)


def save(emulator: Emulator) -> dict[str, Any]:
    """All records in a fixed order, readable and comparable; secrets are blanked."""
    return {
        "format": FORMAT,
        "version": eci_emulator.__version__,
        "time": iso(emulator.store.clock.now()),
        "records": {
            table.kind: {
                record.id: blanked(msgspec.to_builtins(record)) for record in table.get_many(table.all_ids())
            }
            for table in emulator.store.tables()
        },
    }


def load(emulator: Emulator, body: dict[str, Any]) -> tuple[None, int]:
    """Replace all records by a snapshot's; groups that should run are started afresh.

    Raises InvalidValue, and leaves everything as it is, when it does not fit.
    """
    if body["format"] != FORMAT:
        raise errors.InvalidValue("format", f"this emulator reads format {FORMAT}")
    records = read_records(emulator, body["records"])
    reset(emulator, keep_clock=True)
    write_records(emulator, records)
    return None, 204
