"""Keeping a host's images and data in order: what caches lack is noticed, what nobody needs goes."""

from __future__ import annotations

from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE, Engine
from eci_emulator.images.data_holding import DataHolder
from eci_emulator.images.data_volumes import volume_name
from eci_emulator.images.stock import Collector, Stock
from eci_emulator.images.storage import Storage
from eci_emulator.images.users import Users
from eci_emulator.store.database import Store


class Housekeeping:
    def __init__(
        self,
        store: Store,
        engine: Engine,
        instance: str,
        *,
        users: Users,
        data: DataHolder,
        stock: Stock,
        collector: Collector,
    ) -> None:
        self._store = store
        self._engine = engine
        self._instance = instance
        self._users = users
        self._data = data
        self._stock = stock
        self._collector = collector

    def tidy(self, now: float) -> Storage:
        """Remove what may go, at ``now`` in real time; gives what is left."""
        held = self._users.images_of_caches()
        self._collector.collect({*held, *self._users.images_of_groups()}, now)
        table = self._store.data_caches
        caches = {cache.id: cache for cache in table.get_many(table.all_ids())}
        kept = {volume_name(c.id, g) for c in caches.values() for g in (c.generation, c.built_generation)}
        volumes = self._data.clear_strays(kept)
        images = self._stock.all()
        by_caches = [image.size for image in images if image.reference in held]
        here = [
            cache for cache in caches.values() if volume_name(cache.id, cache.built_generation) in volumes
        ]
        return Storage(
            images=len(images),
            image_bytes=sum(image.size for image in images),
            images_held=len(by_caches),
            held_bytes=sum(by_caches),
            image_caches=len(self._users.image_caches()),
            data_caches=len(volumes),
            data_bytes=sum(cache.used_bytes for cache in here),
            volumes=len(self._engine.list_volumes({LABEL_INSTANCE: self._instance, LABEL_GROUP: ""})),
        )
