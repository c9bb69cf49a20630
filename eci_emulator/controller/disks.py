"""Cloud disks: volumes of the engine that are attached to one group at a time and may outlive it."""

from __future__ import annotations

from typing import Final

from eci_emulator.controller.mounting import MountFailed
from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import LABEL_ROLE, Engine
from eci_emulator.model.disks import Disk, disk_gib, goes_with_group, is_disk, options
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.store.database import Store
from eci_emulator.store.disks import attach, disk_key, holder

ROLE_DISK: Final = "disk"


class Disks:
    def __init__(self, engine: Engine, names: Names, store: Store) -> None:
        self._engine = engine
        self._names = names
        self._store = store

    def attach(self, group: ContainerGroup, volume: Volume) -> None:
        """Have the disk of a volume: the one it names, or one of its own. Raises MountFailed."""
        key = disk_key(group, volume)
        disk = self._store.disks.get(key) or self._new(group, volume)
        placed = group.state.placement
        if (disk.zone_id, disk.host) != (placed.zone_id, placed.host):
            raise _failed(volume, disk, f"it is in the zone {disk.zone_id} on the host {disk.host}")
        if not attach(self._store.redis, key, group.id):
            raise _failed(volume, disk, f"it is attached to {holder(self._store.redis, key)}")
        disk.size = max(disk.size, disk_gib(volume))
        self._store.disks.save(disk)
        self._engine.ensure_volume(self._names.disk(key), self._names.labels(**{LABEL_ROLE: ROLE_DISK}))

    def _new(self, group: ContainerGroup, volume: Volume) -> Disk:
        """A new disk for the volume. One that is named but unknown is taken to have been bought elsewhere."""
        placed = group.state.placement
        return Disk(
            id=disk_key(group, volume),
            account=group.account,
            region=group.region,
            zone_id=placed.zone_id,
            host=placed.host,
            size=disk_gib(volume),
            fs_type=volume.flex_fs_type or volume.disk_fs_type,
            performance_level=str(options(volume).get("performanceLevel", "")),
            creation_time=self._store.clock.now(),
            sequence=self._store.disks.next_sequence(),
        )

    def remove(self, group: ContainerGroup) -> None:
        """Delete the disks that go with their group, unless another has them by now."""
        for volume in filter(is_disk, group.spec.volumes):
            key = disk_key(group, volume)
            disk = self._store.disks.get(key)
            if disk and goes_with_group(volume) and holder(self._store.redis, key) in ("", group.id):
                self._engine.remove_volume(self._names.disk(key))
                self._store.disks.delete(disk)


def _failed(volume: Volume, disk: Disk, reason: str) -> MountFailed:
    return MountFailed(volume.name, f"Attach disk {disk.public_id} failed: {reason}")
