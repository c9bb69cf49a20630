"""The volumes of a group, as volumes of the engine."""

from __future__ import annotations

import base64
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Final

from msgspec import structs

from eci_emulator.controller.bucket_volumes import BucketVolumes
from eci_emulator.controller.checks import Dialer
from eci_emulator.controller.configure import RESOLV_CONF, resolv_conf
from eci_emulator.controller.disks import Disks
from eci_emulator.controller.mounting import MountFailed
from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import ContainerConfig, Engine, EngineError, Mount
from eci_emulator.images.data_mounts import data_volumes
from eci_emulator.model.disks import is_disk
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.model.quantity import GIB, parse_bytes
from eci_emulator.model.volumes import NFS_PORT, bucket_folder, nfs_folder

DEFAULT_FILE_MODE: Final = 0o644
EMPTY_DIR_MODE: Final = 0o777
REACH_SECONDS: Final = 3.0


class Volumes:
    def __init__(
        self, engine: Engine, names: Names, disks: Disks, buckets: BucketVolumes, dialer: Dialer
    ) -> None:
        self._engine = engine
        self._names = names
        self._disks = disks
        self._buckets = buckets
        self._dialer = dialer

    def prepare(self, group: ContainerGroup, *, afresh: bool) -> None:
        """Make the group's volumes and fill those that have something in them; with ``afresh``, as at first.

        Raises MountFailed.
        """
        self._own_files(group)
        if afresh:
            self._clear(group)
        data = data_volumes(group.spec)
        for volume in group.spec.volumes:
            if is_disk(volume):
                self._disks.attach(group, volume)
            elif volume not in data:
                self._make(group, volume)

    def _clear(self, group: ContainerGroup) -> None:
        """Remove what does not survive a restart."""
        for volume in group.spec.volumes:
            if volume.type == "EmptyDirVolume" or bucket_folder(volume):
                self._engine.remove_volume(self._names.volume(group.id, volume.name))
        self._buckets.forget(group)

    def _make(self, group: ContainerGroup, volume: Volume) -> None:
        name = self._names.volume(group.id, volume.name)
        options = self._driver_options(group, volume)
        self._engine.ensure_volume(name, self._names.group_labels(group.id), driver_options=options)
        if volume.type == "ConfigFileVolume":
            self._engine.put_files(name, config_files(volume))
        elif volume.type == "EmptyDirVolume" and not options:
            self._engine.put_files(name, {"./": (b"", EMPTY_DIR_MODE)})
        elif bucket_folder(volume):
            self._buckets.load(group, volume)

    def _driver_options(self, group: ContainerGroup, volume: Volume) -> dict[str, str]:
        if volume.empty_dir_medium == "Memory":
            size = parse_bytes(volume.empty_dir_size_limit) or int(group.state.placement.memory * GIB)
            return {"type": "tmpfs", "device": "tmpfs", "o": f"size={size},mode={EMPTY_DIR_MODE:o}"}
        folder = nfs_folder(volume)
        if folder is None:
            return {}
        self._reach(volume, folder.server)
        return folder.driver_options()

    def _reach(self, volume: Volume, server: str) -> None:
        """Whether an NFS server answers: mounting from one that does not would keep the engine waiting for minutes."""
        try:
            self._dialer.connect(server, NFS_PORT, REACH_SECONDS)
        except OSError as error:
            raise MountFailed(
                volume.name, f"the NFS server {server} does not answer at port {NFS_PORT}: {error}"
            ) from None

    def overfull(self, group: ContainerGroup, limits: dict[str, int]) -> str:
        """The first of the volumes that holds more bytes than its limit; "": none, as far as can be seen."""
        for volume, limit in limits.items():
            with suppress(EngineError, OSError):
                if self._engine.volume_usage(self._names.volume(group.id, volume)) > limit:
                    return volume
        return ""

    def write_back(self, group: ContainerGroup) -> None:
        """A container has ended: what it changed in volumes on OSS goes to their buckets. Raises EngineUnavailable."""
        self._buckets.write_back(group)

    def with_data(
        self, group: ContainerGroup, config: ContainerConfig, found: dict[str, str]
    ) -> ContainerConfig:
        """A container's configuration with the data caches, read-only, where its data volumes are mounted."""
        ours = {self._names.volume(group.id, name): PurePosixPath(path) for name, path in found.items()}
        mounts = [
            _data_mount(mount, ours[mount.volume]) if mount.volume in ours else mount
            for mount in config.mounts
        ]
        return structs.replace(config, mounts=mounts)

    def _own_files(self, group: ContainerGroup) -> None:
        """The volume of what a group needs besides its own volumes: resolv.conf, termination messages."""
        name = self._names.files(group.id)
        self._engine.ensure_volume(name, self._names.group_labels(group.id))
        if group.spec.dns_config:
            content = resolv_conf(group.spec)
            self._engine.put_files(name, {RESOLV_CONF: (content, DEFAULT_FILE_MODE)})

    def remove(self, group: ContainerGroup) -> None:
        """Remove all volumes except the disks that outlive the group."""
        self._buckets.write_back(group)
        for name in self._engine.list_volumes(self._names.group_labels(group.id)):
            self._engine.remove_volume(name)
        self._disks.remove(group)
        self._buckets.forget(group)


def _data_mount(mount: Mount, path: PurePosixPath) -> Mount:
    below = PurePosixPath(*path.parts[1:], mount.sub_path)
    sub_path = str(below) if below.parts else ""
    return structs.replace(mount, volume=path.parts[0], sub_path=sub_path, read_only=True)


def config_files(volume: Volume) -> dict[str, tuple[bytes, int]]:
    """Path -> content and mode of a ConfigFileVolume."""
    return {
        file.path.lstrip("/"): (
            base64.b64decode(file.content),
            file_mode(file.mode or volume.config_file_default_mode),
        )
        for file in volume.config_files
    }


def file_mode(asked: int) -> int:
    """A file mode as sent: ECI's documents write the octal digits (644), most clients the number (420).

    Taken as digits: what is no mode as a number, and those that make no sense as one (400 = 0620).
    """
    if not asked:
        return DEFAULT_FILE_MODE
    written = asked > 0o777 or asked in (400, 440, 444, 500, 550)
    return int(str(asked), 8) if written else asked
