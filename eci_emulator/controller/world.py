"""The observed state: what the engine has of one group, in the emulator's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eci_emulator.controller.names import ROLE_SANDBOX, ROLE_WARM
from eci_emulator.engine.driver import LABEL_ROLE, ContainerInfo

_SANDBOXES = (ROLE_SANDBOX, ROLE_WARM)
_ALIVE = ("running", "paused")


class World:
    """Engine containers of one group, by engine name. Their times have been told in emulated time.

    ``messages`` are the termination messages of those that have just ended. ``told``: the engine has told
    of an end of which it can still not be asked, and may not have tidied up after it.
    """

    def __init__(
        self, containers: Iterable[ContainerInfo], messages: dict[str, str], *, told: bool = False
    ) -> None:
        self._by_name = {info.name: info for info in containers}
        self.messages = messages
        self.told = told

    def get(self, name: str) -> ContainerInfo | None:
        return self._by_name.get(name)

    @property
    def names(self) -> set[str]:
        """Of all containers except the sandbox."""
        return {info.name for info in self._by_name.values() if not _is_sandbox(info)}

    @property
    def alive(self) -> set[str]:
        """Of all running containers except the sandbox."""
        return {name for name in self.names if is_alive(self._by_name[name])}

    @property
    def sandbox(self) -> ContainerInfo | None:
        return next((info for info in self._by_name.values() if _is_sandbox(info)), None)


def is_alive(info: ContainerInfo) -> bool:
    return info.phase in _ALIVE


def has_ended(info: ContainerInfo) -> bool:
    return info.phase in ("exited", "dead")


def _is_sandbox(info: ContainerInfo) -> bool:
    return info.labels.get(LABEL_ROLE) in _SANDBOXES


def in_emulated_time(info: ContainerInfo, from_real: Callable[[float], float]) -> ContainerInfo:
    """The same container with its engine times translated."""
    info.started_at = from_real(info.started_at) if info.started_at else 0.0
    info.finished_at = from_real(info.finished_at) if info.finished_at else 0.0
    return info
