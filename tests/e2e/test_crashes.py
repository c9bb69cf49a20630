"""Killed processes cost nothing: what was accepted is carried out, once."""

from __future__ import annotations

import time

import pytest

from tests.e2e.running import Running, wait_for

pytestmark = pytest.mark.docker


@pytest.mark.parametrize("victim", ["worker", "api", "redis"])
def test_ten_groups_survive_the_death_of(emulator: Running, victim: str) -> None:
    """SIGKILL in the middle of launching: all ten Running soon after, none twice, none lost."""
    groups = [emulator.create(f"{victim}-{number}", "sleep 1000") for number in range(10)]
    time.sleep(0.3)  # some are being launched, others wait
    before = emulator.processes()
    killed = emulator.kill(victim)
    wait_for(lambda: emulator.processes().get(killed, before[killed]) != before[killed], "its restart")
    wait_for(lambda: _answers(emulator), "the API to answer again")
    for group_id in groups:
        emulator.until(group_id, "Running")
        assert [c["State"]["Running"] for c in emulator.containers(group_id)] == [True]
    emulator.delete(*groups)
    wait_for(lambda: not any(emulator.containers(g) for g in groups), "all removed")


def _answers(emulator: Running) -> bool:
    try:
        return emulator.session.get(f"{emulator.url}/_eci/ready", timeout=10).ok
    except OSError:
        return False
