"""What a change of a group's record means for its bill, and for the usage counted per account and host."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs
from redis.client import Pipeline

from eci_emulator.billing.usage import Meter
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store.database import Store
from eci_emulator.store.market import give_back, recount

#: Writes it down, in the transaction that writes the change.
Entry = Callable[[Pipeline], None]


class Accounting:
    def __init__(self, store: Store, meter: Meter) -> None:
        self._store = store
        self._meter = meter

    def changed(self, before: ContainerGroup, after: ContainerGroup, now: float) -> Entry:
        """A group's record is about to be written as ``after``, whose ``billed_from`` this sets."""
        placed = after.state.placement
        ended, after.state.billed_from = self._meter.move(before, after, now, placed.cache_disk)

        def enter(pipe: Pipeline) -> None:
            if ended:
                self._store.ledger.add(pipe, ended)
            if after.state.released and not before.state.released:
                give_back(pipe, before)
            elif size_of(before) != size_of(after):
                recount(pipe, before, after)

        return enter

    def gone(self, group: ContainerGroup, now: float) -> Entry:
        """A group's record is about to be removed."""
        ended, _ = self._meter.move(group, None, now, group.state.placement.cache_disk)

        def enter(pipe: Pipeline) -> None:
            if ended:
                self._store.ledger.add(pipe, ended)
            if not group.state.released:
                give_back(pipe, group)

        return enter


def snapshot(group: ContainerGroup) -> ContainerGroup:
    """A copy of the group that later changes of its status, size or desired state leave alone."""
    state = structs.replace(group.state, placement=structs.replace(group.state.placement))
    return structs.replace(group, state=state)


def size_of(group: ContainerGroup) -> tuple[float, float]:
    placed = group.state.placement
    return placed.cpu, placed.memory
