"""Two supervisors never use one state folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eci_emulator.supervisor import lock

HOLD = """
import sys, time
from pathlib import Path
from eci_emulator.supervisor import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str], number: int) -> None:
    process.send_signal(number)
    process.communicate()


def test_a_held_folder_is_refused_and_its_holder_named(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    assert lock.holder(tmp_path) == other.pid
    with pytest.raises(lock.AlreadyRunning) as caught, lock.hold(tmp_path):
        pass
    assert caught.value.pid == other.pid
    end(other, signal.SIGTERM)


def test_a_killed_holder_leaves_no_lock(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    end(other, signal.SIGKILL)
    assert lock.holder(tmp_path) == 0
    with lock.hold(tmp_path):
        assert lock.holder(tmp_path) == os.getpid()
    assert lock.holder(tmp_path) == 0


def test_waiting_for_the_holder_to_end(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGTERM)
    with lock.hold(tmp_path, wait=20):
        pass
    other.communicate()


def test_asking_does_not_hinder_starting(tmp_path: Path, wait_until: Callable[..., None]) -> None:
    assert lock.holder(tmp_path / "never") == 0
    with lock.hold(tmp_path):
        assert lock.holder(tmp_path) == os.getpid()
