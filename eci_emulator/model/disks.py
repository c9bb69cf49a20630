"""Cloud disks among a group's volumes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eci_emulator.model.group import ContainerGroup, Record, Volume
from eci_emulator.model.ids import stable_id

DISK_DRIVER: Final = "alicloud/disk"
MAX_DISKS: Final = 6
DEFAULT_GIB: Final = 20


class Disk(Record, kw_only=True):
    """A cloud disk: a volume of the engine that may outlive the groups it is attached to, one at a time."""

    id: str  # with the tenant in front: two tenants may name the same
    account: str
    region: str
    zone_id: str
    host: str  # the Docker host that has it
    size: int  # GiB
    fs_type: str = ""
    performance_level: str = ""
    creation_time: float = 0.0
    sequence: int = 0
    version: int = 0

    @property
    def public_id(self) -> str:
        return self.id.rpartition("/")[2]


def is_disk(volume: Volume) -> bool:
    return volume.type == "DiskVolume" or (volume.type == "FlexVolume" and volume.flex_driver == DISK_DRIVER)


def disk_gib(volume: Volume) -> int:
    """The size of a disk: what it was last resized to, else what was asked for."""
    asked = str(options(volume).get("volumeSize", ""))
    return volume.disk_size or int(asked if asked.isdecimal() else DEFAULT_GIB)


def disk_id(group: ContainerGroup, volume: Volume) -> str:
    """The disk of a volume: the one that was named, else one of its own, with the same name whenever it is asked."""
    region_code = group.id.removeprefix("eci-")[:3]
    return given_disk(volume) or stable_id("d", region_code, f"{group.id}/{volume.name}")


def given_disk(volume: Volume) -> str:
    """The disk that a volume names, empty when it is to have a new one."""
    return volume.disk_id if volume.type == "DiskVolume" else str(options(volume).get("volumeId", ""))


def goes_with_group(volume: Volume) -> bool:
    """Whether a disk is deleted with its group (deleteWithInstance)."""
    return str(options(volume).get("deleteWithInstance", "")).lower() == "true"


def options(volume: Volume) -> dict[str, Any]:
    """The driver's options of a FlexVolume, empty when they are not a JSON object."""
    try:
        return msgspec.json.decode(volume.flex_options or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
