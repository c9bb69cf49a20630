"""Having on a host what the data caches hold: one volume each, which all groups there share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from eci_emulator.engine.driver import (
    LABEL_INSTANCE,
    LABEL_ROLE,
    ROLE_COPIER,
    Engine,
    EngineError,
    EngineUnavailable,
    PullProgress,
)
from eci_emulator.images.data_volumes import ROLE_SOURCE, volume_labels, volume_name
from eci_emulator.images.fetches import DataFetch, Fetches
from eci_emulator.images.reports import Report
from eci_emulator.model.caches import DataCache


class DataHolder:
    """``in_use`` tells whether a group of this host has a volume; it then keeps what it has."""

    def __init__(
        self, engine: Engine, fetches: Fetches, instance: str, in_use: Callable[[str], bool]
    ) -> None:
        self._engine = engine
        self._fetches = fetches
        self._instance = instance
        self._in_use = in_use

    def holds(self, cache: DataCache) -> bool:
        found = self._engine.list_volumes(volume_labels(self._instance, cache.id))
        return volume_name(cache.id, cache.generation) in found

    def hold(self, cache: DataCache, report: Report) -> None:
        """Have it loaded by the node agent. Raises EngineUnavailable."""
        found = self._fetches.ask(DataFetch(cache.id, cache.generation), cache.id)
        if isinstance(found, PullProgress):
            report.progress = min(99, 100 * found.done // found.total) if found.total else 0
            return
        try:
            found.check()
        except EngineUnavailable:
            raise
        except EngineError as error:
            report.fail(str(error))
        else:
            report.sizes = {volume_name(cache.id, cache.generation): found.size}
            report.complete()
            self.clear(cache.id, but=cache.generation)

    def let_go(self, cache_id: str) -> None:
        self.clear(cache_id)

    def clear(self, cache_id: str, but: int = 0) -> None:
        """Remove a cache's volumes, those of another generation than ``but``; not those that a group uses."""
        self._remove(volume_labels(self._instance, cache_id), {volume_name(cache_id, but)})

    def clear_strays(self, kept: Collection[str]) -> list[str]:
        """Remove the volumes of all data caches but those to be kept and those that a group uses; what is left."""
        labels = volume_labels(self._instance)
        self._remove(labels, kept)
        if not any(isinstance(fetch, DataFetch) for fetch in self._fetches.open().values()):
            self._remove_tools()
        return self._engine.list_volumes(labels)

    def _remove_tools(self) -> None:
        """What a load that was killed has left, and no other one has taken up."""
        copiers = {LABEL_INSTANCE: self._instance, LABEL_ROLE: ROLE_COPIER}
        for container in self._engine.list_containers(copiers):
            self._engine.remove(container.name)
        self._remove(volume_labels(self._instance, role=ROLE_SOURCE), ())

    def _remove(self, labels: dict[str, str], kept: Collection[str]) -> None:
        for volume in self._engine.list_volumes(labels):
            if volume not in kept and not self._in_use(volume):
                with suppress(EngineError):  # a container has it after all: it is cleared away later
                    self._engine.remove_volume(volume)
