"""The pytest plugin, as a project of somebody else's would use it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eci_sdk import pytest_plugin

DOCS = Path(__file__).parents[2] / "docs" / "pytest.md"

pytestmark = pytest.mark.timeout(240)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the documented test and settings, and warnings as errors."""
    (tmp_path / "test_it.py").write_text(blocks("python")[0])
    settings = next(block for block in blocks("ini") if "[pytest]" in block)
    (tmp_path / "pytest.ini").write_text(settings + "filterwarnings = error\n")
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.Popen[str]:
    (project / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env={**os.environ, "TMPDIR": str(project / "tmp")},
        stdout=subprocess.PIPE,
        text=True,
    )


def left(project: Path) -> list[Path]:
    return [path for path in (project / "tmp").glob("eci-emulator-*/*") if path.is_dir()]


def test_the_documented_example(project: Path) -> None:
    process = run(project)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert left(project) == []


def test_ctrl_c_leaves_nothing(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import time\n\ndef test_it(eci_client):\n    print('here', flush=True)\n    time.sleep(1000)\n"
    )
    process = run(project, "-s")
    assert process.stdout
    while "here" not in process.stdout.readline():
        pass
    assert left(project)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert left(project) == []


def test_a_session_that_uses_no_fixture_starts_and_loads_nothing(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n    assert 'eci_sdk.pytest_plugin' in sys.modules\n"
        "    assert not {'eci_sdk.client', 'requests', 'rich', 'eci_emulator'} & set(sys.modules)\n"
    )
    process = run(project, "-p", "no:requests_mock", "-p", "no:anyio", "-p", "no:schemathesis")
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert not (project / "tmp").glob("eci-emulator-*") or left(project) == []


def test_a_setting_that_is_none_is_a_usage_error(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\neci_emulator = nonsense\n")
    process = run(project)
    told, _ = process.communicate(timeout=60)
    assert "'nonsense' is not name=value" in told


def test_every_fixture_is_documented() -> None:
    fixtures = {
        name
        for name in vars(pytest_plugin)
        if name.startswith("eci_") and callable(getattr(pytest_plugin, name))
    }
    documented = set(re.findall(r"^\| `(eci_\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert documented == fixtures
