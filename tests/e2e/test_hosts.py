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


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("ECI_EMULATOR_ZONES", HERE)
    running = Running(tmp_path / "eci", "--engine", "docker", "--workers", "2")
    try:
        yield running
    finally:
        running.down()
        assert running.leftovers() == []


class JoinedHost:
    """``eci-emulator worker`` beside its engine."""

    def __init__(self, emulator: Running, engine: PrivateEngine) -> None:
        program = str(Path(sys.executable).with_name("eci-emulator"))
        options = ["--host", "two", "--zone", THERE, "--engine-url", engine.url, "--workers", "1"]
        self._process = subprocess.Popen(
            [*engine.inside, program, "worker", *options, "--state-dir", str(emulator.state_dir)],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """All of it at once, as when a machine is switched off."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def joined(emulator: Running, second_engine: PrivateEngine) -> Iterator[JoinedHost]:
    host = JoinedHost(emulator, second_engine)
    try:
        wait_for(lambda: hosts(emulator).get("two", {}).get("alive"), "the second host has joined")
        yield host
    finally:
        host.kill()


def hosts(emulator: Running) -> dict[str, dict[str, Any]]:
    found = emulator.session.get(f"{emulator.url}/_eci/hosts", timeout=10).json()["hosts"]
    return {host["name"]: host for host in found}


def containers(url: str | None, group_id: str) -> list[str]:
    with docker.APIClient(url) as api:
        found = api.containers(filters={"label": f"{LABEL_GROUP}={group_id}"})
        return [container["Id"] for container in found]


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

    second_engine.kill()
    joined.kill()
    refused = emulator.try_call(
        "CreateContainerGroup",
        **{"ContainerGroupName": "none", "Container.1.Name": "c", "Container.1.Image": "i"},
        ZoneId="cn-hangzhou-k",
    )
    assert refused.json()["Code"] == "OperationDenied.NoStock"
    lost = emulator.until(there, "Failed", seconds=40)
    assert "SYSTEM_FAILURE" in [event["Reason"] for event in lost["Events"]]
    assert lost["Containers"][0]["CurrentState"]["State"] == "Terminated"
    billed = seconds_billed(emulator, there)
    assert hosts(emulator)["two"]["alive"] is False

    assert containers(None, here) == before
    still = emulator.describe(here)
    assert still
    assert (still["Status"], still["Containers"][0]["RestartCount"]) == ("Running", 0)
    assert seconds_billed(emulator, there) == billed < seconds_billed(emulator, here) - 10
    emulator.delete(here, there)
