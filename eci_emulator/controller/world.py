"""The observed state: what the engine has of one group, in the emulator's time."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from eci_emulator.controller.names import ROLE_SANDBOX, ROLE_WARM
from eci_emulator.engine.driver import LABEL_ATTEMPT, LABEL_CONTAINER, LABEL_ROLE, ContainerInfo

_SANDBOXES = (ROLE_SANDBOX, ROLE_WARM)


class World(Struct):
    """Engine containers of one group. Their times have been told in emulated time."""

    containers: list[ContainerInfo]
    messages: dict[str, str]  # engine name -> termination message of one that has ended

    def attempt(self, role: str, container: str, attempt: int) -> ContainerInfo | None:
        for info in self.containers:
            labels = info.labels
            if (
                labels.get(LABEL_CONTAINER) == container
                and labels.get(LABEL_ROLE) == role
                and labels.get(LABEL_ATTEMPT) == str(attempt)
            ):
                return info
        return None

    def older_attempts(self, role: str, container: str, before: int) -> list[str]:
        """Engine names of a container's attempts numbered below ``before``."""
        return [
            info.name
            for info in self.containers
            if info.labels.get(LABEL_CONTAINER) == container
            and info.labels.get(LABEL_ROLE) == role
            and int(info.labels.get(LABEL_ATTEMPT) or 0) < before
        ]

    @property
    def sandbox(self) -> ContainerInfo | None:
        return next((i for i in self.containers if i.labels.get(LABEL_ROLE) in _SANDBOXES), None)

    @property
    def alive(self) -> list[ContainerInfo]:
        """What still runs, the sandbox apart."""
        return [
            info
            for info in self.containers
            if info.phase in ("running", "paused") and info.labels.get(LABEL_ROLE) not in _SANDBOXES
        ]


def in_emulated_time(info: ContainerInfo, from_real: Callable[[float], float]) -> ContainerInfo:
    """The same container with its engine times translated."""
    info.started_at = from_real(info.started_at) if info.started_at else 0.0
    info.finished_at = from_real(info.finished_at) if info.finished_at else 0.0
    return info
