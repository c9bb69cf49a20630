"""What happens behind the emulator's back: things removed, killed, unreachable, in the way."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.engine.driver import (
    LABEL_INSTANCE,
    AddressInUse,
    ContainerConfig,
    EngineError,
    EngineUnavailable,
    Mount,
)
from eci_workers.node import resync

from .harness import IMAGE, Lab, container


class Sometimes:
    """An engine call that fails so many times before it works."""

    def __init__(self, call: Any, error: EngineError, times: int) -> None:
        self.call, self.error, self.times, self.calls = call, error, times, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return self.call(*args, **kwargs)


def test_a_container_removed_behind_our_back_is_started_again(lab: Lab) -> None:
    group_id = lab.create(container())
    lab.engine.remove(f"{group_id}-app-0")
    lab.settle()
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), lab.running(group_id), app.restart_count) == ("Running", ["app-1"], 1)
    assert app.previous is not None
    assert (app.previous.reason, app.previous.exit_code) == ("ContainerStatusUnknown", 137)


def test_a_container_removed_behind_our_back_fails_a_group_that_never_restarts(lab: Lab) -> None:
    group_id = lab.create(container(), RestartPolicy="Never")
    lab.engine.remove(f"{group_id}-app-0")
    lab.settle()
    assert lab.status(group_id) == "Failed"


def test_a_killed_container_is_seen_with_its_exit_code(lab: Lab) -> None:
    group_id = lab.create(container())
    lab.engine.signal(f"{group_id}-app-0", "KILL")
    lab.settle()
    app = lab.container(group_id, "app")
    assert app.previous is not None
    assert (app.previous.exit_code, app.previous.signal, app.restart_count) == (137, 9, 1)


@pytest.mark.parametrize("removed", [True, False])
def test_containers_end_with_their_sandbox_and_both_are_made_anew(lab: Lab, removed: bool) -> None:
    group_id = lab.create(container("a"), container("b", "trap '' TERM; sleep inf"))
    ip = lab.engine_containers(group_id)[f"{group_id}-sandbox"].ip
    (lab.engine.remove if removed else _kill(lab))(f"{group_id}-sandbox")
    lab.settle()
    assert lab.running(group_id) == ["b-0"]  # nothing is started before all that was lost has ended
    lab.advance(30)
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["a-1", "b-1", "sandbox"])
    assert lab.engine_containers(group_id)[f"{group_id}-sandbox"].ip == ip


def _kill(lab: Lab) -> Any:
    return lambda name: lab.engine.signal(name, "KILL")


def test_a_lost_sandbox_ends_a_group_that_never_restarts(lab: Lab) -> None:
    group_id = lab.create(container("a"), container("b"), RestartPolicy="Never")
    lab.engine.signal(f"{group_id}-sandbox", "KILL")
    lab.settle()
    assert (lab.status(group_id), lab.running(group_id)) == ("Failed", [])


def test_a_lost_sandbox_of_containers_that_have_ended_is_not_missed(lab: Lab) -> None:
    group_id = lab.create(container("a", "exit 0"), container("b", "sleep 50"), RestartPolicy="Never")
    lab.engine.signal(f"{group_id}-sandbox", "KILL")
    lab.engine.signal(f"{group_id}-b-0", "KILL")
    lab.settle()
    assert (lab.status(group_id), lab.running(group_id)) == ("Failed", [])


def test_an_engine_that_was_restarted_has_killed_everything(lab: Lab) -> None:
    group_id = lab.create(container("a"), container("b"))
    for name in lab.engine_containers(group_id):
        lab.engine.signal(name, "KILL")
    lab.settle()
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["a-1", "b-1", "sandbox"])


def test_a_network_removed_behind_our_back_is_made_again(lab: Lab) -> None:
    first = lab.create(container())
    lab.delete(first, Force=True)
    for info in lab.engine.list_containers({}):
        lab.engine.remove(info.name)
    for network in lab.engine.list_networks({}):
        lab.engine.remove_network(network)
    second = lab.create(container("a"), container("b"))
    third = lab.create(container())
    assert (lab.status(second), lab.status(third)) == ("Running", "Running")


def test_a_volume_removed_behind_our_back_is_made_again(lab: Lab) -> None:
    group_id = lab.create(container())
    lab.engine.remove(f"{group_id}-app-0")
    for volume in lab.engine.list_volumes(lab.runtime.names.group_labels(group_id)):
        lab.engine.remove_volume(volume)
    lab.settle()
    assert lab.running(group_id) == ["app-1"]


@pytest.mark.parametrize("method", ["create", "start", "ensure_volume", "put_files", "list_containers"])
def test_an_engine_that_is_away_for_a_while_is_tried_again(
    lab: Lab, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Sometimes(getattr(lab.engine, method), EngineUnavailable("no answer"), 2)
    monkeypatch.setattr(lab.engine, method, away)
    group_id = lab.create(container())
    lab.sweep()
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count) == ("Running", 0)
    assert "Failed" not in lab.reasons(group_id)


@pytest.mark.parametrize("method", ["signal", "remove", "remove_volume"])
def test_what_the_engine_does_not_take_away_is_taken_away_later(
    lab: Lab, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_id = lab.create(container(), container("b"))
    monkeypatch.setattr(
        lab.engine, method, Sometimes(getattr(lab.engine, method), EngineError("device busy"), 2)
    )
    lab.delete(group_id)
    lab.sweep()
    assert lab.leftovers() == []


def test_an_address_that_is_still_in_use_is_waited_for(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = Sometimes(lab.engine.start, AddressInUse("Address already in use"), 3)
    monkeypatch.setattr(lab.engine, "start", busy)
    group_id = lab.create(container())
    lab.sweep()
    assert lab.status(group_id) == "Running"


def test_an_engine_that_refuses_a_container_is_asked_again_with_growing_patience(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = lab.engine.create

    def picky(config: Any) -> str:
        if config.name.endswith("-app-0"):
            raise EngineError("invalid sysctl")
        return str(create(config))

    with monkeypatch.context() as patch:
        patch.setattr(lab.engine, "create", picky)
        group_id = lab.create(container())
        lab.advance(35)
    current = lab.container(group_id, "app").current
    assert (current.reason, current.message) == ("CreateContainerError", "invalid sysctl")
    assert [e.times for e in lab.events(group_id) if e.message == "Error: invalid sysctl"] == [3]
    lab.advance(40)
    assert lab.status(group_id) == "Running"


def test_a_sandbox_that_cannot_be_made_is_told_of_and_tried_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = Sometimes(lab.engine.ensure_volume, EngineError("no such driver"), 2)
    monkeypatch.setattr(lab.engine, "ensure_volume", refusing)
    group_id = lab.create(container())
    assert lab.told(group_id, "FailedCreatePodSandBox") == ["Failed to create pod sandbox: no such driver"]
    lab.advance(29)
    assert lab.status(group_id) == "Pending"
    lab.advance(1)
    assert lab.status(group_id) == "Running"


def test_what_a_crash_left_half_made_is_adopted(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Created but not started: the next attempt at it starts the same container."""

    class Killed(BaseException): ...

    def die(name: str) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(lab.engine, "start", die)
        with pytest.raises(Killed):
            lab.create(container())
    group_id = lab.store.groups.all_ids()[0]
    lab.settle()
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-0"])


def test_somebody_elses_containers_are_left_alone(lab: Lab) -> None:
    image = lab.engine.ensure_base_image()
    lab.engine.create(ContainerConfig(name="theirs", image=image, labels={"owner": "them"}))
    group_id = lab.create(container())
    lab.delete(group_id, Force=True)
    assert [info.name for info in lab.engine.list_containers({"owner": "them"})] == ["theirs"]


def test_what_is_of_no_group_is_removed_after_a_while_and_what_is_of_others_never(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("eci_workers.node.resync.time.monotonic", lambda: now)
    names, engine = lab.runtime.names, lab.engine
    group_id = lab.create(container(), container("b"), Volume=[{"Name": "v", "Type": "EmptyDirVolume"}])
    gone, others = names.group_labels("eci-gone"), {**names.group_labels("eci-gone"), LABEL_INSTANCE: "x"}
    for owner, labels in (("eci-gone", gone), ("eci-other", others)):
        engine.ensure_volume(names.volume(owner, "a-b"), labels)
        engine.ensure_volume(names.files(owner), labels)
        mounts = [Mount(target="/v", volume=names.volume(owner, "a-b"))]
        stray = ContainerConfig(name=f"{owner}-app-0", image=IMAGE, labels=labels, mounts=mounts)
        engine.create(stray)
        engine.start(stray.name)

    def left() -> list[str]:
        return sorted([*(info.name for info in engine.list_containers({})), *engine.list_volumes({})])

    shared = [names.disk("a/d-1"), "edc-cache-1"]
    for volume in shared:
        engine.ensure_volume(volume, gone)
    before, keeper = left(), resync.Resync(lab.runtime)
    keeper.once()
    now += resync.STRAY_GRACE_SECONDS - 1
    keeper.once()
    assert left() == before
    now += 1
    keeper.once()
    assert [name for name in before if name not in left()] == [
        "eci-gone-a-b",
        "eci-gone-app-0",
        "eci-gone.files",
    ]
    assert lab.running(group_id) == ["app-0", "b-0", "sandbox"]
    engine.remove("eci-other-app-0")
    for volume in (names.volume("eci-other", "a-b"), names.files("eci-other"), *shared):
        engine.remove_volume(volume)
