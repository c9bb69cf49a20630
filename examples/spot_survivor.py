"""Work that survives the loss of its spot instance: it traps SIGTERM, saves its place, and goes on in another group.

`eci-emulator up -d`, then: python examples/spot_survivor.py
Its program is a shell script, so it needs the emulator's Docker engine.
"""

from __future__ import annotations

import os
import time

import eci_sdk

# Counts, a step a half second; on SIGTERM it tells where it is and ends. SAVED is where an earlier run has come to.
WORK = r"""
n=$SAVED
trap 'echo "SIGTERM: saved at step $n"; exit 0' TERM
while [ "$n" -lt "$STEPS" ]; do
    n=$((n + 1)); echo "step $n"; sleep 0.5
done
echo "finished at step $n"
"""
STEPS = 16

client = eci_sdk.Client(endpoint=os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588"))
IMAGE = client.emulator.health()["base_image"]


def start(saved: int) -> str:
    """A spot group that goes on after a step."""
    return client.create_container_group(
        ContainerGroupName="survivor",
        RestartPolicy="Never",
        Cpu=2.0,
        Memory=4.0,
        SpotStrategy="SpotAsPriceGo",
        SpotDuration=0,  # no protected hour
        TerminationGracePeriodSeconds=10,
        Container=[
            {
                "Name": "work",
                "Image": IMAGE,
                "Command": ["sh", "-c", WORK],
                "EnvironmentVar": [
                    {"Key": "SAVED", "Value": str(saved)},
                    {"Key": "STEPS", "Value": str(STEPS)},
                ],
            }
        ],
    )["ContainerGroupId"]


def describe(group_id: str) -> eci_sdk.types.ContainerGroup:
    (group,) = client.describe_container_groups(ContainerGroupIds=[group_id], WithEvent=True)[
        "ContainerGroups"
    ]
    return group


def notice(group_id: str) -> str | None:
    """What a program that watches its group's events is told some minutes ahead."""
    events = describe(group_id)["Events"]
    return next((event["Message"] for event in events if event["Reason"] == "SpotToBeReleased"), None)


first = start(saved=0)
client.wait.container_group_running(first)
print(f"{first} works")
time.sleep(1.5)
client.emulator.spot.reclaim(group_ids=[first], notice=3)  # the service gives about three minutes

while not (told := notice(first)):
    time.sleep(0.1)
print("  SpotToBeReleased:", told)
while describe(first)["Status"] == "Running":
    time.sleep(0.2)
print(f"{first} is {describe(first)['Status']}; its last lines:")
lines = list(client.logs(first, tail=3))
print("  " + "\n  ".join(lines))

saved = int(lines[-1].rpartition(" ")[2])
second = start(saved)
print(f"{second} goes on after step {saved}:")
result = client.wait_and_tail(second)
print(f"{result.status}; the first cost {client.cost(first)}, the second {result.cost}")
for group_id in (first, second):
    client.delete_container_group(ContainerGroupId=group_id)
