"""The containers of a group as the planner handles them: spec, status and engine name together."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from eci_emulator.controller.names import ROLE_CONTAINER, ROLE_INIT, Names
from eci_emulator.model.group import ContainerGroup, ContainerSpec, ContainerStatus

WAITING: Final = "Waiting"
RUNNING: Final = "Running"
TERMINATED: Final = "Terminated"

_PRIORITY_LIMIT: Final = 1000


class Member(Struct):
    """One container of a group: its spec, its status, and its name on the engine."""

    role: str
    spec: ContainerSpec
    status: ContainerStatus
    group_id: str
    names: Names

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def engine_name(self) -> str:
        """Of the current attempt."""
        return self.names.attempt(self.group_id, self.role, self.name, self.status.attempt)

    @property
    def labels(self) -> dict[str, str]:
        """Of the current attempt in the engine."""
        return self.names.attempt_labels(self.group_id, self.role, self.name, self.status.attempt)

    @property
    def state(self) -> str:
        return self.status.current.state

    @property
    def running(self) -> bool:
        return self.state == RUNNING

    @property
    def waiting(self) -> bool:
        return self.state == WAITING

    @property
    def ended(self) -> bool:
        return self.state == TERMINATED

    @property
    def succeeded(self) -> bool:
        return self.ended and self.status.current.exit_code == 0

    # --- what the environment of a container says about it ---------------------------------------

    @property
    def sidecar(self) -> bool:
        """It serves the others and is stopped when they have finished."""
        return self._variable("ECI_CONTAINER_TYPE") == "sidecar"

    @property
    def ignores_exit_code(self) -> bool:
        return self._variable("ECI_CONTAINER_IGNORE_EXIT_CODE").lower() == "true"

    @property
    def launch_priority(self) -> int:
        return self._priority("ECI_CONTAINER_LAUNCH_PRIORITY")

    @property
    def exit_priority(self) -> int:
        return self._priority("ECI_CONTAINER_EXIT_PRIORITY")

    def _variable(self, key: str) -> str:
        return next((v.value for v in self.spec.environment_vars if v.key == key), "")

    def _priority(self, key: str) -> int:
        try:
            asked = int(self._variable(key) or 0)
        except ValueError:
            return 0
        return max(-_PRIORITY_LIMIT, min(_PRIORITY_LIMIT, asked))


def init_members(group: ContainerGroup, names: Names) -> list[Member]:
    """The init containers, in order."""
    return _members(group, names, ROLE_INIT, group.spec.init_containers, group.state.init_containers)


def app_members(group: ContainerGroup, names: Names) -> list[Member]:
    return _members(group, names, ROLE_CONTAINER, group.spec.containers, group.state.containers)


def leaving_members(group: ContainerGroup, names: Names) -> list[Member]:
    """Containers that an update took out and that are not gone yet."""
    return _members(group, names, ROLE_CONTAINER, group.state.leaving, group.state.containers)


def _members(
    group: ContainerGroup,
    names: Names,
    role: str,
    specs: list[ContainerSpec],
    statuses: dict[str, ContainerStatus],
) -> list[Member]:
    """A status is made for each that has none."""
    return [
        Member(role, spec, statuses.setdefault(spec.name, ContainerStatus()), group.id, names)
        for spec in specs
    ]
