"""The official SDK, unchanged but for the endpoint: a group of two containers, with an init container before them.

pip install alibabacloud_eci20180808, `eci-emulator up -d`, then: python examples/official_sdk.py
"""

from __future__ import annotations

import json
import os
import time
import urllib.request

from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException  # type: ignore[import-untyped]

ENDPOINT = os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588")
REGION = "cn-hangzhou"

with urllib.request.urlopen(f"http://{ENDPOINT}/_eci/health") as health:
    IMAGE = json.load(health)["base_image"]

# The two lines that differ from a program for the real service are `endpoint` and `protocol`.
client = Client(
    Config(
        access_key_id=os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID", "test"),
        access_key_secret=os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "test"),
        region_id=REGION,
        endpoint=ENDPOINT,
        protocol="HTTP",
    )
)


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def mount() -> models.CreateContainerGroupRequestContainerVolumeMount:
    return models.CreateContainerGroupRequestContainerVolumeMount(name="shared", mount_path="/shared")


request = models.CreateContainerGroupRequest(
    region_id=REGION,
    container_group_name="official-sdk",
    restart_policy="Always",
    cpu=0.5,
    memory=1.0,
    volume=[models.CreateContainerGroupRequestVolume(name="shared", type="EmptyDirVolume")],
    init_container=[
        models.CreateContainerGroupRequestInitContainer(
            name="prepare",
            image=IMAGE,
            command=shell("echo 'prepared by the init container' > /shared/index.html"),
            volume_mount=[
                models.CreateContainerGroupRequestInitContainerVolumeMount(
                    name="shared", mount_path="/shared"
                )
            ],
        )
    ],
    container=[
        models.CreateContainerGroupRequestContainer(
            name="web", image=IMAGE, command=shell("httpd -f -v -p 8080 -h /shared"), volume_mount=[mount()]
        ),
        models.CreateContainerGroupRequestContainer(
            name="visitor", image=IMAGE, command=shell("while sleep 1; do wget -q -O- localhost:8080; done")
        ),
    ],
)
group_id = client.create_container_group(request).body.container_group_id
print("created", group_id)


def describe() -> models.DescribeContainerGroupsResponseBodyContainerGroups | None:
    query = models.DescribeContainerGroupsRequest(
        region_id=REGION, container_group_ids=json.dumps([group_id]), with_event=True
    )
    return next(iter(client.describe_container_groups(query).body.container_groups), None)


while not (group := describe()) or group.status != "Running":
    time.sleep(0.2)
print(group.status, "with the address", group.intranet_ip)
for container in group.containers:
    print(f"  {container.name}: {container.current_state.state} since {container.current_state.start_time}")

log = models.DescribeContainerLogRequest(
    region_id=REGION, container_group_id=group_id, container_name="visitor", tail=1
)
while not (content := client.describe_container_log(log).body.content):
    time.sleep(0.2)
print("the visitor saw:", content.strip())

try:
    client.create_container_group(
        models.CreateContainerGroupRequest(region_id=REGION, container_group_name="Not a name", container=[])
    )
except TeaException as error:
    print("refused, as expected:", error.code)

client.delete_container_group(
    models.DeleteContainerGroupRequest(region_id=REGION, container_group_id=group_id)
)
while describe():
    time.sleep(0.2)
print("deleted")
