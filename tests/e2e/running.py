"""An emulator started and stopped through its command line, and a plain client of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker
import requests

from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE

LIMIT_SECONDS = 60.0


def wait_for(ready: Callable[[], Any], what: str, seconds: float = LIMIT_SECONDS) -> Any:
    """Ask again until the answer is true; fails with ``what`` after the limit."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ready()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds:g} s: {what}")


class Running:
    """One emulator of its own: own state folder, own port, own instance in the engine."""

    def __init__(self, state_dir: Path, *options: str) -> None:
        self.state_dir = state_dir
        self.engine_url = options[options.index("--engine-url") + 1] if "--engine-url" in options else None
        self.session = requests.Session()
        self.session.trust_env = False
        self._options = options
        self._up()
        self.base_image: str = self.session.get(f"{self.url}/_eci/health", timeout=5).json()["base_image"]

    def _up(self) -> None:
        self._command("up", "-d", "--port", "0", *self._options)
        endpoint = json.loads((self.state_dir / "endpoint.json").read_text())
        self.url: str = endpoint["url"]
        self.address = self.url.removeprefix("http://")
        self.instance: str = endpoint["instance"]

    def restart(self) -> None:
        """Stop all processes, keep everything else, and start again."""
        self._command("down", "--keep")
        self._up()

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(
            [Path(sys.executable).with_name("eci-emulator"), *arguments, "--state-dir", str(self.state_dir)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def down(self) -> None:
        self._command("down")

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        """One RPC call; a refusal fails the test."""
        answer = self.try_call(action, **parameters)
        assert answer.ok, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def try_call(self, action: str, **parameters: Any) -> requests.Response:
        query = {"Action": action, "Format": "JSON", "RegionId": "cn-hangzhou", **parameters}
        return self.session.post(self.url, params=query, timeout=30)

    def create(self, name: str, script: str, **parameters: Any) -> str:
        """A group of one container that runs a shell script."""
        container = {
            "Container.1.Name": "main",
            "Container.1.Image": self.base_image,
            "Container.1.Command.1": "sh",
            "Container.1.Command.2": "-c",
            "Container.1.Command.3": script,
        }
        answer = self.call("CreateContainerGroup", ContainerGroupName=name, **container, **parameters)
        group_id: str = answer["ContainerGroupId"]
        return group_id

    def describe(self, group_id: str) -> dict[str, Any] | None:
        found = self.call(
            "DescribeContainerGroups", ContainerGroupIds=json.dumps([group_id]), WithEvent="true"
        )["ContainerGroups"]
        return found[0] if found else None

    def until(self, group_id: str, *statuses: str, seconds: float = LIMIT_SECONDS) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            group = self.describe(group_id)
            return group if group and group["Status"] in statuses else None

        found: dict[str, Any] = wait_for(reached, f"{group_id} in {statuses}", seconds)
        return found

    def delete(self, *group_ids: str) -> None:
        for group_id in group_ids:
            self.call("DeleteContainerGroup", ContainerGroupId=group_id, Force="true")

    def containers(self, group_id: str = "") -> list[dict[str, Any]]:
        """What the engine has of this instance (of one group), as ``docker inspect`` shows it."""
        wanted = [f"{LABEL_GROUP}={group_id}"] if group_id else [f"{LABEL_INSTANCE}={self.instance}"]
        with docker.APIClient(self.engine_url) as api:
            inspected = []
            for container in api.containers(all=True, filters={"label": wanted}):
                with suppress(docker.errors.NotFound):  # removed since the list was made
                    inspected.append(api.inspect_container(container["Id"]))
            return inspected

    def leftovers(self) -> list[str]:
        """Names of all that the engine has of this instance."""
        with docker.APIClient(self.engine_url) as api:
            ours = {"label": [f"{LABEL_INSTANCE}={self.instance}"]}
            return [
                *[container["Names"][0] for container in api.containers(all=True, filters=ours)],
                *[network["Name"] for network in api.networks(filters=ours)],
                *[volume["Name"] for volume in api.volumes(filters=ours)["Volumes"] or []],
            ]

    def processes(self) -> dict[str, int]:
        """Name -> pid of the supervised processes."""
        rows = json.loads((self.state_dir / "processes.json").read_text())
        return {row["name"]: row["pid"] for row in rows if row.get("pid")}

    def kill(self, prefix: str) -> str:
        """SIGKILL the first supervised process whose name begins like this; returns its name."""
        name, pid = next((n, p) for n, p in self.processes().items() if n.startswith(prefix))
        os.kill(pid, signal.SIGKILL)
        return name
