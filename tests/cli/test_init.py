"""Init hooks: run in order before the emulator is ready, once; a failure is said, and mended by the next start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from click.testing import CliRunner

from eci_emulator import init_hooks
from eci_emulator.cli import main
from eci_emulator.init_hooks import HookError, read_requests
from eci_emulator.store.database import Store
from eci_emulator.store.hooks import Hook
from eci_emulator.supervisor import probe
from eci_sdk import Client
from eci_sdk.emulator import Emulator

DOCS = Path(__file__).parents[2] / "docs" / "init.md"
COMMAND = [sys.executable, "-c", "from eci_emulator.cli import main; main()"]

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The hooks of the page, one that waits for a file, and one that fails until a file is there."""
    made = tmp_path / "init"
    made.mkdir()
    for language, name in (("yaml", "10-groups.yaml"), ("sh", "20-market.sh")):
        blocks = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
        (made / name).write_text(next(block for block in blocks if name in block))
    (made / "20-market.sh").chmod(0o755)
    programs = {
        "05-waits": f"while ! test -e {tmp_path}/go; do sleep 0.1; done",
        "30-failing": f"echo no luck at $ECI_ENDPOINT >&2\ntest -e {tmp_path}/mended",
    }
    for name, text in programs.items():
        (made / name).write_text(f"#!/bin/sh\n{text}\n")
        (made / name).chmod(0o755)
    (made / "README").write_text("not for running")
    (made / ".hidden.yaml").write_text("- Action: Nonsense")
    return made


@pytest.fixture
def command(tmp_path: Path) -> Command:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [*COMMAND, *arguments, "--state-dir", str(tmp_path / "state")]
        return subprocess.run(line, capture_output=True, text=True, timeout=100)

    yield run
    assert run("down").returncode == 0


def states(command: Command) -> dict[str, str]:
    told: dict[str, Any] = json.loads(command("status", "--json").stdout)
    return {hook["name"]: hook["state"] for hook in told["init"]}


def test_hooks_run_in_order_before_ready_and_once(command: Command, folder: Path, tmp_path: Path) -> None:
    up = ["up", "-d", "--port", "0", "--engine", "simulated", "--workers", "1", "--init-dir", str(folder)]
    line = [*COMMAND, *up, "--state-dir", str(tmp_path / "state")]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as starting:
        url = not_ready_while_one_waits(command, tmp_path)
        (tmp_path / "go").touch()
        told, failure = starting.communicate(timeout=100)
    assert (starting.returncode, "AN INIT HOOK FAILED" in failure) == (1, True), told + failure
    assert f"30-failing failed: exit code 1: no luck at {url.removeprefix('http://')}" in told
    succeeded = {"05-waits": "succeeded", "10-groups.yaml": "succeeded", "20-market.sh": "succeeded"}
    assert states(command) == {**succeeded, "30-failing": "failed", "README": "skipped"}
    assert "init hook 30-failing failed" in command("status").stdout
    assert "init hook 30-failing failed" in command("logs", "api").stdout
    emulator = Emulator(url)
    assert emulator.stock.levels()[0]["units"] == 3
    assert emulator.faults.list()[0]["times"] == 2
    (group,) = Client(endpoint=url).iter_container_groups()
    assert group["Containers"][0]["EnvironmentVars"] == [{"Key": "COLOUR", "Value": "blue"}]
    assert command("down", "--keep").returncode == 0

    (tmp_path / "mended").touch()
    again = command(*up)
    assert again.returncode == 0, again.stdout + again.stderr
    assert states(command) == {**succeeded, "30-failing": "succeeded", "README": "skipped"}
    url = json.loads(command("status", "--json").stdout)["url"]
    assert len(list(Client(endpoint=url).iter_container_groups())) == 1
    Emulator(url).reset()
    assert probe.ask(url, "/_eci/ready").ok


def not_ready_while_one_waits(command: Command, tmp_path: Path) -> str:
    """The address of the emulator that starts."""
    endpoint = tmp_path / "state" / "endpoint.json"
    deadline = time.monotonic() + 60
    while not (endpoint.exists() and states(command).get("05-waits") == "running"):
        assert time.monotonic() < deadline
    url: str = json.loads(endpoint.read_text())["url"]
    answer = probe.ask(url, "/_eci/ready")
    assert (answer.status, answer.body["ready"]) == (503, False)
    assert answer.body["checks"]["init"].startswith("init hooks have not run yet: 05-waits, 10-groups.yaml")
    return url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{a", "neither YAML nor JSON"),
        ("Action: CreateContainerGroup", "a list of requests"),
        ("- Action: DescribeRegions\n- ContainerGroupName: web", "request 2 is to have an Action"),
    ],
)
def test_what_is_no_list_of_requests(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(HookError, match=reason):
        list(read_requests(path))


def test_hooks_outlast_an_absence_of_redis(
    tmp_path: Path, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "10-empty.json").write_text("[]")
    store = Store(redis_client)
    save, failures = store.hooks.save, iter([redis.ConnectionError()] * 3)

    def flaky(hook: Hook) -> None:
        for failure in failures:
            raise failure
        save(hook)

    monkeypatch.setattr(init_hooks, "parts", lambda store: {"all": ""})
    monkeypatch.setattr(store.hooks, "save", flaky)

    init_hooks.InitHooks(tmp_path, store, {}, None).run(store.hooks.expect(["10-empty.json"]))

    assert [(hook.name, hook.state) for hook in store.hooks.all()] == [("10-empty.json", "succeeded")]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        main, ["up", "--init-dir", str(tmp_path / "none"), "--state-dir", str(tmp_path)]
    )
    assert (answer.exit_code, "does not exist" in answer.output) == (2, True)
