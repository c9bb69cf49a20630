"""The pages about clients and CI: what can run is run, against a simulated emulator; what cannot is looked into."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from eci_sdk.emulator import Emulator
from eci_sdk.local import running

from .pages import DOCS, blocks, run, told

ADDRESS = "127.0.0.1:4588"
#: Programs of the workflow's runner that would change this machine.
STANDINS = ("sudo", "pip")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with running(engine="simulated", workers=1) as emulator:
        yield emulator


def filled_in(text: str, emulator: Emulator) -> str:
    """The text with the address of an emulator."""
    here = emulator.endpoint.removeprefix("http://")
    return text.replace(ADDRESS, here).replace("localhost:4588", here)


def test_curl(emulator: Emulator, tmp_path: Path) -> None:
    plain, proxied = (block.text for block in blocks(DOCS / "clients.md") if block.language == "sh")
    said = told(["bash", "-euc", filled_in(plain, emulator)], tmp_path, {})
    assert '"Regions":' in said
    assert '"ContainerGroups":[]' in said
    said = told(["bash", "-euc", filled_in(proxied, emulator)], tmp_path, {"no_proxy": ""})
    assert '"RegionId":"cn-hangzhou"' in said


def test_the_official_sdk(emulator: Emulator, tmp_path: Path) -> None:
    (text,) = (block.text for block in blocks(DOCS / "clients.md") if block.language == "python")
    call = (
        "from alibabacloud_eci20180808 import models\n"
        "asked = models.DescribeRegionsRequest(region_id='cn-hangzhou')\n"
        "print(client.describe_regions(asked).body.regions[0].region_id)\n"
    )
    assert told(["python", "-c", filled_in(text, emulator) + call], tmp_path, {}) == "cn-hangzhou\n"


def test_other_languages_have_the_address_that_env_prints(tmp_path: Path) -> None:
    """Node.js and Go are not to be had everywhere; where node is, it reads the lines."""
    told_endpoint = told(["eci-emulator", "env", "--state-dir", tmp_path], tmp_path, {})
    assert f"ECI_ENDPOINT={ADDRESS}" in told_endpoint
    others = {
        block.language: block.text for block in blocks(DOCS / "clients.md") if block.language in ("js", "go")
    }
    for text in others.values():
        assert set(re.findall(r"[\w.]+:\d{4,}", text)) == {ADDRESS}
        assert re.search(r"protocol\W+(tea\.String\()?.HTTP\b", text, re.IGNORECASE)
    node = shutil.which("node")
    if node:
        subprocess.run([node, "--check", "-"], input=others["js"], text=True, check=True, timeout=30)


def test_an_emulator_of_no_state_folder_is_found_by_its_address(emulator: Emulator, tmp_path: Path) -> None:
    """As docs/ci.md says of a compose stack."""
    environ = {"ECI_EMULATOR_STATE_DIR": str(tmp_path), "ECI_ENDPOINT": filled_in(ADDRESS, emulator)}
    assert "total CNY" in told(["eci-emulator", "bill"], tmp_path, environ)
    lost = run(["eci-emulator", "bill"], tmp_path, {**environ, "ECI_ENDPOINT": ""})
    assert (lost.returncode, "set ECI_ENDPOINT=" in lost.stderr) == (1, True)


def test_the_workflow_runs(tmp_path: Path) -> None:
    """As GitHub's runner goes through it, but for what it would install."""
    (text,) = (block.text for block in blocks(DOCS / "ci.md") if block.language == "yaml")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    job = workflow["jobs"]["test"]
    assert workflow[True] == ["push"]  # YAML takes `on` for a boolean
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d", step["uses"]) for step in job["steps"] if "uses" in step)
    assert all(step.keys() <= {"uses", "with", "run", "if"} for step in job["steps"])

    (tmp_path / "Makefile").write_text(
        "integration-tests:\n\t@curl -sS --noproxy '*' $$ECI_ENDPOINT/_eci/health | grep -o simulated\n"
    )
    for name in STANDINS:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    environ = {
        "GITHUB_ENV": str(tmp_path / "github.env"),
        "ECI_EMULATOR_STATE_DIR": str(tmp_path / "state"),
        "ECI_EMULATOR_PORT": "0",
        "ECI_EMULATOR_ENGINE": "simulated",
    }
    said = ""
    for step in job["steps"]:
        if "run" in step:
            said += told(["bash", "-ec", f"PATH={tmp_path}:$PATH\n{step['run']}"], tmp_path, environ)
            environ |= read_environment(tmp_path / "github.env")
    assert "Ready on" in said
    assert "\nsimulated\n" in said, "the tests do not find the emulator"
    assert "total CNY" in said
    assert "Removed" in said
    assert run(["eci-emulator", "status"], tmp_path, environ).returncode == 3


def read_environment(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)
