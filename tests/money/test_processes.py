"""Time and money with real processes around the simulated engine: API, node agent, workers, Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.running import Running


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("eci"), "--engine", "simulated", "--workers", "2")
    try:
        yield running
    finally:
        running.down()


def admin(emulator: Running, method: str, path: str, **parts: Any) -> Any:
    answer = emulator.session.request(method, f"{emulator.url}/_eci{path}", timeout=120, **parts)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def advance(emulator: Running, seconds: float) -> Any:
    return admin(emulator, "POST", "/clock", json={"action": "advance", "seconds": seconds})


@pytest.fixture
def groups(emulator: Running) -> Iterator[list[str]]:
    """Six groups that end one after the other, and one that crashes all the time; the clock stands still."""
    admin(emulator, "POST", "/clock", json={"action": "freeze"})
    created = [
        emulator.create(f"g{number}", f"sleep {100 + 100 * number}; exit {number % 2}", RestartPolicy="Never")
        for number in range(6)
    ]
    for group in created:
        emulator.until(group, "Running")
    created.append(emulator.create("crashing", "sleep 5; exit 1"))
    emulator.until(created[-1], "Running")
    yield created
    emulator.delete(*created)
    admin(emulator, "POST", "/reset")


def test_all_that_falls_due_is_done_before_advance_returns(emulator: Running, groups: list[str]) -> None:
    advance(emulator, 3600)
    *found, crashing = filter(None, map(emulator.describe, groups))
    assert [group["Status"] for group in found] == ["Succeeded", "Failed"] * 3
    ended = [group["SucceededTime"] or group["FailedTime"] for group in found]
    assert ended == sorted(ended)
    assert len(set(ended)) == 6
    assert crashing["Containers"][0]["RestartCount"] > 10  # back-off of at most five minutes, for an hour
    bill = admin(emulator, "GET", "/bill")
    assert bill["seconds"] == sum(100 + 100 * number for number in range(6)) + 3600


def test_clock_and_bill_survive_a_restart(emulator: Running) -> None:
    admin(emulator, "POST", "/clock", json={"action": "freeze"})
    emulator.until(emulator.create("short", "sleep 1000", RestartPolicy="Never"), "Running")
    advance(emulator, 1_000_000)
    clock, bill = admin(emulator, "GET", "/clock"), admin(emulator, "GET", "/bill")
    emulator.restart()
    assert admin(emulator, "GET", "/clock")["time"] == clock["time"]
    assert bill["seconds"] == 1000
    assert admin(emulator, "GET", "/bill")["lines"] == bill["lines"]
