"""The SDK that comes with the emulator: a job from its start to its bill, then a look into a service.

`eci-emulator up -d`, then: python examples/our_sdk.py
"""

from __future__ import annotations

import os

import eci_sdk

# Without an endpoint, neither here nor in the environment, it would call the real service.
client = eci_sdk.Client(endpoint=os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588"))
IMAGE = client.emulator.health()["base_image"]

job = client.create_container_group(
    ContainerGroupName="job",
    RestartPolicy="Never",
    Cpu=0.5,
    Memory=1.0,
    Container=[
        {
            "Name": "main",
            "Image": IMAGE,
            "Command": ["sh", "-c"],
            "Arg": ["for i in 1 2 3; do echo step $i; sleep 1; done; exit 3"],
        }
    ],
)
result = client.wait_and_tail(job["ContainerGroupId"])  # shows the log as it is written
print(f"the job is {result.status}, exit codes {result.exit_codes}, cost {result.cost}")

service = client.create_container_group(
    ContainerGroupName="service",
    Cpu=0.25,
    Memory=0.5,
    Container=[{"Name": "main", "Image": IMAGE, "Command": ["sleep", "1000"]}],
)["ContainerGroupId"]
group = client.wait.container_group_running(service)
print(f"{service} is {group['Status']} with the address {group['IntranetIp']}")

with client.exec(service, ["sh", "-c", "read name; echo hello $name; exit 4"]) as command:
    command.write(b"ECI\n")
    for stream, data in command:  # as it comes, over a WebSocket
        print(stream, data)
print("the command's exit code is", command.exit_code)

try:
    client.create_container_group(
        ContainerGroupName="too-large",
        Container=[{"Name": "main", "Image": IMAGE, "Cpu": 3.0, "Memory": 1000.0}],
    )
except eci_sdk.EciError as error:
    print("refused, as expected:", error.code)

for group_id in (job["ContainerGroupId"], service):
    client.delete_container_group(ContainerGroupId=group_id)
    client.wait.container_group_deleted(group_id)
print("both are gone")
