"""The one clock: shown, frozen, set, scaled, advanced; and all that goes by it, in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from eci_emulator.cli.times import duration
from eci_emulator.clock import MAX_SEGMENTS, Clock, ClockState
from eci_emulator.controller import settling as settling_module
from eci_emulator.controller import timekeeping as timekeeping_module
from eci_emulator.controller.settling import Settling
from eci_emulator.controller.timekeeping import FIRING, Timekeeping
from eci_emulator.engine.driver import PullProgress
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.throttle import Throttle
from eci_emulator.images.fetches import Fetches, ImageFetch
from eci_emulator.model import errors
from eci_emulator.model.times import iso
from eci_emulator.store import keys
from eci_emulator.store.hosts import Host
from eci_emulator.store.timers import Due, Timers
from tests.controller.harness import BEGIN, Lab, container
from tests.money.conftest import Admin, Run


def move(admin: Admin, action: str, **body: object) -> Any:
    return admin("POST", "/clock", json={"action": action, **body})


def test_it_is_real_at_first(lab: Lab, admin: Admin) -> None:
    lab.store.clock.reset()
    shown = admin("GET", "/clock")
    assert (shown["mode"], shown["scale"]) == ("real", 1.0)
    assert abs(shown["epoch"] - time.time()) < 60


def test_freeze_set_scale_and_back(admin: Admin) -> None:
    assert move(admin, "freeze")["mode"] == "frozen"
    assert move(admin, "set", time="2027-06-01T00:00:00Z")["time"] == "2027-06-01T00:00:00Z"
    assert move(admin, "scale", scale=60)["mode"] == "scaled"
    assert move(admin, "scale", scale=1)["mode"] == "moved"
    assert move(admin, "real")["mode"] == "real"


@pytest.mark.parametrize(
    "body",
    [{"action": "set"}, {"action": "advance"}, {"action": "scale"}],
)
def test_what_is_missing_is_named(admin: Admin, body: dict[str, str]) -> None:
    status, detail = admin.refused("POST", "/clock", json=body)
    assert (status, body["action"] in detail) == (400, True)


def test_every_process_sees_the_same_time(lab: Lab, admin: Admin) -> None:
    move(admin, "set", time="2027-06-01T00:00:00Z")
    assert lab.runtime.store.clock.now() == lab.store.clock.now()


def test_advance_does_what_falls_due_in_its_order(lab: Lab, admin: Admin) -> None:
    """Nobody works here but the call itself: what happens by time alone must have happened when it returns."""
    short = lab.create(container(script="sleep 100; exit 3"), RestartPolicy="Never")
    long = lab.create(container(script="sleep 5000"), ActiveDeadlineSeconds=200)
    lab.advance(150)
    assert (lab.status(short), lab.status(long)) == ("Failed", "Running")
    assert lab.group(short).state.failed_time == BEGIN + 100
    lab.advance(150)
    assert lab.group(long).state.failed_time == BEGIN + 200
    fired = lab.time.advance(10)
    assert (fired, lab.now) == (0, BEGIN + 310)


def test_nobody_else_fires_while_the_clock_is_moved(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another fires between two looks, and no worker has seen yet, would be jumped over."""
    lab.create(container(script="sleep 100; exit 3"), RestartPolicy="Never")
    other = Timekeeping(lab.store, lab.runtime.engine, lambda: None, lab.runtime.spot)
    due = Timers.due

    def due_after_the_other(timers: Timers, until: float) -> list[Due]:
        if timers is lab.runtime.store.timers:
            other.keep()
        return due(timers, until)

    monkeypatch.setattr(Timers, "due", due_after_the_other)
    assert lab.time.advance(150) == 1
    monkeypatch.undo()
    lab.store.timers.set("virtual-node", "gone", lab.now)
    other.keep()
    assert lab.store.timers.next_due() is None, "afterwards it fires again"


def test_what_is_fired_without_the_lease_is_not_jumped_over(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still for longer than its lease goes on where it was."""
    group = lab.create(container(), ActiveDeadlineSeconds=100)
    other = Timekeeping(lab.store, lab.runtime.engine, lambda: None, lab.runtime.spot)
    due = Timers.due

    def due_after_the_other(timers: Timers, until: float) -> list[Due]:
        if timers is lab.runtime.store.timers:
            other.fire_due()
        return due(timers, until)

    monkeypatch.setattr(Timers, "due", due_after_the_other)
    lab.advance(150)
    assert lab.group(group).state.failed_time == BEGIN + 100


def test_advance_waits_for_one_who_fires_but_not_for_ever(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as pool:
        with lab.store.leases.hold(FIRING):
            waiting = pool.submit(lab.time.advance, 10)
            time.sleep(0.2)
            assert not waiting.done()
        assert waiting.result(10) == 0
    monkeypatch.setattr(timekeeping_module, "LEASE_SECONDS", 0.01)
    with lab.store.leases.hold(FIRING), pytest.raises(TimeoutError):
        lab.time.advance(10)
    assert lab.now == BEGIN + 10


def test_advancing_over_the_api_moves_and_fires(admin: Admin, lab: Lab) -> None:
    lab.store.timers.set("virtual-node", "gone", BEGIN + 50)
    moved = move(admin, "advance", seconds=100)
    assert (moved["time"], moved["fired"]) == (iso(BEGIN + 100), 1)
    assert lab.store.timers.next_due() is None


def test_one_advance_does_all_that_goes_by_time(lab: Lab, admin: Admin) -> None:
    admin("PUT", "/stock", json={"what": "2-4Gi", "units": 1})
    lab.call("CreateContainerGroup", ContainerGroupName="late", Container=[container()])
    admin("PUT", "/stock", json={"what": "2-4Gi", "units": 0})
    admin("DELETE", "/stock")
    ended = [lab.create(container(script="sleep 60"), RestartPolicy="Never") for _ in range(102)]
    node = lab.call("CreateVirtualNode", VSwitchId="vsw-1", SecurityGroupId="sg-1")["VirtualNodeId"]
    lab.call("CreateImageCache", ImageCacheName="short", Image=["app:1"], RetentionDays=1)
    throttle = Throttle(lab.store.redis, lab.store.clock)
    call = Exchange(method="POST", path="/", query=b"", headers=[], body=b"")
    call.operation = "CreateContainerGroup"
    with pytest.raises(errors.ThrottlingUser):
        for _ in range(101):
            throttle(call)
    lab.settle()
    assert len(lab.store.image_caches.all_ids()) == 1
    lab.advance(3 * 86_400)
    kept = lab.store.groups.all_ids()
    assert (len(kept), set(kept) - set(ended)) == (100, set()), "one was never placed, two are too many"
    assert {lab.group(group).state.terminal_since for group in kept} == {BEGIN + 60}
    (found,) = json.loads(lab.call("DescribeVirtualNodes"))["VirtualNodes"]
    assert (found["VirtualNodeId"], found["Status"]) == (node, "Ready")
    assert lab.store.image_caches.all_ids() == []
    throttle(call)


def test_jumping_does_not_fire(admin: Admin, lab: Lab) -> None:
    lab.store.timers.set("virtual-node", "gone", BEGIN + 50)
    move(admin, "set", time=iso(BEGIN + 100))
    assert lab.store.timers.next_due() == BEGIN + 50


def test_who_moves_the_clock_undoes_nothing_of_what_another_did_at_that_moment(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, other = lab.store.clock, lab.runtime.store.clock
    clock.rescale(1)
    state = clock.state

    def read_before_it_is_frozen() -> ClockState:
        found = state()
        monkeypatch.undo()
        other.freeze()
        return found

    monkeypatch.setattr(clock, "state", read_before_it_is_frozen)
    clock.set(BEGIN + 5)
    assert (other.state().scale, other.now()) == (0, BEGIN + 5)


def test_much_moving_does_not_forget_the_past(lab: Lab) -> None:
    clock: Clock = lab.store.clock
    clock.set(BEGIN)
    before = time.time()
    time.sleep(0.05)
    for step in range(3 * MAX_SEGMENTS):
        clock.set(BEGIN + 10 * step)
    state = clock.state()
    assert len(state.segments) <= MAX_SEGMENTS
    assert BEGIN <= state.from_real(before) <= BEGIN + 10
    assert state.from_real(time.time()) == BEGIN + 10 * (3 * MAX_SEGMENTS - 1)


def test_settling_waits_for_a_worker_that_has_only_taken_the_wake_up(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling_module, "PATIENCE_SECONDS", 0.01)
    store, group = lab.store, "eci-taken"
    store.hosts.announce(Host(name="local"))
    store.redis.sadd(keys.unsettled("local"), group)
    for pokes in range(2):  # none, for a new group
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(Settling(store).wait)
            time.sleep(0.2)
            assert not waiting.done(), "longer than for a group that waits for something outside"
            store.leases.heed(group, pokes)
            waiting.result(10)
        store.leases.poke(group)


class Waiting:
    """Stands in for the module ``time``: counts how long it is waited, and lets something happen meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        self.meanwhile: Callable[[], object] = lambda: None
        monkeypatch.setattr(settling_module, "time", self)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += 30 * seconds
        self.meanwhile()

    def after_five_seconds(self, happens: Callable[[], object]) -> None:
        self.meanwhile = lambda: happens() if self.passed > 5 else None

    def by(self, settling: Settling) -> float:
        self.passed = 0.0
        settling.wait()
        return self.passed


def test_settling_waits_for_a_group_but_in_vain_only_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    store, waited, settling = lab.store, Waiting(monkeypatch), Settling(lab.store)
    store.hosts.announce(Host(name="local"))
    assert waited.by(settling) == 0
    store.redis.sadd(keys.unsettled("local"), "eci-stuck")
    store.leases.heed("eci-stuck", 0)
    assert 1 < waited.by(settling) < 2
    assert waited.by(settling) == 0
    store.unsettle("local", "eci-stuck")
    waited.after_five_seconds(lambda: store.leases.heed("eci-stuck", 1))
    assert 5 < waited.by(settling) < 8, "something happened to it, and a worker came late"
    waited.meanwhile = lambda: None
    store.unsettle("local", "eci-stuck")
    assert 29 < waited.by(settling) < 31, "and now none comes"


def test_settling_waits_as_long_as_there_is_less_and_less_to_do(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, waited, settling = lab.store, Waiting(monkeypatch), Settling(lab.store)
    store.hosts.announce(Host(name="local"))
    for number in range(5):
        store.unsettle("local", f"eci-{number}")

    def one_in_twenty_seconds() -> None:
        for number in range(int(waited.passed / 20)):
            store.redis.srem(keys.unsettled("local"), f"eci-{number}")

    waited.meanwhile = one_in_twenty_seconds
    assert 99 < waited.by(settling) < 101


def test_settling_waits_for_what_is_not_yet_fetched_and_for_caches(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, waited, settling = lab.store, Waiting(monkeypatch), Settling(lab.store)
    store.hosts.announce(Host(name="local"))
    fetches = Fetches(store.redis, "local")
    fetches.ask(ImageFetch("app:1"), "eci-waits")
    (key,) = fetches.open()
    waited.after_five_seconds(lambda: fetches.note(key, PullProgress(done=0, total=0)))
    assert 5 < waited.by(settling) < 6
    lab.call("CreateImageCache", ImageCacheName="mine", Image=["app:2"])
    waited.after_five_seconds(lambda: lab.settle())
    assert 5 < waited.by(settling) < 6


def test_settling_waits_for_a_host_that_has_been_too_slow_to_be_heard_of(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, waited, settling = lab.store, Waiting(monkeypatch), Settling(lab.store)
    store.hosts.announce(Host(name="local"))
    monkeypatch.setattr(Host, "alive", lambda *_: False)
    store.unsettle("local", "eci-slow")
    waited.after_five_seconds(lambda: store.redis.delete(keys.unsettled("local")))
    assert 5 < waited.by(settling) < 6


def test_clock_on_the_command_line(run: Run) -> None:
    assert run("clock").output == f"{iso(BEGIN)}  (frozen)\n"
    assert run("clock", "show").output == f"{iso(BEGIN)}  (frozen)\n"
    assert run("clock", "advance", "1h30m").output.startswith(iso(BEGIN + 5400))
    assert run("clock", "set", "2030-01-01T00:00:00Z").output == "2030-01-01T00:00:00Z  (frozen)\n"
    assert "60 x real time" in run("clock", "scale", "60").output
    assert "(frozen)" in run("clock", "freeze").output
    assert "(real time)" in run("clock", "reset").output
    assert run("clock", "advance", "soon").exit_code == 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1.5", 1.5), ("90s", 90), ("1h30m", 5400), ("2d", 172800), ("5ms", 0.005)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds
