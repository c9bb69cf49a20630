"""DescribeContainerLog: which run, which lines, how much, in whose time."""

from __future__ import annotations

import re
import time
from typing import Any, cast

import msgspec
import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.clock import Clock, ClockState, Segment
from eci_emulator.engine.driver import Engine
from eci_workers.node.logs import LogQuery, read_log
from tests.e2e.running import Running, wait_for

STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{9}Z (.*)")


def log(emulator: Running, group: str, **options: Any) -> str:
    answer = emulator.call("DescribeContainerLog", ContainerGroupId=group, ContainerName="main", **options)
    assert answer["ContainerName"] == "main"
    content: str = answer["Content"]
    return content


@pytest.fixture(scope="module")
def ended_simulated(simulated: Running) -> str:
    return _ended(simulated)


@pytest.fixture(scope="module")
def ended_real(real: Running) -> str:
    return _ended(real)


def _ended(emulator: Running) -> str:
    """A group whose container said six hundred lines, and ended."""
    lines = "; ".join(f"echo line {number}" for number in range(600))
    group = emulator.create("wordy", lines, RestartPolicy="Never")
    emulator.until(group, "Succeeded")
    return group


@pytest.fixture
def ended(engine: str, request: pytest.FixtureRequest) -> str:
    group: str = request.getfixturevalue(f"ended_{engine}")
    return group


def test_the_last_five_hundred_lines_of_what_has_ended(emulator: Running, ended: str) -> None:
    lines = log(emulator, ended).splitlines()

    assert (lines[0], lines[-1], len(lines)) == ("line 100", "line 599", 500)


def test_as_many_lines_as_asked_for(emulator: Running, ended: str) -> None:
    assert log(emulator, ended, Tail="2") == "line 598\nline 599\n"
    assert len(log(emulator, ended, Tail="2000").splitlines()) == 600
    refusal = emulator.try_call(
        "DescribeContainerLog", ContainerGroupId=ended, ContainerName="main", Tail="2001"
    )
    assert refusal.json()["Code"] == "InvalidParameter.ValueExceeded"


def test_no_more_bytes_than_asked_for(emulator: Running, ended: str) -> None:
    assert log(emulator, ended, Tail="2", LimitBytes="12") == "line 598\nlin"


def test_the_time_in_front_of_each_line(emulator: Running, ended: str) -> None:
    matches = [
        STAMP.fullmatch(line) for line in log(emulator, ended, Tail="3", Timestamps="true").splitlines()
    ]

    assert [match and match[2] for match in matches] == ["line 597", "line 598", "line 599"]


def test_lines_since_a_time(emulator: Running, ended: str) -> None:
    def at(seconds: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))

    assert log(emulator, ended, SinceSeconds="3600")
    assert log(emulator, ended, StartTime=at(-3600))
    assert log(emulator, ended, StartTime=at(+60)) == ""
    refusal = emulator.try_call(
        "DescribeContainerLog", ContainerGroupId=ended, ContainerName="main", StartTime="yesterday"
    )
    assert refusal.json()["Code"] == "InvalidParameter.Format"


def test_the_log_of_a_container_that_runs(emulator: Running, group: str) -> None:
    assert log(emulator, group) == "ready\n"
    assert log(emulator, group, LastTime="true") == ""


def test_a_container_that_crashes_again_and_again_shows_its_last_run(emulator: Running) -> None:
    group = emulator.create("crash", "echo I crash; exit 1", RestartPolicy="Always")

    def waits() -> bool:
        found = emulator.describe(group)
        assert found
        return bool(found["Containers"][0]["CurrentState"]["Reason"] == "CrashLoopBackOff")

    wait_for(waits, "it is waited with")

    assert log(emulator, group) == log(emulator, group, LastTime="true") == "I crash\n"
    emulator.delete(group)


def test_who_is_not_there_has_no_log(simulated: Running, simulated_group: str) -> None:
    for wanted in (
        {"ContainerGroupId": "eci-nobody", "ContainerName": "main"},
        {"ContainerGroupId": simulated_group, "ContainerName": "nobody"},
    ):
        refusal = simulated.try_call("DescribeContainerLog", **wanted)

        assert (refusal.status_code, refusal.json()["Code"]) == (404, "InvalidParameter.NotFound")


class FixedLog:
    """An engine whose containers have all said the same, and that notes since when it was asked."""

    since = 0.0

    def logs(self, name: str, *, tail: int, since: float, timestamps: bool) -> bytes:
        self.since = since
        return b"2026-11-23T06:49:25.123456000Z one\r2026 \n2026-11-23T06:49:26Z 2026-11-23T06:49:26Z two\n"


def test_a_moved_clock_moves_the_times_of_lines(redis_client: redis.Redis) -> None:
    clock, engine = Clock(redis_client), FixedLog()
    redis_client.set("eci:clock", msgspec.json.encode({"segments": [[1e9, 1e9 + 86_400, 1.0]]}))
    query = LogQuery(tail=5, since=1e9 + 86_400 + 100, timestamps=True, limit=1000)

    assert read_log(cast("Engine", engine), clock, "c", query) == (
        "2026-11-24T06:49:25.123456000Z one\r2026 \n2026-11-24T06:49:26.000000000Z 2026-11-23T06:49:26Z two\n"
    )
    assert engine.since == 1e9 + 100


@given(
    st.lists(
        st.tuples(st.floats(1, 1000), st.floats(0, 1000), st.sampled_from([0.0, 0.5, 1.0, 60.0])), max_size=5
    ),
    st.floats(0, 100_000),
)
def test_real_time_of_an_emulated_one(moves: list[tuple[float, float, float]], emulated: float) -> None:
    """Of a clock that only moves forward: from the moment found on, and not before, it is that late."""
    state, real = ClockState([]), 1000.0
    for pause, jump, scale in moves:
        real += pause
        state = ClockState([*state.segments, Segment(real, state.from_real(real) + jump, scale)])

    moment = state.to_real(emulated)

    if moment == float("inf"):
        assert state.from_real(1e9) < emulated
    else:
        assert state.from_real(moment + 0.01) >= emulated
        assert state.from_real(moment - 0.01) <= emulated
