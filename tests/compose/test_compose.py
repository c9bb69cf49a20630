"""The stack of docker-compose.yml: built without a network, up, a first group, down, nothing left."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.docker
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")
def test_the_stack_comes_up_and_leaves_nothing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    skip = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "wheels")
    shutil.copytree(ROOT, tree, ignore=skip)
    pip = os.environ.get("PIP", str(ROOT / ".venv" / "bin" / "pip"))
    done = subprocess.run(
        [tree / "scripts" / "compose-test.sh"],
        env={**os.environ, "PIP": pip},
        capture_output=True,
        text=True,
        timeout=880,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert "left nothing" in done.stdout
