"""A first container group: a web server in a container, looked at from all sides.

Start the emulator (`eci-emulator up -d`), then: python examples/first_group.py
It needs nothing but `requests`; the calls are unsigned, which the emulator accepts unless keys are configured.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

ENDPOINT = os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588")
URL = f"http://{ENDPOINT}"
PAGE = "Hello from a container group"
SERVE = f"echo '{PAGE}' > index.html; echo serving on port 80; exec httpd -f -v -p 80"
CPU, MEMORY = Decimal("0.25"), Decimal("0.5")
# The list price in mainland China, CNY per second.
VCPU_PRICE, GIB_PRICE = Decimal("0.000049"), Decimal("0.00000613")


def call(action: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Call an action of the ECI API."""
    common = {"Action": action, "Version": "2018-08-08", "Format": "JSON", "RegionId": "cn-hangzhou"}
    answer = requests.post(f"{URL}/", data=common | parameters, timeout=30)
    body: dict[str, Any] = answer.json()
    if not answer.ok:
        sys.exit(f"{action} was refused: {body['Code']}: {body['Message']}")
    return body


def describe(group_id: str) -> dict[str, Any]:
    found = call("DescribeContainerGroups", {"ContainerGroupIds": json.dumps([group_id])})
    group: dict[str, Any] = found["ContainerGroups"][0]
    return group


class Step:
    """Prints what is being done and how long it took."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.began = time.monotonic()
        self.show("...")

    def show(self, state: str) -> None:
        if sys.stdout.isatty():
            print(f"\r\033[K  {self.doing}: {state}", end="", flush=True)

    def done(self, result: str) -> None:
        start = "\r\033[K" if sys.stdout.isatty() else ""
        milliseconds = (time.monotonic() - self.began) * 1000
        print(f"{start}{milliseconds:8,.0f} ms  {self.doing}: {result}")


def create(image: str) -> str:
    step = Step("create a container group")
    parameters = {
        "ContainerGroupName": f"first-{int(time.time() * 1000)}",
        "Cpu": CPU,
        "Memory": MEMORY,
        "Container.1.Name": "web",
        "Container.1.Image": image,
        "Container.1.WorkingDir": "/tmp",
        "Container.1.Command.1": "/bin/sh",
        "Container.1.Command.2": "-c",
        "Container.1.Command.3": SERVE,
        "Container.1.Port.1.Port": 80,
    }
    group_id: str = call("CreateContainerGroup", parameters)["ContainerGroupId"]
    step.done(group_id)
    return group_id


def wait_for_running(group_id: str) -> dict[str, Any]:
    step = Step("wait until it runs")
    while True:
        group = describe(group_id)
        if group["Status"] == "Running":
            step.done(f"Running, its address is {group['IntranetIp']}")
            return group
        if group["Status"] in ("Failed", "ScheduleFailed") or time.monotonic() - step.began > 120:
            sys.exit(f"\nThe group is {group['Status']}: {json.dumps(group['Events'], indent=2)}")
        step.show(group["Status"])
        time.sleep(0.02)


def fetch(address: str) -> None:
    step = Step(f"fetch http://{address}/")
    for _ in range(100):
        try:
            return step.done(repr(requests.get(f"http://{address}/", timeout=2).text.strip()))
        except requests.ConnectionError:  # the web server needs a moment
            time.sleep(0.02)
    step.done("no answer; is the engine on another machine?")
    return None


def run_command(group_id: str) -> None:
    step = Step("run `cat index.html` in the container")
    parameters = {
        "ContainerGroupId": group_id,
        "ContainerName": "web",
        "Command": json.dumps(["cat", "/tmp/index.html"]),
        "Sync": "true",
        "TTY": "false",
    }
    answer = call("ExecContainerCommand", parameters)
    step.done(repr(answer["SyncResponse"].strip()))


def show_log(group_id: str) -> None:
    step = Step("read its log")
    content = call("DescribeContainerLog", {"ContainerGroupId": group_id, "ContainerName": "web"})
    step.done(repr(content["Content"].strip()))


def main() -> None:
    try:
        health = requests.get(f"{URL}/_eci/health", timeout=5).json()
    except requests.ConnectionError:
        sys.exit(f"No emulator answers on {URL}; start one with `eci-emulator up -d`.")
    real = health["engine"] == "docker"
    print(f"\nA first container group on {URL}, engine {health['engine']}:")
    group_id = create(health["base_image"])
    group = wait_for_running(group_id)
    if real:
        fetch(group["IntranetIp"])
    else:
        print("  No container runs on the simulated engine, so there is no page to fetch.")
    run_command(group_id)
    show_log(group_id)
    price = (CPU * VCPU_PRICE + MEMORY * GIB_PRICE) * 3600
    print(
        f"\nOn Alibaba Cloud it would cost CNY {price:.4f} per hour (list price). It still runs here. Go on:"
    )
    print(f"  {URL}   in a browser: groups, costs and requests as they come")
    if real:
        print(f"  curl http://{group['IntranetIp']}/")
    rpc = f"{URL}/?Version=2018-08-08&Format=JSON&RegionId=cn-hangzhou"
    print(f"  curl '{rpc}&Action=DescribeContainerGroups'")
    print(f"  curl '{rpc}&Action=DeleteContainerGroup&ContainerGroupId={group_id}'")
    program = shutil.which("eci-emulator") or os.path.relpath(Path(sys.executable).with_name("eci-emulator"))
    print(f"  {program} status | logs -f | env | down   (down stops it all)")


if __name__ == "__main__":
    main()
