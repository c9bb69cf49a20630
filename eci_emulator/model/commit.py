"""A task that makes an image of a container and pushes it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import field

from eci_emulator.model.group import Record
from eci_emulator.model.resource import Resource


class Phase(StrEnum):
    """The parts of a task, in their order."""

    PULL_BASE_IMAGE = "PullBaseImage"
    COMMIT_CONTAINER = "CommitContainer"
    PUSH_COMMITTED_IMAGE = "PushCommittedImage"


class TaskStatus(StrEnum):
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


PHASES: Final = tuple(Phase)


class PhaseRecord(Record):
    """A phase that is over."""

    phase: Phase
    succeeded: bool
    message: str
    time: float


class CommitTask(Resource, kw_only=True):
    """``name`` is the container's."""

    group_id: str
    host: str  # the Docker host that has the container
    engine_name: str  # of the container
    base_image: str
    repository: str  # as asked, with or without a registry in front
    tag: str
    author: str = ""
    message: str = ""
    acr: dict[str, str] = field(default_factory=dict)  # the registry instance and roles, as asked
    status: TaskStatus = TaskStatus.RUNNING
    phases: list[PhaseRecord] = field(default_factory=list)
    finished_time: float = 0.0

    @property
    def next_phase(self) -> Phase | None:
        """The first phase that has not been gone through; None when the task is over."""
        if self.status is not TaskStatus.RUNNING:
            return None
        return PHASES[len(self.phases)]

    @property
    def progress(self) -> str:
        done = sum(phase.succeeded for phase in self.phases)
        return f"{100 * done // len(PHASES)}%"

    def record(self, phase: PhaseRecord) -> None:
        """Note that a phase is over, and with the last one or a failed one the task."""
        self.phases.append(phase)
        if not phase.succeeded:
            self.status = TaskStatus.FAILED
        elif len(self.phases) == len(PHASES):
            self.status = TaskStatus.SUCCEEDED
        if self.status is not TaskStatus.RUNNING:
            self.finished_time = phase.time
