"""Looking at what the engine has of a group, and reading the last words of what has just ended."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Final

from eci_emulator.clock import Clock
from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.members import Member, app_members, init_members
from eci_emulator.controller.volumes import Volumes
from eci_emulator.controller.world import World, has_ended, in_emulated_time
from eci_emulator.engine.driver import ContainerInfo, Engine, EngineError
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store.exits import Exits

LOG_TAIL_LINES: Final = 80
LOG_TAIL_BYTES: Final = 2048
MESSAGE_BYTES: Final = 4096
GROUP_MESSAGE_BYTES: Final = 12 * 1024


class Observer:
    """``clock`` tells the engine's real times in emulated time; None: the engine lives by that already."""

    def __init__(
        self, engine: Engine, configurer: Configurer, volumes: Volumes, exits: Exits, clock: Clock | None
    ) -> None:
        self._engine = engine
        self._configurer = configurer
        self._volumes = volumes
        self._exits = exits
        self._clock = clock

    def observe(self, group: ContainerGroup) -> World:
        """Raises EngineUnavailable."""
        members = [
            *init_members(group, self._configurer.names),
            *app_members(group, self._configurer.names),
        ]
        told = self._told(members)
        found = [*self._containers(group, {info.name for info in told}), *told]
        messages = self._messages(group, members, {info.name: info for info in found})
        if messages:
            self._volumes.write_back(group)
        if self._clock:
            found = [in_emulated_time(info, self._clock.state().from_real) for info in found]
        return World(found, messages, told=bool(told))

    def _told(self, members: list[Member]) -> list[ContainerInfo]:
        """Containers recorded as running of whose end the engine has told."""
        running = {member.engine_name: member for member in members if member.running}
        return [
            ContainerInfo(
                id="",
                name=name,
                phase="exited",
                labels=running[name].labels,
                exit_code=exited.code,
                finished_at=exited.at,
            )
            for name, exited in self._exits.of(list(running)).items()
        ]

    def _containers(self, group: ContainerGroup, told: Collection[str]) -> list[ContainerInfo]:
        found = self._engine.list_containers(self._configurer.names.group_labels(group.id), but=told)
        given = group.state.placement.sandbox
        if given and all(info.name != given for info in found):
            # Made before there was a group, it does not carry the group's label.
            sandbox = self._engine.inspect(given)
            found += [sandbox] if sandbox else []
        return found

    def _messages(
        self, group: ContainerGroup, members: list[Member], found: dict[str, ContainerInfo]
    ) -> dict[str, str]:
        """The termination messages of those whose end has not been noticed yet.

        A container may say 4 KiB, all of a group together 12 KiB.
        """
        limit = min(MESSAGE_BYTES, GROUP_MESSAGE_BYTES // len(members))
        return {
            info.name: self._message(group, member, info, limit)
            for member in members
            if not member.ended and (info := found.get(member.engine_name)) and has_ended(info)
        }

    def _message(self, group: ContainerGroup, member: Member, info: ContainerInfo, limit: int) -> str:
        """What it has written into its message file, or the end of its log if it failed without a word."""
        content = b""
        with suppress(EngineError, OSError):
            content = self._said(group, member, limit)
            fallback = member.spec.termination_message_policy == "FallbackToLogsOnError"
            if not content and fallback and info.exit_code:
                content = self._engine.logs(info.name, tail=LOG_TAIL_LINES, limit=min(limit, LOG_TAIL_BYTES))
        return content.decode(errors="replace")

    def _said(self, group: ContainerGroup, member: Member, limit: int) -> bytes:
        """Read in the volume, for of a container that has just ended the engine cannot be asked yet."""
        message_file = member.names.message_file(member.role, member.name, member.status.attempt)
        for path, file in self._engine.read_files(member.names.files(group.id)):
            if path == message_file:
                return file.read(limit)
        return b""
