"""A spot instance is taken back: notice, SIGTERM, Expired, and not a second more on the bill."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.running import Running, wait_for

pytestmark = pytest.mark.docker

# Works, asks whether it is taken back, and has more to do when it is told to end than a moment's work.
PROGRAM = r"""
trap 'sleep 2; echo "saved at step $step"; exit 0' TERM
step=0 notice=
while :; do
    step=$((step + 1))
    [ "$notice" ] || notice=$(wget -qO- "http://100.100.100.200/latest/meta-data/instance/spot/termination-time")
    [ "$told" ] || { [ "$notice" ] && told=yes && echo "to end at $notice"; }
    sleep 0.1
done 2>/dev/null
"""


def admin(emulator: Running, method: str, path: str, **parts: Any) -> Any:
    answer = emulator.session.request(method, f"{emulator.url}/_eci{path}", timeout=120, **parts)
    assert answer.ok, answer.text
    return answer.json()


def seconds_billed(emulator: Running, group_id: str, since: datetime) -> int:
    bill = admin(emulator, "GET", "/bill", params={"start": f"{since:%Y-%m-%dT%H:%M:%SZ}"})
    return next((line["seconds"] for line in bill["lines"] if line["key"] == group_id), 0)


def test_it_sees_the_notice_saves_its_work_and_ends_expired(emulator: Running) -> None:
    spot = {"Cpu": 2, "Memory": 4, "SpotStrategy": "SpotAsPriceGo", "TerminationGracePeriodSeconds": 600}
    group_id = emulator.create("spot", PROGRAM, **spot)
    emulator.until(group_id, "Running")

    answer = admin(emulator, "POST", "/spot/reclaim", json={"group_ids": [group_id], "notice": 300})

    def log() -> str:
        return str(
            emulator.call("DescribeContainerLog", ContainerGroupId=group_id, ContainerName="main")["Content"]
        )

    wait_for(lambda: f"to end at {answer['release_time']}\n" in log(), "the program has seen the notice")
    warned = emulator.describe(group_id)
    assert warned
    assert warned["Status"] == "Running"
    assert ("Warning", "SpotToBeReleased") in [(e["Type"], e["Reason"]) for e in warned["Events"]]

    admin(emulator, "POST", "/clock", json={"action": "advance", "seconds": 300})
    ended = emulator.until(group_id, "Expired")
    assert "saved at step" in log()
    state = ended["Containers"][0]["CurrentState"]
    assert (state["State"], state["ExitCode"]) == ("Terminated", 0)
    assert answer["release_time"] < state["FinishTime"] <= ended["ExpiredTime"]
    expired = datetime.fromisoformat(ended["ExpiredTime"])
    assert seconds_billed(emulator, group_id, expired) == 0
    assert seconds_billed(emulator, group_id, expired - timedelta(seconds=1)) == 1
    emulator.delete(group_id)
    admin(emulator, "POST", "/clock", json={"action": "real"})
