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


def test_all_that_falls_due_is_done_before_advance_returns(emulator: Running) -> None:
    admin(emulator, "POST", "/clock", json={"action": "freeze"})
    groups = [
        emulator.create(f"g{number}", f"sleep {100 + 100 * number}; exit {number % 2}", RestartPolicy="Never")
        for number in range(6)
    ]
    crashing = emulator.create("crashing", "sleep 5; exit 1")
    for group in groups:
        emulator.until(group, "Running")
    advance(emulator, 3600)
    found = [emulator.describe(group) for group in groups]
    assert [group["Status"] for group in found if group] == ["Succeeded", "Failed"] * 3
    ended = [group["SucceededTime"] or group["FailedTime"] for group in found if group]
    assert ended == sorted(ended)
    assert len(set(ended)) == 6
    again = emulator.describe(crashing)
    assert again
    assert again["Containers"][0]["RestartCount"] > 10  # back-off of at most five minutes, for an hour
    bill = admin(emulator, "GET", "/bill")
    assert bill["seconds"] == sum(100 + 100 * number for number in range(6)) + 3600
    emulator.delete(*groups, crashing)


def test_clock_and_bill_survive_a_restart(emulator: Running) -> None:
    advance(emulator, 1_000_000)
    clock, bill = admin(emulator, "GET", "/clock"), admin(emulator, "GET", "/bill")
    emulator.restart()
    assert admin(emulator, "GET", "/clock")["time"] == clock["time"]
    assert admin(emulator, "GET", "/bill")["lines"] == bill["lines"]
