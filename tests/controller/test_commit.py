"""Commit tasks, phase by phase."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from eci_emulator.controller.commit import Committer, registry_of
from eci_emulator.controller.due import fire
from eci_emulator.engine.driver import EngineUnavailable, NotFound, RegistryDenied
from eci_emulator.images.registries import BASE, Registries, Rules
from eci_emulator.model.commit import CommitTask, Phase, TaskStatus
from eci_emulator.model.group import ContainerGroup, ContainerSpec, GroupSpec, RegistryCredential
from eci_emulator.store import keys
from eci_emulator.store.database import Store
from eci_emulator.store.wakeups import COMMIT


class FakeEngine:
    """Notes what is asked of it; ``fail`` maps a call's name to what it raises."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.fail: dict[str, Exception] = {}
        self.images = {"base:1"}

    def _do(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        if name in self.fail:
            raise self.fail[name]

    def image(self, reference: str) -> object | None:
        return object() if reference in self.images else None

    def pull(self, reference: str, auth: Any) -> list[None]:
        self._do("pull", reference, auth and auth.username)
        return []

    def commit(self, container: str, reference: str, *, author: str, message: str) -> str:
        self._do("commit", container, reference, author, message)
        return "sha256:0"

    def push(self, reference: str, auth: Any) -> None:
        self._do("push", reference, auth and auth.username)

    def remove_image(self, reference: str) -> None:
        self._do("remove_image", reference)


@pytest.fixture
def store(redis_client: redis.Redis) -> Store:
    return Store(redis_client)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def begin(store: Store, repository: str = "team/made", base: str = "base:1") -> str:
    credential = RegistryCredential(server="reg.local:5000", user_name="me", password="secret")
    spec = GroupSpec(
        name="g",
        containers=[ContainerSpec(name="c", image=base)],
        image_registry_credentials=[credential],
    )
    store.groups.save(ContainerGroup(id="eci-1", account="1", region="cn-hangzhou", spec=spec))
    task = CommitTask(
        id="t-1",
        account="1",
        region="cn-hangzhou",
        name="c",
        group_id="eci-1",
        host="local",
        engine_name="eci-1-c-0",
        base_image=base,
        repository=repository,
        tag="2",
        author="A",
        message="M",
    )
    store.commit_tasks.save(task, also=lambda pipe: store.wakeups.begin("local", COMMIT, task.id, pipe))
    return task.id


def finished(store: Store) -> CommitTask:
    task = store.commit_tasks.get("t-1")
    assert task
    return task


def committer(store: Store, engine: FakeEngine, registry: str = "reg.local:5000") -> Committer:
    return Committer(store, engine, Registries(Rules(), BASE), registry)  # type: ignore[arg-type]


def test_all_phases(store: Store, engine: FakeEngine) -> None:
    committer(store, engine).run(begin(store))
    reference = "reg.local:5000/team/made:2"
    assert engine.calls == [
        ("commit", "eci-1-c-0", reference, "A", "M"),
        ("push", reference, "me"),
        ("remove_image", reference),
    ]
    task = finished(store)
    assert (task.status, task.progress) == (TaskStatus.SUCCEEDED, "100%")
    assert [phase.phase for phase in task.phases] == list(Phase)
    assert task.finished_time
    assert store.wakeups.unfinished("local") == []


def test_a_base_image_that_is_not_there_is_pulled(store: Store, engine: FakeEngine) -> None:
    committer(store, engine).run(begin(store, base="reg.local:5000/base:2"))
    assert engine.calls[0] == ("pull", "reg.local:5000/base:2", "me")


def test_a_repository_may_name_its_registry(store: Store, engine: FakeEngine) -> None:
    committer(store, engine, registry="").run(begin(store, "other.example/made"))
    assert ("push", "other.example/made:2", None) in engine.calls


def test_nowhere_to_push_to(store: Store, engine: FakeEngine) -> None:
    committer(store, engine, registry="").run(begin(store))
    task = finished(store)
    assert (task.status, task.progress) == (TaskStatus.FAILED, "66%")
    assert "ECI_EMULATOR_COMMIT_REGISTRY" in task.phases[-1].message
    assert engine.calls[-1] == ("remove_image", "team/made:2")


@pytest.mark.parametrize(
    ("call", "error", "phases"),
    [("commit", NotFound("no such container"), 2), ("push", RegistryDenied("denied"), 3)],
)
def test_a_failure_ends_the_task(
    store: Store, engine: FakeEngine, call: str, error: Exception, phases: int
) -> None:
    engine.fail[call] = error
    committer(store, engine).run(begin(store))
    task = finished(store)
    assert (task.status, len(task.phases)) == (TaskStatus.FAILED, phases)
    assert (task.phases[-1].succeeded, task.phases[-1].message) == (False, str(error))
    assert store.wakeups.unfinished("local") == []


def test_an_engine_that_is_away_is_waited_for(store: Store, engine: FakeEngine) -> None:
    """The task goes on where it was, and commits only once."""
    engine.fail["push"] = EngineUnavailable("away")
    begin(store)
    committer(store, engine).run("t-1")
    assert (finished(store).status, len(finished(store).phases)) == (TaskStatus.RUNNING, 2)
    assert store.wakeups.unfinished("local") == [(COMMIT, "t-1")]
    engine.fail.clear()
    committer(store, engine).run("t-1")
    assert finished(store).status is TaskStatus.SUCCEEDED
    assert [call[0] for call in engine.calls].count("commit") == 1


def test_one_at_a_time(store: Store, engine: FakeEngine) -> None:
    begin(store)
    with store.leases.hold(keys.worked_on("local", "t-1")):
        committer(store, engine).run("t-1")
    assert engine.calls == []


def test_a_finished_task_is_forgotten_in_the_end(store: Store, engine: FakeEngine) -> None:
    committer(store, engine).run(begin(store))
    (due,) = store.timers.due(store.clock.now() + 8 * 86_400)
    fire(store, due)
    assert store.commit_tasks.all_ids() == []


@pytest.mark.parametrize(
    ("reference", "registry"),
    [
        ("busybox:1", ""),
        ("team/made:2", ""),
        ("reg.example/made:2", "reg.example"),
        ("localhost/made:2", "localhost"),
        ("127.0.0.1:5000/a/b:2", "127.0.0.1:5000"),
    ],
)
def test_the_registry_of_a_reference(reference: str, registry: str) -> None:
    assert registry_of(reference) == registry
