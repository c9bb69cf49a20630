"""Finding, changing and removing one of the caller's records; the answer is remembered with the write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from redis.client import Pipeline

from eci_emulator.actions.context import Caller
from eci_emulator.model import errors
from eci_emulator.store.table import Conflict, Table

T = TypeVar("T", bound=msgspec.Struct)

#: What else a write needs to put into its transaction.
With = Callable[[Pipeline, T], None]


def find(table: Table[T], caller: Caller, parameter: str, record_id: str) -> T:
    """The caller's record of that id. Raises NotFound naming the parameter."""
    record = table.get_for(caller.tenant, record_id)
    if record is None:
        raise errors.NotFound(parameter=parameter, value=record_id)
    return record


def change(
    table: Table[T],
    caller: Caller,
    parameter: str,
    record_id: str,
    apply: Callable[[T], None],
    also: With[T] = lambda pipe, record: None,
) -> T:
    """Change a record, again when somebody else wrote it meanwhile. Raises NotFound and what ``apply`` raises."""
    while True:
        record = find(table, caller, parameter, record_id)
        apply(record)
        try:
            table.save(record, also=_together(caller, record, also))
        except Conflict:
            continue
        return record


def remove(
    table: Table[T],
    caller: Caller,
    parameter: str,
    record_id: str,
    also: With[T] = lambda pipe, record: None,
) -> None:
    """Remove a record. Raises NotFound."""
    while True:
        record = find(table, caller, parameter, record_id)
        try:
            table.delete(record, also=_together(caller, record, also))
        except Conflict:
            continue
        return


def _together(caller: Caller, record: T, also: With[T]) -> Callable[[Pipeline], None]:
    def write(pipe: Pipeline) -> None:
        caller.remember(pipe, {})
        also(pipe, record)

    return write
