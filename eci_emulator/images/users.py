"""Which groups and caches of a host need which images and volumes: told from the records, never counted."""

from __future__ import annotations

from eci_emulator.images.data_mounts import data_volumes
from eci_emulator.images.registries import Registries
from eci_emulator.model.caches import ImageCache
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import TERMINAL
from eci_emulator.store.database import Store


class Users:
    """What is counted could be miscounted by a crash; a record that is there needs what it names."""

    def __init__(self, store: Store, host: str, registries: Registries) -> None:
        self._store = store
        self._host = host
        self._registries = registries

    def uses_volume(self, volume: str) -> bool:
        """Whether a group of this host has a data cache's volume, or may be about to."""
        return any(
            (data_volumes(group.spec) and not group.state.prepared)
            or any(path.partition("/")[0] == volume for path in group.state.data_volumes.values())
            for group in self._groups()
        )

    def images_of_groups(self) -> dict[str, int]:
        """Reference -> how many groups of this host need it."""
        needed: dict[str, int] = {}
        for group in self._groups():
            containers = [*group.spec.init_containers, *group.spec.containers]
            for image in {self._reference(container.image) for container in containers}:
                needed[image] = needed.get(image, 0) + 1
        return needed

    def images_of_caches(self) -> dict[str, int]:
        """Reference -> how many image caches hold it."""
        held: dict[str, int] = {}
        for cache in self.image_caches():
            for image in {self._reference(image) for image in cache.images}:
                held[image] = held.get(image, 0) + 1
        return held

    def image_caches(self) -> list[ImageCache]:
        """Those that hold something, or will."""
        table = self._store.image_caches
        return [cache for cache in table.get_many(table.all_ids()) if cache.phase != "failed"]

    def _groups(self) -> list[ContainerGroup]:
        groups = self._store.groups.get_many(self._store.groups.all_ids())
        return [
            group
            for group in groups
            if group.state.placement.host == self._host and group.state.status not in TERMINAL
        ]

    def _reference(self, image: str) -> str:
        return self._registries.source(image).reference
