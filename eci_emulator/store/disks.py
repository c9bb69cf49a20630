"""Which group has which cloud disk: one at a time."""

from __future__ import annotations

from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.disks import Disk, disk_gib, disk_id, is_disk
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.store import keys
from eci_emulator.store.owners import let_go, owner
from eci_emulator.store.table import Table, Tenant


def disk_key(group: ContainerGroup, volume: Volume) -> str:
    """The id of the record of a volume's disk."""
    return Tenant(group.account, group.region).scoped(disk_id(group, volume))


def attach(redis: Redis, key: str, group_id: str) -> bool:
    """Give a disk to a group; False when another has it."""
    redis.setnx(keys.disk_holder(key), group_id)
    return holder(redis, key) == group_id


def holder(redis: Redis, key: str) -> str:
    """The group that has a disk, or an empty string."""
    return owner(redis, keys.disk_holder(key))


def release_disks(pipe: Pipeline, group: ContainerGroup) -> None:
    """Take a group's disks from it, as far as they are its own still."""
    for volume in filter(is_disk, group.spec.volumes):
        let_go(pipe, keys.disk_holder(disk_key(group, volume)), group.id)


def enlarge(table: Table[Disk], group: ContainerGroup, volume_name: str) -> None:
    """A volume has been given another size: its disk, if there is one yet, has it too."""
    volume = next(volume for volume in group.spec.volumes if volume.name == volume_name)

    def change(disk: Disk) -> None:
        disk.size = max(disk.size, disk_gib(volume))

    table.update(disk_key(group, volume), change)
