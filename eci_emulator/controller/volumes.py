"""The volumes of a group, as volumes of the engine."""

from __future__ import annotations

import base64
from typing import Final

from eci_emulator.controller.configure import RESOLV_CONF, resolv_conf
from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import Engine
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.model.quantity import parse_bytes

DEFAULT_FILE_MODE: Final = 0o644


class Volumes:
    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine = engine
        self._names = names

    def prepare(self, group: ContainerGroup, *, afresh: bool) -> None:
        """Make the group's volumes, config files filled in; with ``afresh``, empty ones again."""
        self._own_files(group)
        for volume in group.spec.volumes:
            name = self._names.volume(group.id, volume.name)
            if afresh and volume.type == "EmptyDirVolume":
                self._engine.remove_volume(name)
            options = _memory_options(volume) if volume.empty_dir_medium == "Memory" else None
            self._engine.ensure_volume(name, self._names.group_labels(group.id), driver_options=options)
            if volume.type == "ConfigFileVolume":
                self._engine.put_files(name, config_files(volume))

    def _own_files(self, group: ContainerGroup) -> None:
        """The volume of what a group needs besides its own volumes: resolv.conf, termination messages."""
        name = self._names.files(group.id)
        self._engine.ensure_volume(name, self._names.group_labels(group.id))
        if group.spec.dns_config:
            content = resolv_conf(group.spec.dns_config)
            self._engine.put_files(name, {RESOLV_CONF: (content, DEFAULT_FILE_MODE)})

    def remove(self, group: ContainerGroup) -> None:
        for name in self._engine.list_volumes(self._names.group_labels(group.id)):
            self._engine.remove_volume(name)


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


def _memory_options(volume: Volume) -> dict[str, str]:
    size = parse_bytes(volume.empty_dir_size_limit)
    return {"type": "tmpfs", "device": "tmpfs", **({"o": f"size={size}"} if size else {})}
