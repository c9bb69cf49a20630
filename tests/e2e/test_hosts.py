"""Two Docker engines on one machine serve two zones; one of them is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from eci_emulator.engine.driver import LABEL_GROUP
from tests.e2e.running import Running, wait_for
from tests.private_engine import PrivateEngine, private_engine

pytestmark = pytest.mark.docker

HERE, THERE = "cn-hangzhou-i", "cn-hangzhou-h"


@pytest.fixture
def second_engine() -> Iterator[PrivateEngine]:
    with tempfile.TemporaryDirectory(prefix="dk") as folder, private_engine(Path(folder)) as engine:
        yield engine


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECI_EMULATOR_ZONES", HERE)
        running = Running(tmp_path_factory.mktemp("eci"), "--engine", "docker", "--workers", "2")
    try:
        yield running
    finally:
        running.down()
        assert running.leftovers() == []


def worker(emulator: Running, name: str, zone: str, *options: str) -> list[str]:
    """The command line of a host that joins."""
    program = str(Path(sys.executable).with_name("eci-emulator"))
    place = ["--host", name, "--zone", zone, "--state-dir", str(emulator.state_dir)]
    return [program, "worker", *place, "--workers", "1", *options]


class JoinedHost:
    """``eci-emulator worker`` beside its engine."""

    def __init__(self, emulator: Running, engine: PrivateEngine) -> None:
        self._emulator = emulator
        self._command = [*engine.inside, *worker(emulator, "two", THERE, "--engine-url", engine.url)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda: hosts(self._emulator).get("two", {}).get("alive"), "the second host serves")

    def kill(self) -> None:
        """All of it at once, as when a machine is switched off."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def joined(emulator: Running, second_engine: PrivateEngine) -> Iterator[JoinedHost]:
    host = JoinedHost(emulator, second_engine)
    try:
        yield host
    finally:
        host.kill()


@pytest.mark.parametrize(
    ("name", "zone", "reason"),
    [("local", THERE, "a host local already"), ("third", "mars-a", "no zone mars-a")],
)
def test_who_may_not_join(emulator: Running, name: str, zone: str, reason: str) -> None:
    done = subprocess.run(
        worker(emulator, name, zone), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert reason in done.stderr


def hosts(emulator: Running) -> dict[str, dict[str, Any]]:
    found = emulator.session.get(f"{emulator.url}/_eci/hosts", timeout=10).json()["hosts"]
    return {host["name"]: host for host in found}


def containers(url: str | None, group_id: str) -> list[str]:
    """Those of a group that run on an engine."""
    with docker.APIClient(url) as api:
        found = api.containers(filters={"label": f"{LABEL_GROUP}={group_id}"})
        return [container["Id"] for container in found]


def serve(emulator: Running, name: str, *, draining: bool) -> None:
    answer = emulator.session.patch(
        f"{emulator.url}/_eci/hosts/{name}", json={"draining": draining}, timeout=10
    )
    assert answer.ok, answer.text


def seconds_billed(emulator: Running, group_id: str) -> int:
    lines = emulator.session.get(f"{emulator.url}/_eci/bill", timeout=10).json()["lines"]
    return next((line["seconds"] for line in lines if line["key"] == group_id), 0)


def test_each_zone_has_its_host_and_a_lost_one_takes_nothing_else_along(
    emulator: Running, joined: JoinedHost, second_engine: PrivateEngine
) -> None:
    here = emulator.create("here", "sleep 1000", ZoneId=HERE)
    there = emulator.create("there", "sleep 1000", ZoneId=THERE)
    emulator.until(here, "Running")
    emulator.until(there, "Running")
    before = containers(None, here)
    assert len(before) == 1
    assert containers(None, there) == []
    assert len(containers(second_engine.url, there)) == 1
    assert {name: host["zones"] for name, host in hosts(emulator).items()} == {
        "local": [HERE],
        "two": [THERE],
    }

    answer = emulator.call(
        "ExecContainerCommand",
        ContainerGroupId=there,
        ContainerName="main",
        Command='["hostname"]',
        Sync="true",
    )
    assert answer["SyncResponse"].strip() == "there"

    def refused(zone: str) -> bool:
        group = {"ContainerGroupName": "none", "Container.1.Name": "c", "Container.1.Image": "i"}
        answer = emulator.try_call("CreateContainerGroup", **group, ZoneId=zone)
        return bool(answer.json().get("Code") == "OperationDenied.NoStock")

    assert refused("cn-hangzhou-k")
    serve(emulator, "two", draining=True)
    assert refused(THERE)
    assert emulator.until(there, "Running")
    serve(emulator, "two", draining=False)

    second_engine.kill()
    joined.kill()
    lost = emulator.until(there, "Failed", seconds=120)
    assert "SYSTEM_FAILURE" in [event["Reason"] for event in lost["Events"]]
    assert lost["Containers"][0]["CurrentState"]["State"] == "Terminated"
    billed = seconds_billed(emulator, there)
    assert hosts(emulator)["two"]["alive"] is False

    assert containers(None, here) == before
    still = emulator.describe(here)
    assert still
    assert (still["Status"], still["Containers"][0]["RestartCount"]) == ("Running", 0)
    assert seconds_billed(emulator, there) == billed < seconds_billed(emulator, here) - 10

    second_engine.start()
    joined.start()
    again = emulator.create("again", "sleep 1000", ZoneId=THERE)
    emulator.until(again, "Running")
    wait_for(lambda: not containers(second_engine.url, there), "what was lost does not come back")
    assert containers(None, here) == before
    emulator.delete(here, there, again)
