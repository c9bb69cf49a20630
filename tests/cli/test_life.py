"""up, status, logs, down: one whole life on the simulated engine, and its accidents."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eci_emulator.cli import main
from eci_emulator.supervisor import lock, probe, state

COMMAND = [sys.executable, "-c", "from eci_emulator.cli import main; main()"]
UP = ["up", "--port", "0", "--engine", "simulated", "--workers", "1"]


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Callable[..., Result]]:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--state-dir", str(tmp_path)])

    yield run
    assert run("down").exit_code == 0


@pytest.fixture
def up(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``up`` as a command of its own, which the emulator in the background outlives."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *UP, *arguments, "--state-dir", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, timeout=100)

    return run


def status(cli: Callable[..., Result]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(cli("status", "--json").output)
    return told


def running(pids: list[int]) -> list[int]:
    return [pid for pid in pids if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the latter when it ends while it is looked at
        return False


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_whole_life(
    cli: Callable[..., Result], up: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    assert cli("status").exit_code == 3
    assert "Nothing to stop" in cli("down").output

    first = up("-d")
    assert first.returncode == 0, first.stderr
    assert "Ready on http://127.0.0.1:" in first.stdout

    now = status(cli)
    assert now["running"]
    assert now["ready"]
    assert [process["name"] for process in now["processes"]] == ["redis", "api", "node", "worker-1"]
    assert probe.ask(now["url"], "/_eci/health").ok
    shown = cli("status")
    assert shown.exit_code == 0
    assert "worker-1" in shown.output
    assert "disk: 0 pulled images, 0 B; of these 0, 0 B, held by 0 image caches;" in shown.output

    again = up("-d")
    assert again.returncode == 0
    assert f"Already running on {now['url']}" in again.stdout
    assert up().returncode == 1
    assert "ready after" in cli("logs", "supervisor").output
    assert cli("logs", "node", "worker-1").exit_code == 0  # also before they have said anything

    down = cli("down")
    assert "Stopped." in down.output
    assert running([process["pid"] for process in now["processes"]]) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "lock", "logs"]


def test_a_killed_emulator_leaves_its_records_and_goes_on(
    cli: Callable[..., Result], up: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    assert up("-d").returncode == 0
    before = status(cli)
    os.kill(lock.holder(tmp_path), signal.SIGKILL)
    until(lambda: not lock.holder(tmp_path) and not running([one["pid"] for one in before["processes"]]))
    after = status(cli)
    assert (after["running"], after["kept"]) == (False, True)
    assert up("-d").returncode == 0
    assert status(cli)["instance"] == before["instance"]
    assert "kept" in cli("down", "--keep").output
    assert (tmp_path / "redis").is_dir()
    assert state.read_endpoint(tmp_path) is not None


def test_ctrl_c_removes_everything_and_sigterm_keeps_it(cli: Callable[..., Result], tmp_path: Path) -> None:
    for number, kept in ((signal.SIGTERM, True), (signal.SIGINT, False)):
        process = subprocess.Popen(
            [*COMMAND, *UP, "--state-dir", str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        until(lambda: status(cli)["ready"])
        process.send_signal(number)
        told, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "redis     |" in told
        assert (tmp_path / "redis").exists() is kept
        assert ("Removed" in told) is not kept


def test_why_it_does_not_start_is_told(
    cli: Callable[..., Result], up: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    no_engine = up("-d", "--engine", "docker", "--engine-url", "tcp://127.0.0.1:1")
    assert no_engine.returncode == 1
    assert "no Docker engine answers" in no_engine.stderr
    no_redis = up("--redis-url", "redis://127.0.0.1:1")
    assert no_redis.returncode == 1
    assert "the Redis to use does not answer" in no_redis.stderr


def test_a_process_that_crashes_again_and_again_is_told(
    cli: Callable[..., Result],
    up: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ECI_EMULATOR_KEYS_FILE", "/no/such/file")
    told = up("-d")
    assert told.returncode == 1
    assert "api crashes again and again" in told.stderr
    assert "/no/such/file" in told.stderr
    assert not status(cli)["running"]
