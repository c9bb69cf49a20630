"""Carrying out a task that makes an image of a container and pushes it.

Each phase that is over is in the task's record, so that a task cut short by a crash goes on where it
was; a phase may be carried out twice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from eci_emulator.engine.driver import Engine, EngineError, EngineUnavailable, RegistryAuth
from eci_emulator.images.registries import Registries, registry_of
from eci_emulator.model.commit import CommitTask, Phase, PhaseRecord
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.lease import Lease
from eci_emulator.store.timers import set_timer
from eci_emulator.store.wakeups import COMMIT

#: How long the record of a finished task is kept.
KEPT_SECONDS: Final = 7 * 86_400.0


class CommitFailed(Exception):
    """The task cannot go on; the text says why."""


class Committer:
    """Works through the commit tasks of one Docker host. ``registry`` takes images that name none."""

    def __init__(self, store: Store, engine: Engine, registries: Registries, registry: str) -> None:
        self._store = store
        self._engine = engine
        self._registries = registries
        self._registry = registry

    def run(self, task_id: str) -> None:
        """Go through the phases that are left, unless somebody else is at it or the engine is away."""

        def settle(lease: Lease, pokes: int) -> None:
            task = self._store.commit_tasks.get(task_id)
            with suppress(EngineUnavailable):
                if task:
                    self._phases(task)

        task = self._store.commit_tasks.get(task_id)
        if task:
            self._store.leases.attend(keys.worked_on(task.host, task_id), settle)

    def _phases(self, task: CommitTask) -> None:
        while phase := task.next_phase:
            self._record(task, self._phase(task, phase))
        with suppress(EngineError):
            self._engine.remove_image(self._reference(task))  # it is in the registry, or of no use
        self._store.wakeups.finish(task.host, COMMIT, task.id)

    def _phase(self, task: CommitTask, phase: Phase) -> PhaseRecord:
        try:
            message, succeeded = self._carry_out(task, phase), True
        except EngineUnavailable:
            raise
        except (CommitFailed, EngineError) as error:
            message, succeeded = str(error), False
        return PhaseRecord(phase=phase, succeeded=succeeded, message=message, time=self._store.clock.now())

    def _carry_out(self, task: CommitTask, phase: Phase) -> str:
        match phase:
            case Phase.PULL_BASE_IMAGE:
                return self._pull(task)
            case Phase.COMMIT_CONTAINER:
                self._engine.commit(
                    task.engine_name, self._reference(task), author=task.author, message=task.message
                )
                return f"Commit container {task.name} successfully"
            case Phase.PUSH_COMMITTED_IMAGE:
                return self._push(task)

    def _pull(self, task: CommitTask) -> str:
        base = self._registries.source(task.base_image).reference
        if self._engine.image(base) is None:
            for _ in self._engine.pull(base, self._auth(task, base)):
                pass
        return f"Pull base image for container {task.name} successfully"

    def _push(self, task: CommitTask) -> str:
        reference = self._reference(task)
        if not registry_of(reference):
            raise CommitFailed(
                f"There is no registry to push {reference} to: name one in Image.Repository, "
                "or set ECI_EMULATOR_COMMIT_REGISTRY."
            )
        self._engine.push(reference, self._auth(task, reference))
        return f"Push committed image {reference} successfully"

    def _reference(self, task: CommitTask) -> str:
        whole = f"{task.repository}:{task.tag}"
        return whole if registry_of(whole) or not self._registry else f"{self._registry}/{whole}"

    def _auth(self, task: CommitTask, reference: str) -> RegistryAuth | None:
        """The group's own login of the registry."""
        group = self._store.groups.get(task.group_id)
        for credential in group.spec.image_registry_credentials if group else ():
            if credential.server == registry_of(reference):
                return RegistryAuth(username=credential.user_name, password=credential.password)
        return None

    def _record(self, task: CommitTask, phase: PhaseRecord) -> None:
        task.record(phase)
        forgotten = task.finished_time + KEPT_SECONDS if task.finished_time else None
        self._store.commit_tasks.save(
            task, also=lambda pipe: set_timer(pipe, "commit-task", task.id, forgotten)
        )
