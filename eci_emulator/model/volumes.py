"""What the volumes of a group ask for, read from their records, and whether it makes sense. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from eci_emulator.model import errors
from eci_emulator.model.disks import DISK_DRIVER, options
from eci_emulator.model.group import GroupSpec, Volume

NAS_DRIVER: Final = "alicloud/nas"
OSS_DRIVER: Final = "alicloud/oss"
DRIVERS: Final = (DISK_DRIVER, NAS_DRIVER, OSS_DRIVER)
DISK_GIB: Final = range(20, 32_768 + 1)
FILE_SYSTEMS: Final = ("", "ext4", "ext3", "xfs", "vfat")

NFS_PORT: Final = 2049
DEFAULT_NFS_VERSION: Final = "4"


class NfsFolder(Struct, frozen=True):
    """A folder of an NFS server, and how it is to be mounted."""

    server: str
    path: str
    version: str = DEFAULT_NFS_VERSION
    read_only: bool = False
    extra: str = ""  # further options of mount, comma separated

    def driver_options(self) -> dict[str, str]:
        """For the engine's volume driver. Soft, so that a server that vanishes fails calls instead of keeping them."""
        words = [f"addr={self.server}", f"nfsvers={self.version}", "soft", "timeo=100", "retrans=2"]
        words += ["nolock"] * self.version.startswith("3") + ["ro"] * self.read_only
        words += [self.extra] if self.extra else []
        return {"type": "nfs", "device": f":{self.path}", "o": ",".join(words)}


class BucketFolder(Struct, frozen=True):
    """A folder of a bucket; ``prefix`` is empty or ends with a slash."""

    bucket: str
    prefix: str
    access_key_id: str = ""
    access_key_secret: str = ""


def nfs_folder(volume: Volume) -> NfsFolder | None:
    """What a volume on NFS (or NAS, which is the same) mounts; None for other volumes."""
    if volume.type == "NFSVolume":
        return NfsFolder(volume.nfs_server, volume.nfs_path or "/", read_only=volume.nfs_read_only)
    if _driver(volume) != NAS_DRIVER:
        return None
    asked = _texts(options(volume))
    return NfsFolder(
        asked.get("server", ""),
        asked.get("path") or "/",
        asked.get("vers") or DEFAULT_NFS_VERSION,
        extra=asked.get("options", ""),
    )


def bucket_folder(volume: Volume) -> BucketFolder | None:
    """What a volume on OSS mounts; None for other volumes."""
    if _driver(volume) != OSS_DRIVER:
        return None
    asked = _texts(options(volume))
    path = asked.get("path", "").strip("/")
    return BucketFolder(
        asked.get("bucket", ""), f"{path}/" if path else "", asked.get("akId", ""), asked.get("akSecret", "")
    )


def validate_volume(where: str, volume: Volume, spec: GroupSpec) -> None:
    """Raises InvalidValue for what could never be mounted, KeyWithoutEncryption."""
    if volume.type == "HostPathVolume" and not spec.data_cache_bucket:
        raise errors.InvalidValue(
            f"{where}.Type", "a HostPathVolume may only show a data cache: DataCacheBucket is missing"
        )
    if volume.type == "HostPathVolume" and not _is_plain(volume.host_path):
        raise errors.InvalidValue(f"{where}.HostPathVolume.Path", "it must be an absolute path without ..")
    if volume.type == "FlexVolume":
        _validate_flex(f"{where}.FlexVolume", volume)
    nfs = nfs_folder(volume)
    if nfs and not (nfs.server and nfs.path.startswith("/")):
        name = "NFSVolume" if volume.type == "NFSVolume" else "FlexVolume.Options"
        raise errors.InvalidValue(f"{where}.{name}", "it must name a server and an absolute path")


def _is_plain(path: str) -> bool:
    return path.startswith("/") and ".." not in path.split("/")


def _validate_flex(where: str, volume: Volume) -> None:
    if volume.flex_driver not in DRIVERS:
        raise errors.InvalidValue(f"{where}.Driver", f"it must be one of {', '.join(DRIVERS)}")
    try:
        asked = msgspec.json.decode(volume.flex_options or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        raise errors.InvalidValue(f"{where}.Options", "it must be a JSON object") from None
    if volume.flex_driver == DISK_DRIVER:
        _validate_disk(where, volume, asked)
    elif volume.flex_driver == OSS_DRIVER and not asked.get("bucket"):
        raise errors.InvalidValue(f"{where}.Options", "it must name a bucket")


def _validate_disk(where: str, volume: Volume, asked: Mapping[str, Any]) -> None:
    if volume.flex_fs_type not in FILE_SYSTEMS:
        raise errors.InvalidValue(f"{where}.FsType", "it must be ext4, ext3, xfs or vfat")
    size = str(asked.get("volumeSize", DISK_GIB[0]))
    if not size.isdecimal() or int(size) not in DISK_GIB:
        raise errors.InvalidValue(
            f"{where}.Options", f"volumeSize must be {DISK_GIB[0]} to {DISK_GIB[-1]} GiB"
        )
    if asked.get("kmsKeyId") and str(asked.get("encrypted", "")).lower() != "true":
        raise errors.KeyWithoutEncryption()


def _driver(volume: Volume) -> str:
    return volume.flex_driver if volume.type == "FlexVolume" else ""


def _texts(asked: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in asked.items()}
