"""Every block of the README is executed, in order. Only the place is another one: an emulator that runs already."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eci_sdk.emulator import Emulator
from eci_sdk.local import running

ROOT = Path(__file__).parents[2]
PORT = re.compile(r"\b4588\b")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
#: A block that starts or stops the emulator has its test elsewhere: tests/cli, tests/sdk.
ELSEWHERE = ("make up", "def test_", "uses:")


def blocks() -> list[tuple[str, str]]:
    found = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    return [(language, text) for language, text in found if not any(word in text for word in ELSEWHERE)]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with running(engine="docker") as emulator:
        yield emulator


@pytest.mark.docker
@pytest.mark.timeout(150)
def test_the_readme(emulator: Emulator, tmp_path: Path) -> None:
    port = emulator.endpoint.rpartition(":")[2]
    shell: list[str] = ["set -eu"]
    python: list[str] = []
    for language, text in blocks():
        {"sh": shell, "python": python}[language].append(PORT.sub(port, text))
    told = run(["bash", "-c", "\n".join(shell)])
    assert '"ContainerGroupId"' in told
    assert '"ContainerGroupName": "hello"' in told
    for number, program in enumerate(python):
        path = tmp_path / f"block_{number}.py"
        path.write_text(program)
        told = run([sys.executable, str(path)])
        assert told.strip(), program


def run(command: list[str]) -> str:
    """Run a command where a reader would, with nothing in the environment that points to an emulator."""
    environ = {name: value for name, value in os.environ.items() if "ENDPOINT" not in name}
    path = f"{Path(sys.executable).parent}:{environ['PATH']}"
    done = subprocess.run(
        command,
        env={**environ, "PATH": path, "no_proxy": "*"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout
