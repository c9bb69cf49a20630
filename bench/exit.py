"""How long after a container's process has ended Describe says so, on the real engine.

The process is told to end at a known moment, which takes it a millisecond or two. What is timed is
from then until the group's container is Terminated in DescribeContainerGroups, asked every five
milliseconds (more often, and the asking keeps a core from the engine); beside it, for the same exits,
until the engine's own event stream tells of it: no sooner can anybody know. One at a time and eight at
the same moment.

    python bench/exit.py [EXITS]
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import requests
import urllib3

EXITS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
AT_ONCE = 8
WAIT_SECONDS = 60
COMMAND = str(Path(sys.executable).with_name("eci-emulator"))


class Exits:
    """Groups of one running container each, whose processes are told to end."""

    def __init__(self, url: str, image: str) -> None:
        self.url = url
        self.image = image
        self.api = docker.APIClient()
        self.http = urllib3.PoolManager()
        self.heard: dict[str, float] = {}
        self.events = self.api.events(decode=True, filters={"event": "die", "label": "eci-emulator.group"})
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for event in self.events:
            self.heard[event["Actor"]["Attributes"]["eci-emulator.group"]] = time.time()

    def call(self, action: str, **parameters: str) -> dict[str, Any]:
        query = {"Action": action, "Format": "JSON", "RegionId": "cn-hangzhou", **parameters}
        answer = self.http.request("POST", self.url, fields=query, encode_multipart=False, timeout=30)
        body: dict[str, Any] = answer.json()
        if answer.status != requests.codes.ok:
            raise RuntimeError(body)
        return body

    def create(self) -> str:
        container = {
            "Container.1.Name": "main",
            "Container.1.Image": self.image,
            "Container.1.Command.1": "sh",
            "Container.1.Command.2": "-c",
            "Container.1.Command.3": "trap 'exit 3' TERM; while :; do sleep 1000 & wait; done",
        }
        created = self.call(
            "CreateContainerGroup", ContainerGroupName="exit", RestartPolicy="Never", **container
        )
        return str(created["ContainerGroupId"])

    def groups(self, ids: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("DescribeContainerGroups", ContainerGroupIds=json.dumps(ids))[
            "ContainerGroups"
        ]
        return found

    def time(self, number: int) -> tuple[list[float], list[float]]:
        """Seconds from the end of each of so many processes to: it is visible, the engine tells of it."""
        ids = [self.create() for _ in range(number)]
        self._until(lambda: all(group["Status"] == "Running" for group in self.groups(ids)), 0.05)
        pids = [self._pid(group_id) for group_id in ids]
        time.sleep(1.0)  # the start is over for everybody
        ended = time.time()
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        seen: dict[str, float] = {}

        def all_seen() -> bool:
            for group in self.groups(ids):
                if group["Containers"][0]["CurrentState"]["State"] == "Terminated":
                    seen.setdefault(group["ContainerGroupId"], time.time())
            return len(seen) == number

        self._until(all_seen, 0.005)
        for group_id in ids:
            self.call("DeleteContainerGroup", ContainerGroupId=group_id, Force="true")
        return [at - ended for at in seen.values()], [self.heard[group_id] - ended for group_id in ids]

    def _until(self, true: Callable[[], bool], pause: float) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not true():
            if time.monotonic() > deadline:
                raise SystemExit(f"still waiting after {WAIT_SECONDS} s")
            time.sleep(pause)

    def _pid(self, group_id: str) -> int:
        filters = {"label": f"eci-emulator.group={group_id}"}
        (container,) = self.api.containers(filters=filters)
        return int(self.api.inspect_container(container["Id"])["State"]["Pid"])


def report(title: str, rounds: int, number: int, exits: Exits) -> None:
    visible, heard = [], []
    for _ in range(rounds):
        of_visible, of_heard = exits.time(number)
        visible += of_visible
        heard += of_heard
    print(f"\n{title}, {len(visible)} exits: milliseconds after the process has ended")
    for name, times in (("engine tells", heard), ("visible", visible)):
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(
            f"  {name:14} p50 {cuts[49] * 1000:6.1f}   p99 {cuts[98] * 1000:6.1f}   most {max(times) * 1000:6.1f}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder:
        where = ["--state-dir", folder]
        up = [COMMAND, "up", "-d", "--port", "0", "--engine", "docker", *where]
        subprocess.run(up, check=True, stdout=subprocess.DEVNULL)
        try:
            url = json.loads((Path(folder) / "endpoint.json").read_text())["url"]
            exits = Exits(url, requests.get(f"{url}/_eci/health", timeout=5).json()["base_image"])
            exits.time(1)  # networks, routers, connections: what only the first one pays
            report("one at a time", EXITS, 1, exits)
            report(f"{AT_ONCE} at the same moment", max(EXITS // AT_ONCE, 2), AT_ONCE, exits)
        finally:
            subprocess.run([COMMAND, "down", *where], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
