"""What another process does between two lines of ours: none of it is lost."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from eci_emulator.control import state
from eci_emulator.control.loading import read_records, write_records
from eci_emulator.engine.simulated import ImageScript
from eci_emulator.model.group import ContainerGroup, Placement
from eci_emulator.store import keys
from eci_emulator.store.exits import Exit
from eci_workers.node.resync import Resync

from .harness import IMAGE, Lab, container


def test_a_change_is_seen_by_the_worker_that_is_just_letting_go(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the API does nothing more after its write: the job it queued finds the group taken."""
    group_id = lab.create(container())
    leases = lab.runtime.store.leases
    heed = leases.heed

    def be_changed(name: str, pokes: int) -> None:
        monkeypatch.undo()
        monkeypatch.setattr(lab.store.leases, "poke", lambda _: None)
        heed(name, pokes)
        lab.call("DeleteContainerGroup", ContainerGroupId=group_id)
        assert not lab.runtime.reconciler.reconcile(group_id)

    monkeypatch.setattr(leases, "heed", be_changed)
    lab.runtime.reconciler.reconcile(group_id)
    assert lab.store.groups.get(group_id) is None


def test_what_a_comparison_found_is_not_settled_by_one_who_looked_before(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_id = lab.create(container(), RestartPolicy="Never")
    engine = lab.runtime.engine
    list_containers = engine.list_containers

    def end_afterwards(*arguments: Any, **options: Any) -> Any:
        found = list_containers(*arguments, **options)
        monkeypatch.undo()
        engine.signal(f"{group_id}-app-0", "SIGKILL")
        Resync(lab.runtime).once()
        return found

    assert lab.running(group_id) == ["app-0"]
    monkeypatch.setattr(engine, "list_containers", end_afterwards)
    lab.runtime.reconciler.reconcile(group_id)
    assert lab.status(group_id) == "Failed"


def saved_and_gone(lab: Lab, group_id: str) -> Any:
    """The records of a snapshot, after which everything has been removed."""
    saved = state.save(lab.emulator)["records"]
    lab.delete(group_id, Force=True)
    lab.store.forget([])
    return saved


def test_a_group_is_loaded_while_a_worker_finds_it_gone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = lab.create(container())
    saved = saved_and_gone(lab, group_id)
    groups = lab.runtime.store.groups

    def get_before_it_is_there(_: str) -> ContainerGroup | None:
        monkeypatch.undo()
        write_records(lab.emulator, read_records(lab.emulator, saved))
        assert not lab.runtime.reconciler.reconcile(group_id)
        return None

    monkeypatch.setattr(groups, "get", get_before_it_is_there)
    lab.runtime.reconciler.reconcile(group_id)
    host = lab.runtime.settings.host_name
    open_still = lab.store.redis.sismember(keys.unsettled(host), group_id)
    assert open_still or lab.status(group_id) != "Scheduling"


def test_an_end_that_is_told_late_is_not_taken_for_that_of_a_loaded_group(lab: Lab) -> None:
    group_id = lab.create(container(), RestartPolicy="Never")
    saved = saved_and_gone(lab, group_id)
    write_records(lab.emulator, read_records(lab.emulator, saved))
    lab.settle()
    lab.store.exits.tell(f"{group_id}-app-0", Exit(0, lab.now))
    lab.reconcile(group_id)
    assert lab.status(group_id) == lab.container(group_id, "app").current.state == "Running"


def test_a_reset_waits_as_long_as_something_is_removed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [lab.create(container()) for _ in range(3)]
    passed = 0.0

    def one_group_in_fifty_seconds(_: float) -> None:
        nonlocal passed
        passed += 10
        if passed % 50 == 0:
            lab.reconcile(groups.pop())

    slow = SimpleNamespace(monotonic=lambda: passed, sleep=one_group_in_fifty_seconds)
    monkeypatch.setattr(state, "time", slow)
    state.reset(lab.emulator, keep_clock=True)
    assert (groups, passed) == ([], 150)


def test_a_fetch_that_ends_while_its_cache_is_looked_at_is_collected_at_once(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.call("CreateImageCache", ImageCacheName="mine", Image=["app:1"])
    (cache_id,) = lab.store.image_caches.all_ids()
    heed = lab.runtime.store.leases.heed

    def come_now(name: str, pokes: int) -> None:
        monkeypatch.undo()
        heed(name, pokes)
        for _ in range(5):
            lab.coordinator.once()
        lab.runtime.caches.reconcile(cache_id)  # the job of that wake-up: it finds the cache taken

    monkeypatch.setattr(lab.runtime.store.leases, "heed", come_now)
    lab.runtime.caches.reconcile(cache_id)
    (cache,) = lab.store.image_caches.get_many([cache_id])
    assert cache.status == "Ready"
    lab.call("DeleteImageCache", ImageCacheId=cache_id)
    lab.settle()


def test_who_has_lost_the_lease_by_standing_still_takes_no_further_step(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure, monotonic = lab.runtime.networks.ensure, time.monotonic

    def stand_still(placed: Placement) -> None:
        monkeypatch.undo()
        ensure(placed)
        lab.store.redis.delete(keys.lease(group_id))
        monkeypatch.setattr(time, "monotonic", lambda: monotonic() + 60)

    monkeypatch.setattr(lab.runtime.networks, "ensure", stand_still)
    asked = {"ContainerGroupName": "web", "Container": [container(ImagePullPolicy="Never")]}
    lab.engine._add_image(IMAGE, 1, ImageScript())
    group_id = lab.call("CreateContainerGroup", **asked)["ContainerGroupId"]
    lab.runtime.reconciler.reconcile(group_id)
    assert lab.engine_containers(group_id) == {}
    monkeypatch.undo()
    lab.reconcile(group_id)
    assert lab.status(group_id) == "Running"
