"""Cloud disks among a group's volumes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eci_emulator.model.group import Volume

DISK_DRIVER: Final = "alicloud/disk"
MAX_DISKS: Final = 6
DEFAULT_GIB: Final = 20


def is_disk(volume: Volume) -> bool:
    return volume.type == "DiskVolume" or (volume.type == "FlexVolume" and volume.flex_driver == DISK_DRIVER)


def disk_gib(volume: Volume) -> int:
    """The size of a disk: what it was last resized to, else what was asked for."""
    asked = str(options(volume).get("volumeSize", ""))
    return volume.disk_size or int(asked if asked.isdecimal() else DEFAULT_GIB)


def options(volume: Volume) -> dict[str, Any]:
    """The driver's options of a FlexVolume, empty when they are not a JSON object."""
    try:
        return msgspec.json.decode(volume.flex_options or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
