"""Each example runs as it stands, in a small size, and leaves no container group behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eci_sdk.emulator import Emulator

pytestmark = pytest.mark.docker

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Example -> arguments, and what it must have said.
RUNS = {
    "curl/life_of_a_group.sh": (
        [],
        ["is Running", "CST-8", "MissingContainer", "is gone"],
    ),
    "official_sdk.py": ([], ["prepared by the init container", "refused, as expected", "deleted"]),
    "our_sdk.py": (
        [],
        ["step 3", "Failed, exit codes {'main': 3}", "hello ECI", "exit code is 4", "both are gone"],
    ),
    "burst.py": (["--peak", "3", "--step", "1"], ["CNY/hour", "group seconds cost", "all groups are gone"]),
    "ci_runner.py": ([], ["test_3 ok", "connection reset by peer", "3 passed, 1 failed (flaky)"]),
    "spark_like.py": (
        ["--executors", "2", "--tasks", "6"],
        ["is taken back", "the sum of all squares is 91"],
    ),
    "ai_batch.py": (["--patience", "20"], ["the batch is Succeeded", "as spot it would have been"]),
    "spot_survivor.py": ([], ["SpotToBeReleased", "is Expired", "finished at step 16", "Succeeded"]),
}


def test_every_example_is_run() -> None:
    found = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*") if path.suffix in (".py", ".sh")}
    assert found - {"first_group.py"} == set(RUNS)  # `make up` runs that one, and the test of the README


@pytest.mark.parametrize("name", RUNS)
def test_example(name: str, real_emulator: Emulator) -> None:
    arguments, expected = RUNS[name]
    program = [sys.executable] if name.endswith(".py") else ["bash"]
    done = subprocess.run(
        [*program, str(EXAMPLES / name), *arguments],
        env={**os.environ, "ECI_ENDPOINT": real_emulator.endpoint.removeprefix("http://"), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [words for words in expected if words not in done.stdout] == [], done.stdout
    groups = real_emulator.health()["groups"]
    assert sum(count for status, count in groups.items() if status != "Terminating") == 0, groups
