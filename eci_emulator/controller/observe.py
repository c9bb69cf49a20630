"""Looking at what the engine has of a group, and reading the last words of what has just ended."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from eci_emulator.clock import Clock
from eci_emulator.controller.configure import MESSAGE_PATH, Configurer
from eci_emulator.controller.members import Member, app_members, init_members
from eci_emulator.controller.volumes import Volumes
from eci_emulator.controller.world import World, has_ended, in_emulated_time
from eci_emulator.engine.driver import ContainerInfo, Engine, EngineError
from eci_emulator.model.group import ContainerGroup

LOG_TAIL_LINES: Final = 80
LOG_TAIL_BYTES: Final = 2048
MESSAGE_BYTES: Final = 4096
GROUP_MESSAGE_BYTES: Final = 12 * 1024


class Observer:
    """``clock`` tells the engine's real times in emulated time; None: the engine lives by that already."""

    def __init__(self, engine: Engine, configurer: Configurer, volumes: Volumes, clock: Clock | None) -> None:
        self._engine = engine
        self._configurer = configurer
        self._volumes = volumes
        self._clock = clock

    def observe(self, group: ContainerGroup) -> World:
        """Raises EngineUnavailable."""
        found = self._containers(group)
        messages = self._messages(group, {info.name: info for info in found})
        if messages:
            self._volumes.write_back(group)
        if self._clock:
            found = [in_emulated_time(info, self._clock.state().from_real) for info in found]
        return World(found, messages)

    def _containers(self, group: ContainerGroup) -> list[ContainerInfo]:
        found = self._engine.list_containers(self._configurer.names.group_labels(group.id))
        given = group.state.placement.sandbox
        if given and all(info.name != given for info in found):
            # Made before there was a group, it does not carry the group's label.
            sandbox = self._engine.inspect(given)
            found += [sandbox] if sandbox else []
        return found

    def _messages(self, group: ContainerGroup, found: dict[str, ContainerInfo]) -> dict[str, str]:
        """The termination messages of those whose end has not been noticed yet.

        A container may say 4 KiB, all of a group together 12 KiB.
        """
        names = self._configurer.names
        members = [*init_members(group, names), *app_members(group, names)]
        limit = min(MESSAGE_BYTES, GROUP_MESSAGE_BYTES // len(members))
        return {
            info.name: self._message(member, info, limit)
            for member in members
            if not member.ended and (info := found.get(member.engine_name)) and has_ended(info)
        }

    def _message(self, member: Member, info: ContainerInfo, limit: int) -> str:
        """What it has written into its message file, or the end of its log if it failed without a word."""
        content = b""
        with suppress(EngineError, OSError):
            path = member.spec.termination_message_path or MESSAGE_PATH
            content = self._engine.read_file(info.name, path, limit=limit) or b""
            fallback = member.spec.termination_message_policy == "FallbackToLogsOnError"
            if not content and fallback and info.exit_code:
                content = self._engine.logs(info.name, tail=LOG_TAIL_LINES, limit=min(limit, LOG_TAIL_BYTES))
        return content.decode(errors="replace")
