"""An emulator on a leash ends with the program that holds it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from eci_emulator.cli import main
from eci_emulator.supervisor import state

COMMAND = [
    sys.executable,
    "-m",
    "eci_emulator",
    "up",
    "--port",
    "0",
    "--engine",
    "simulated",
    "--workers",
    "1",
]


def test_the_end_of_the_input_is_the_end_and_input_is_not(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--leash", "--state-dir", str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(b"nothing to do\n")
        process.stdin.flush()
        while not state.read_processes(tmp_path):
            time.sleep(0.05)
        assert process.poll() is None
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"and all records" in told
    assert state.read_endpoint(tmp_path) is None


def test_nobody_holds_the_leash_of_a_detached_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["up", "--detach", "--leash", "--state-dir", str(tmp_path)])
    assert answer.exit_code == 2
    assert "--leash is for the foreground" in answer.output
