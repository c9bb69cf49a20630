"""Emulators of one's own: side by side, gone with their owner, and never in each other's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.driver import LABEL_INSTANCE
from eci_emulator.supervisor import lock, probe, state
from eci_sdk import Client, errors
from eci_sdk.local import running

pytestmark = pytest.mark.timeout(240)

#: A test session with an emulator of its own that runs one group, and would go on for long.
SESSION = """
import time

def test_it(eci_emulator, eci_client):
    group = eci_client.create_container_group(
        ContainerGroupName="long",
        Container=[{"Name": "a", "Image": eci_emulator.health()["base_image"], "Command": ["sleep", "1000"]}],
    )
    eci_client.wait.container_group_running(group["ContainerGroupId"], timeout=60)
    print("runs", flush=True)
    time.sleep(1000)
"""
PYTEST = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "-c", os.devnull]

Start = Callable[[str], tuple[subprocess.Popen[str], Path]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the emulators of the test have their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"eci-emulator-{os.getuid()}"


@pytest.fixture
def owner(home: Path) -> Iterator[Start]:
    """Start a pytest whose plugin has an emulator; gives its process and the emulator's state folder."""
    started = []
    program = home.parent / "test_session.py"
    program.write_text(SESSION)

    def start(engine: str) -> tuple[subprocess.Popen[str], Path]:
        before = set(home.glob("*/state"))
        process = subprocess.Popen(
            [*PYTEST, program],
            env={
                **os.environ,
                "TMPDIR": str(home.parent),
                "ECI_EMULATOR_ENGINE": engine,
                "ECI_EMULATOR_WORKERS": "1",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout
        assert any(line.endswith("runs\n") for line in process.stdout), process.wait()
        (folder,) = set(home.glob("*/state")) - before
        return process, folder

    yield start
    for process in started:
        process.kill()
        process.communicate()
    for folder in home.glob("*/state"):
        down = [sys.executable, "-m", "eci_emulator", "down", "--state-dir", folder]
        subprocess.run(down, check=True, timeout=120)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def folders(home: Path) -> list[Path]:
    return [path for path in home.iterdir() if path.is_dir()]


def end(process: subprocess.Popen[str], number: signal.Signals) -> None:
    process.send_signal(number)
    process.communicate(timeout=60)


def containers(folder: Path) -> list[str]:
    """What an instance has in the real engine."""
    instance = (folder / "instance").read_text().strip()
    with closing(DockerEngine()) as engine:
        return [found.name for found in engine.list_containers({LABEL_INSTANCE: instance})]


def test_two_side_by_side_and_an_exception(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("PORT", "1"),
        ("INSTANCE", "same"),
        ("STATE_DIR", "/nowhere"),
        ("REDIS_URL", "unix:///no"),
    ):
        monkeypatch.setenv(f"ECI_EMULATOR_{name}", value)
    with (
        pytest.raises(ZeroDivisionError),
        running(engine="simulated", workers=1) as one,
        running(engine="simulated", workers=1) as other,
    ):
        assert one.endpoint != other.endpoint
        assert one.health()["instance"] != other.health()["instance"]
        with Client(endpoint=one.endpoint) as client:
            client.create_container_group(ContainerGroupName="live", Container=[{"Name": "b", "Image": "c"}])
        assert one.health()["groups"]
        assert not other.health()["groups"]
        1 / 0  # noqa: B018
    assert folders(home) == []
    with pytest.raises(errors.NoAnswer):
        one.health()


def test_what_hinders_the_start_is_told(home: Path) -> None:
    with (
        pytest.raises(errors.StartError, match="no Docker engine answers"),
        running(engine="docker", engine_url="unix:///nowhere.sock"),
    ):
        raise AssertionError
    assert folders(home) == []


def test_it_ends_with_its_owner_however_that_ends(owner: Start, home: Path) -> None:
    process, folder = owner("simulated")
    pids = [child.pid for child in state.read_processes(folder)]
    endpoint = state.read_endpoint(folder)
    assert endpoint
    end(process, signal.SIGKILL)
    until(lambda: not lock.holder(folder) and state.read_endpoint(folder) is None)
    assert not probe.ask(endpoint.url, "/_eci/health").ok
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.mark.docker
def test_what_a_killed_one_left_is_removed_by_the_next_and_nothing_else(owner: Start, home: Path) -> None:
    victim, left = owner("docker")
    bystander, kept = owner("docker")
    os.kill(lock.holder(left), signal.SIGKILL)
    end(victim, signal.SIGKILL)
    until(lambda: not lock.holder(left))
    assert containers(left), "nobody was there to remove them"
    before = containers(kept)
    instance = (left / "instance").read_text()
    with running(engine="docker", workers=1) as emulator:
        assert not left.exists()
        with closing(DockerEngine()) as engine:
            labels = {LABEL_INSTANCE: instance}
            assert not engine.list_containers(labels)
            assert not engine.list_networks(labels)
        assert containers(kept) == before
        assert emulator.health()["instance"] not in instance
    endpoint = state.read_endpoint(kept)
    assert endpoint
    assert probe.ask(endpoint.url, "/_eci/ready").ok
    end(bystander, signal.SIGINT)
    assert folders(home) == []
