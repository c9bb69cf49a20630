"""What is the simulated engine's own: scripts, the clock, persistence, scale."""

from __future__ import annotations

import time

import pytest
import redis

from eci_emulator.engine import driver
from eci_emulator.engine.connect import connect
from eci_emulator.engine.driver import EngineError, ImageNotFound, Mount, StartFailed
from eci_emulator.engine.simulated import ImageScript, SimulatedEngine

from .lab import Clock, Lab


@pytest.fixture
def lab(simulated_lab: Lab) -> Lab:
    return simulated_lab


def engine_of(lab: Lab) -> SimulatedEngine:
    assert isinstance(lab.engine, SimulatedEngine)
    return lab.engine


def phase(lab: Lab, name: str) -> str:
    info = lab.engine.inspect(name)
    assert info is not None
    return info.phase


# --- time ---------------------------------------------------------------------------------------


def test_a_container_lives_by_the_clock(lab: Lab, clock: Clock) -> None:
    name = lab.run(script="sleep 60; exit 3")

    clock.time += 59.9
    assert phase(lab, name) == "running"
    clock.time += 0.1
    info = lab.engine.inspect(name)
    assert info is not None
    assert (info.phase, info.exit_code) == ("exited", 3)
    assert info.finished_at == info.started_at + 60


def test_an_image_of_its_own_runs_for_ever(lab: Lab, clock: Clock) -> None:
    list(lab.engine.pull("nginx:1"))
    name = lab.run(image="nginx:1", command=None)

    clock.time += 1e9

    assert phase(lab, name) == "running"
    assert engine_of(lab).next_due() is None


def test_ends_are_told_in_order_when_the_clock_is_moved(lab: Lab, clock: Clock) -> None:
    heard = lab.engine.events(lab.labels)
    for name, seconds in (("slow", 30), ("fast", 10), ("never", "infinity")):
        lab.run(name, f"sleep {seconds}")
    assert engine_of(lab).next_due() == clock.time + 10

    clock.time += 100
    assert engine_of(lab).tick() == 2
    assert engine_of(lab).tick() == 0

    told = [next(heard) for _ in range(5)]
    heard.close()
    assert [(event.action, event.name) for event in told[3:]] == [
        ("die", lab.name("fast")),
        ("die", lab.name("slow")),
    ]
    assert told[4].time - told[3].time == pytest.approx(20)
    assert engine_of(lab).next_due() is None


def test_a_start_may_take_its_time(lab: Lab, clock: Clock) -> None:
    heard = lab.engine.events(lab.labels)
    name = lab.run(script="echo hello; sleep 5", environment={"ECI_SIM_START_SECONDS": "3"})
    assert phase(lab, name) == "created"

    for expected in ("start", "die"):
        due = engine_of(lab).next_due()
        assert due is not None
        clock.time = due
        engine_of(lab).tick()
        assert next(heard).action == expected

    heard.close()
    assert phase(lab, name) == "exited"
    assert lab.engine.logs(name) == b"hello\n"


def test_who_wants_to_know_is_told_what_falls_due(redis_client: redis.Redis, clock: Clock) -> None:
    told: list[tuple[str, float]] = []
    lab = Lab(SimulatedEngine(redis_client, now=clock, on_due=lambda *what: told.append(what)), lambda: None)

    name = lab.run(script="sleep 7")
    lab.run("b", "true")

    assert told == [(name, clock.time + 7)]


def test_output_comes_when_its_time_has_come(lab: Lab, clock: Clock) -> None:
    name = lab.run(script="echo one; sleep 10; echo two > /note; echo two; sleep 10; rm /note")

    assert lab.engine.logs(name) == b"one\n"
    assert lab.engine.read_file(name, "/note", limit=10) is None
    clock.time += 10
    assert lab.engine.logs(name) == b"one\ntwo\n"
    assert lab.engine.read_file(name, "/note", limit=10) == b"two\n"
    clock.time += 10
    assert lab.engine.read_file(name, "/note", limit=10) is None


def test_what_a_container_would_have_done_ends_with_it(lab: Lab, clock: Clock) -> None:
    mounts = [Mount(target="/shared", volume=lab.volume())]
    name = lab.run(script="echo early > /shared/note; sleep 10; echo late > /shared/note", mounts=mounts)
    clock.time += 5

    lab.engine.signal(name, "KILL")
    clock.time += 100

    assert lab.engine.read_file(name, "/shared/note", limit=10) == b"early\n"
    info = lab.engine.inspect(name)
    assert info is not None
    assert (info.exit_code, info.finished_at - info.started_at) == (137, 5)


# --- scripts ------------------------------------------------------------------------------------


def test_variables_say_what_a_container_does(lab: Lab, clock: Clock) -> None:
    environment = {"ECI_SIM_RUN_SECONDS": "4", "ECI_SIM_EXIT_CODE": "9", "ECI_SIM_OUTPUT": "as told"}
    name = lab.run(command=["/bin/server"], environment=environment)

    assert lab.engine.logs(name) == b"as told\n"
    clock.time += 4
    info = lab.engine.inspect(name)
    assert info is not None
    assert info.exit_code == 9


def test_an_exit_code_alone_ends_what_would_run_for_ever(lab: Lab) -> None:
    assert lab.ended(lab.run(command=["/bin/server"], environment={"ECI_SIM_EXIT_CODE": "9"})).exit_code == 9


def test_sigterm_ends_what_does_not_ignore_it(lab: Lab) -> None:
    obeying = lab.run("a")
    stubborn = lab.run("b", environment={"ECI_SIM_IGNORE_SIGTERM": "true"})

    for name in (obeying, stubborn):
        lab.engine.signal(name, "TERM")

    assert lab.ended(obeying).exit_code == 143
    assert phase(lab, stubborn) == "running"


def test_a_start_error_is_kept(lab: Lab) -> None:
    with pytest.raises(StartFailed, match="no such luck"):
        lab.run(environment={"ECI_SIM_START_ERROR": "no such luck"})

    info = lab.engine.inspect(lab.name("a"))
    assert info is not None
    assert info.error == "no such luck"


@pytest.mark.parametrize("signal", ["NOPE", "SIGNOPE", "99", ""])
def test_a_signal_that_does_not_exist(lab: Lab, signal: str) -> None:
    with pytest.raises(EngineError, match="invalid signal"):
        lab.engine.signal(lab.run(), signal)


# --- images -------------------------------------------------------------------------------------


def test_every_image_can_be_pulled(lab: Lab) -> None:
    with pytest.raises(ImageNotFound):
        lab.run(image="nginx:1")

    steps = list(lab.engine.pull("nginx:1"))

    image = lab.engine.image("nginx:1")
    assert image is not None
    assert steps[-1].done == steps[-1].total == image.size
    lab.run(image="nginx:1")


def test_a_pull_takes_as_long_as_scripted(lab: Lab, clock: Clock) -> None:
    engine_of(lab).script_image("big:1", ImageScript(size=1000, pull_seconds=10, command=["true"]))
    pull = lab.engine.pull("big:1")

    assert next(pull).done == 0
    clock.time += 4
    assert (step := next(pull)).done == 400
    assert step.total == 1000
    assert lab.engine.image("big:1") is None
    clock.time += 6
    assert [step.done for step in pull] == [1000]
    assert lab.ended(lab.run(image="big:1", command=None)).exit_code == 0


def test_a_pull_has_so_much_time(lab: Lab) -> None:
    engine_of(lab).script_image("big:1", ImageScript(pull_seconds=10))

    with pytest.raises(driver.RegistryUnreachable):
        list(lab.engine.pull("big:1", timeout=0.05))


@pytest.mark.parametrize("error", ["ImageNotFound", "RegistryDenied", "RegistryUnreachable", "DiskFull"])
def test_a_pull_fails_as_scripted(lab: Lab, error: str) -> None:
    engine_of(lab).script_image("bad:1", ImageScript(error=error))

    with pytest.raises(getattr(driver, error)):
        list(lab.engine.pull("bad:1"))
    with pytest.raises(getattr(driver, error)):
        lab.engine.push("bad:1")
    assert lab.engine.image("bad:1") is None


# --- one engine for all processes ---------------------------------------------------------------


def test_the_engine_outlives_the_process(lab: Lab, redis_client: redis.Redis, clock: Clock) -> None:
    name = lab.run(script="echo hello; sleep 10; exit 3", network=lab.network("n", 1), ip="10.213.1.7")

    other = SimulatedEngine(redis_client, "engine", now=clock)

    assert other.logs(name) == b"hello\n"
    assert other.inspect(name) == lab.engine.inspect(name)
    clock.time += 10
    assert other.tick() == 1
    assert engine_of(lab).tick() == 0


def test_engines_of_different_prefixes_do_not_see_each_other(lab: Lab, redis_client: redis.Redis) -> None:
    other = SimulatedEngine(redis_client, "other")
    lab.run()

    assert other.list_containers({}) == []
    assert other.inspect(lab.name("a")) is None


def test_without_docker_it_is_chosen(redis_client: redis.Redis, tmp_path: object) -> None:
    engine = connect("auto", f"unix://{tmp_path}/none.sock", client=redis_client)

    assert engine.fingerprint().driver == "simulated"


@pytest.mark.slow
def test_ten_thousand_containers(redis_client: redis.Redis, clock: Clock) -> None:
    lab = Lab(SimulatedEngine(redis_client, now=clock), lambda: None)
    begun = time.monotonic()
    for number in range(10_000):
        lab.run(f"c{number}", "sleep 60", labels={driver.LABEL_GROUP: f"eci-{number // 4}"})
    each = (time.monotonic() - begun) / 10_000

    begun = time.monotonic()
    group = lab.engine.list_containers({**lab.labels, driver.LABEL_GROUP: "eci-77"})
    listing = time.monotonic() - begun
    assert len(group) == 4
    assert len(lab.engine.list_containers(lab.labels)) == 10_000
    print(f"create and start: {each * 1000:.2f} ms, list of a group: {listing * 1000:.2f} ms")
    # A list that looked at every container would take a hundred times as long as one that does not.
    assert listing < 20 * each

    clock.time += 60
    assert SimulatedEngine(redis_client, now=clock).tick() == 10_000
