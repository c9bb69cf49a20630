"""The data caches that a group mounts, found by bucket and path."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.images.data_volumes import volume_labels, volume_name
from eci_emulator.model.caches import CacheStatus, DataCache
from eci_emulator.model.group import ContainerGroup, GroupSpec, Volume
from eci_emulator.store.database import Store
from eci_emulator.store.table import Tenant

_HOST_PATH: Final = "HostPathVolume"


class NotMounted(EngineError):
    """There is no such data cache on this host, or not yet."""


def data_volumes(spec: GroupSpec) -> list[Volume]:
    """The volumes of a group that are data caches."""
    return [v for v in spec.volumes if v.type == _HOST_PATH and spec.data_cache_bucket]


class DataMounts:
    def __init__(self, store: Store, engine: Engine, instance: str) -> None:
        self._store = store
        self._engine = engine
        self._instance = instance

    def find(self, group: ContainerGroup) -> dict[str, str]:
        """Volume of the group -> volume of the engine, with a path in it behind a slash. Raises NotMounted.

        A group that has found its volumes keeps them, whatever becomes of the caches.
        """
        known = group.state.data_volumes
        return {
            volume.name: known.get(volume.name) or self._find(group, volume)
            for volume in data_volumes(group.spec)
        }

    def _find(self, group: ContainerGroup, volume: Volume) -> str:
        wanted = PurePosixPath(volume.host_path)
        bucket = group.spec.data_cache_bucket
        table = self._store.data_caches
        ids = table.select(Tenant(group.account, group.region), [f"bucket={bucket}"]).ids
        above = [cache for cache in table.get_many(ids) if wanted.is_relative_to(cache.path)]
        if not above:
            raise NotMounted(f'there is no data cache at "{wanted}" of the bucket {bucket}')
        cache = max(above, key=lambda cache: len(PurePosixPath(cache.path).parts))
        name = volume_name(cache.id, cache.built_generation)
        if cache.status is not CacheStatus.AVAILABLE:
            raise NotMounted(f'the data cache at "{cache.path}" is {cache.status}')
        if name not in self._engine.list_volumes(volume_labels(self._instance, cache.id)):
            raise NotMounted(f'the data cache at "{cache.path}" is not on this host yet')
        self._touch(cache)
        return str(PurePosixPath(name) / wanted.relative_to(cache.path))

    def _touch(self, cache: DataCache) -> None:
        now = self._store.clock.now()

        def touch(matched: DataCache) -> None:
            matched.last_matched_time = max(matched.last_matched_time, now)

        self._store.data_caches.update(cache.id, touch)
