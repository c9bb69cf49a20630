"""An online service meets a traffic spike: it scales out to N container groups, and back, with a live table.

`eci-emulator up -d`, then: python examples/burst.py [--peak N] [--step SECONDS]
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections import Counter
from decimal import Decimal

from rich.console import Console
from rich.live import Live
from rich.table import Table

import eci_sdk

PER_GROUP = 100  # requests a second that one group serves
QUIET, RISE, SPIKE = 0.1, 0.5, 1.0  # traffic, as a share of the peak
CURVE = (QUIET, QUIET, RISE, SPIKE, SPIKE, SPIKE, RISE, QUIET, QUIET)

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--peak", type=int, default=20, metavar="N", help="groups at the peak")
arguments.add_argument("--step", type=float, default=2.0, metavar="SECONDS", help="between two decisions")
given = arguments.parse_args()

client = eci_sdk.Client(endpoint=os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588"))
IMAGE = client.emulator.health()["base_image"]
TAG: eci_sdk.types.TagRequest = {"Key": "service", "Value": f"burst-{os.getpid()}"}


def instances() -> list[eci_sdk.types.ContainerGroup]:
    return list(client.iter_container_groups(Tag=[TAG]))


def scale_to(wanted: int) -> None:
    """What an autoscaler does: create what is missing, delete the youngest of what is too much."""
    there = sorted(group["ContainerGroupName"] for group in instances() if group["Status"] != "Terminating")
    first_free = int(there[-1].rpartition("-")[2]) + 1 if there else 0
    for number in range(first_free, first_free + wanted - len(there)):
        client.create_container_group(
            ContainerGroupName=f"web-{number:03}",
            Cpu=0.25,
            Memory=0.5,
            TerminationGracePeriodSeconds=1,
            Tag=[TAG],
            Container=[{"Name": "web", "Image": IMAGE, "Command": ["httpd", "-f", "-p", "80"]}],
        )
    doomed = set(there[wanted:])
    for group in instances():
        if group["ContainerGroupName"] in doomed:
            client.delete_container_group(ContainerGroupId=group["ContainerGroupId"])


def price_per_hour() -> Decimal:
    ours = {group["ContainerGroupId"] for group in instances()}
    running = (one for one in client.emulator.bill.running() if one["group_id"] in ours)
    return 3600 * sum((Decimal(one["per_second"]) for one in running), Decimal(0))


table = Table("second", "traffic", "requests/s", "wanted", "running", "coming", "going", "CNY/hour", box=None)
for column in table.columns[2:]:
    column.justify = "right"


def show(second: float, requests: int, wanted: int) -> None:
    count = Counter(group["Status"] for group in instances())
    running, going = count.pop("Running", 0), count.pop("Terminating", 0)
    bar = "█" * math.ceil(20 * requests / (given.peak * PER_GROUP))
    state = (wanted, running, count.total(), going)
    cells = [f"{second:.0f}", bar, str(requests), *map(str, state), f"{price_per_hour():.3f}"]
    table.add_row(*cells, style="bold" if running < wanted else "")


began = time.monotonic()
with Live(table, console=Console(width=100), refresh_per_second=4):
    for number, share in enumerate(CURVE, start=1):
        requests = round(share * given.peak * PER_GROUP)
        wanted = math.ceil(requests / PER_GROUP)
        scale_to(wanted)
        time.sleep(max(0.0, began + number * given.step - time.monotonic()))
        show(time.monotonic() - began, requests, wanted)
    scale_to(0)
    while instances():
        time.sleep(0.2)
    show(time.monotonic() - began, 0, 0)

print()
bill = client.emulator.bill.show(by="tag", tag_key="service")
line = next(line for line in bill["lines"] if line["key"] == TAG["Value"])
print(f"{line['seconds']} group seconds cost {line['unrounded']} {bill['currency']}; all groups are gone.")
