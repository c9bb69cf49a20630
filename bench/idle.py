"""What twenty idle running groups cost: the CPU time of all our processes over thirty seconds, first
without probes, then with an exec probe every ten seconds each.

Measured from /proc, beside the engine's own processes in the same window, so that what is ours and
what is Docker's can be told apart. Learned: what looks many times a second is what costs, so uvicorn
and Redis were made to look less often, and timers are waited for; RQ workers block in Redis; the event
stream blocks in the engine. A probe is a job, a look at the engine and an exec: 30 ms of ours and 20 ms
of the engine's.

    python bench/idle.py [GROUPS] [SECONDS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

GROUPS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
START_SECONDS = 120
COMMAND = str(Path(sys.executable).with_name("eci-emulator"))
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def named(name: str) -> list[int]:
    """The processes of a program."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (entry / "comm").exists():
            try:
                if (entry / "comm").read_text().strip() == name:
                    found.append(int(entry.name))
            except OSError:
                continue  # it has just ended
    return found


def main() -> None:
    for probe in (None, {"Exec": {"Command": ["true"]}, "PeriodSeconds": 10}):
        run(probe)


def run(probe: dict[str, Any] | None) -> None:
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder:
        where = ["--state-dir", folder]
        subprocess.run(
            [COMMAND, "up", "-d", "--port", "0", "--engine", "docker", *where],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            measure(Path(folder), probe)
        finally:
            subprocess.run([COMMAND, "down", *where], check=True, stdout=subprocess.DEVNULL)


def measure(folder: Path, probe: dict[str, Any] | None) -> None:
    endpoint = json.loads((folder / "endpoint.json").read_text())
    start_groups(endpoint["url"], probe)
    time.sleep(5)
    ours = {row["name"]: row["pid"] for row in json.loads((folder / "processes.json").read_text())}
    ours["supervisor"] = endpoint["pid"]
    engine = {f"{name} {pid}": pid for name in ("dockerd", "containerd") for pid in named(name)}
    before = {name: cpu_seconds(pid) for name, pid in {**ours, **engine}.items()}
    time.sleep(SECONDS)
    engine = {name: pid for name, pid in engine.items() if Path(f"/proc/{pid}").exists()}  # not only ours
    used = {name: cpu_seconds(pid) - before[name] for name, pid in {**ours, **engine}.items()}
    print(f"{GROUPS} idle groups, {'probed' if probe else 'no probes'}, {SECONDS:g} s: share of one core")
    report("ours", {name: used[name] for name in ours})
    report("the engine's", {name: used[name] for name in engine})


def start_groups(url: str, probe: dict[str, Any] | None) -> None:
    """Returns when all of them run."""
    health = requests.get(f"{url}/_eci/health", timeout=5).json()
    container = {"Name": "main", "Image": health["base_image"], "Command": ["sleep", "100000"]}
    if probe:
        container["LivenessProbe"] = probe
    for number in range(GROUPS):
        body = {
            "RegionId": "cn-hangzhou",
            "ContainerGroupName": f"idle-{number}",
            "Container": [container],
        }
        requests.post(f"{url}/CreateContainerGroup", json=body, timeout=10).raise_for_status()
    deadline = time.monotonic() + START_SECONDS
    while requests.get(f"{url}/_eci/health", timeout=5).json()["groups"].get("Running", 0) < GROUPS:
        if time.monotonic() > deadline:
            raise SystemExit(f"not all of {GROUPS} groups run after {START_SECONDS} s")
        time.sleep(0.2)


def report(title: str, used: dict[str, float]) -> None:
    for name, seconds in used.items():
        print(f"  {name:20} {seconds / SECONDS:7.2%}")
    print(f"  {title:20} {sum(used.values()) / SECONDS:7.2%} together\n")


if __name__ == "__main__":
    main()
