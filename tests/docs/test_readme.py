"""Every block of the README is executed, in order, from `make up` to `make down`.

The place is another one: a copy of what these need, with a virtual environment that is set up already, a state
folder of its own and a free port.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest

from .pages import ROOT, blocks, told

PORT = re.compile(r"\b4588\b")
NEEDED = ("Makefile", "setup.cfg", "pyproject.toml", "scripts", "examples")


class Reader:
    """Somebody who follows the README, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environ = {"ECI_EMULATOR_STATE_DIR": str(folder / "state"), "ECI_EMULATOR_PORT": "0"}
        for name in NEEDED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, folder / name)
        (folder / ".venv").mkdir()
        for part in Path(sys.prefix).iterdir():
            if not part.name.startswith(".installed"):
                (folder / ".venv" / part.name).symlink_to(part)
        (folder / ".venv" / ".installed").touch()  # make finds it newer than what it is made of

    def __call__(self, *command: str | Path) -> str:
        return told(command, self.folder, self._environ, timeout=120)

    def status(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self("eci-emulator", "status", "--json"))
        return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader(tmp_path_factory.mktemp("reader"))
    yield reader
    reader("make", "down")


def left(instance: object) -> list[object]:
    label = {"label": f"eci-emulator.instance={instance}"}
    with closing(docker.APIClient()) as api:
        things = api.containers(all=True, filters=label), api.networks(filters=label)
        return [*things[0], *things[1], *(api.volumes(filters=label)["Volumes"] or [])]


@pytest.mark.docker
@pytest.mark.timeout(400)
def test_the_readme(reader: Reader) -> None:
    _picture, first, *others = blocks(ROOT / "README.md")
    said = reader("bash", "-euc", first.text)
    assert "Hello from a container group" in said
    now = reader.status()
    port = str(now["url"]).rpartition(":")[2]
    shell = [PORT.sub(port, block.text) for block in others if block.language == "sh"]
    said = reader("bash", "-euc", "\n".join(shell))
    assert '"ContainerGroupName": "hello"' in said
    assert said.count('"ContainerGroupId"') == 3
    assert "\nhello\n" in said, "no answer from the container"
    official, ours, tested = (PORT.sub(port, block.text) for block in others if block.language == "python")
    assert " Running " in reader("python", "-c", official)
    assert "hello\nFailed {'main': 3}" in reader("python", "-c", ours)
    (reader.folder / "test_job.py").write_text(tested)
    assert "1 passed" in reader("python", "-m", "pytest", "-c", "/dev/null", "test_job.py")
    assert left(now["instance"])
    reader("make", "down")
    assert left(now["instance"]) == []
