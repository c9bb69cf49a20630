"""The official SDKs, unmodified: two groups through their life."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.client import AcsClient
from aliyunsdkeci.request.v20180808.CreateContainerGroupRequest import CreateContainerGroupRequest
from aliyunsdkeci.request.v20180808.DeleteContainerGroupRequest import DeleteContainerGroupRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupsRequest import DescribeContainerGroupsRequest
from aliyunsdkeci.request.v20180808.DescribeContainerLogRequest import DescribeContainerLogRequest
from aliyunsdkeci.request.v20180808.ExecContainerCommandRequest import ExecContainerCommandRequest

from tests.e2e.running import Running, wait_for

pytestmark = pytest.mark.docker

REGION = "cn-hangzhou"


def test_new_sdk_runs_two_groups_through_their_life(emulator: Running) -> None:
    """alibabacloud_eci20180808: POST, ACS3-HMAC-SHA256, everything in the query."""
    client = Client(
        Config(
            access_key_id="any",
            access_key_secret="keys",
            endpoint=emulator.address,
            protocol="HTTP",
            region_id=REGION,
        )
    )

    def status(group_id: str, *wanted: str) -> Any:
        asked = models.DescribeContainerGroupsRequest(
            region_id=REGION, container_group_ids=json.dumps([group_id])
        )
        groups = client.describe_container_groups(asked).body.container_groups
        return groups[0] if groups and groups[0].status in wanted else None

    def container(name: str, script: str) -> models.CreateContainerGroupRequestContainer:
        return models.CreateContainerGroupRequestContainer(
            name=name,
            image=emulator.base_image,
            command=["sh", "-c"],
            arg=[script],
            volume_mount=[
                models.CreateContainerGroupRequestContainerVolumeMount(name="shared", mount_path="/shared")
            ],
        )

    pair = client.create_container_group(
        models.CreateContainerGroupRequest(
            region_id=REGION,
            container_group_name="pair",
            termination_grace_period_seconds=1,
            container=[
                container("web", "echo page > /tmp/index.html; httpd -f -p 8080 -h /tmp"),
                container(
                    "asks",
                    "until wget -qO /shared/answer http://localhost:8080/index.html; do sleep 0.1; done;"
                    " echo got it; sleep 1000",
                ),
            ],
            volume=[
                models.CreateContainerGroupRequestVolume(
                    name="shared",
                    type="EmptyDirVolume",
                    empty_dir_volume=models.CreateContainerGroupRequestVolumeEmptyDirVolume(),
                )
            ],
        )
    ).body.container_group_id
    failing = client.create_container_group(
        models.CreateContainerGroupRequest(
            region_id=REGION,
            container_group_name="fails",
            restart_policy="Never",
            container=[
                models.CreateContainerGroupRequestContainer(
                    name="main", image=emulator.base_image, command=["sh", "-c", "echo bye; exit 3"]
                )
            ],
        )
    ).body.container_group_id

    wait_for(lambda: status(pair, "Running"), "the pair Running")
    failed = wait_for(lambda: status(failing, "Failed"), "the other Failed")
    assert failed.containers[0].current_state.exit_code == 3
    assert failed.containers[0].current_state.state == "Terminated"

    def log(group_id: str, name: str) -> str:
        asked = models.DescribeContainerLogRequest(
            region_id=REGION, container_group_id=group_id, container_name=name
        )
        content: str = client.describe_container_log(asked).body.content
        return content

    wait_for(lambda: log(pair, "asks") == "got it\n", "the log of the container that asks")
    assert log(failing, "main") == "bye\n"
    read = client.exec_container_command(
        models.ExecContainerCommandRequest(
            region_id=REGION,
            container_group_id=pair,
            container_name="web",
            command='["cat","/shared/answer"]',
            sync=True,
            tty=False,
        )
    ).body.sync_response
    assert read == "page\n"

    for group_id in (pair, failing):
        client.delete_container_group(
            models.DeleteContainerGroupRequest(region_id=REGION, container_group_id=group_id)
        )
        assert status(group_id, "Running", "Failed", "Terminating") is None
    wait_for(lambda: not emulator.containers(pair) + emulator.containers(failing), "their containers gone")


def test_old_sdk_runs_two_groups_through_their_life(emulator: Running) -> None:
    """aliyun-python-sdk-eci: GET, HMAC-SHA1."""
    client = AcsClient("any", "keys", REGION)

    def ask(request: Any, **parameters: Any) -> dict[str, Any]:
        request.set_endpoint(emulator.address)
        request.set_protocol_type("http")
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        answer: dict[str, Any] = json.loads(client.do_action_with_exception(request))
        return answer

    def group(group_id: str) -> dict[str, Any] | None:
        asked = DescribeContainerGroupsRequest()
        found = ask(asked, ContainerGroupIds=json.dumps([group_id]))["ContainerGroups"]
        return found[0] if found else None

    def status(group_id: str, wanted: str) -> dict[str, Any] | None:
        found = group(group_id)
        return found if found and found["Status"] == wanted else None

    def container(name: str, script: str) -> dict[str, Any]:
        return {
            "Name": name,
            "Image": emulator.base_image,
            "Commands": ["sh", "-c", script],
            "VolumeMounts": [{"Name": "shared", "MountPath": "/shared"}],
        }

    pair = ask(
        CreateContainerGroupRequest(),
        ContainerGroupName="old-pair",
        Containers=[
            container("writes", "echo from the other > /shared/file; sleep 1000"),
            container("sleeps", "sleep 1000"),
        ],
        Volumes=[{"Name": "shared", "Type": "EmptyDirVolume"}],
    )["ContainerGroupId"]
    failing = ask(
        CreateContainerGroupRequest(),
        ContainerGroupName="old-fails",
        RestartPolicy="Never",
        Containers=[
            {"Name": "main", "Image": emulator.base_image, "Commands": ["sh", "-c", "echo bye; exit 3"]}
        ],
    )["ContainerGroupId"]

    wait_for(lambda: status(pair, "Running"), "the pair Running")
    failed = wait_for(lambda: status(failing, "Failed"), "the other Failed")
    assert failed["Containers"][0]["CurrentState"]["ExitCode"] == 3
    log = ask(DescribeContainerLogRequest(), ContainerGroupId=failing, ContainerName="main")
    assert log["Content"] == "bye\n"
    read = ask(
        ExecContainerCommandRequest(),
        ContainerGroupId=pair,
        ContainerName="sleeps",
        Command='["cat","/shared/file"]',
        Sync=True,
        TTY=False,
    )
    assert read["SyncResponse"] == "from the other\n"

    for group_id in (pair, failing):
        ask(DeleteContainerGroupRequest(), ContainerGroupId=group_id)
        assert group(group_id) is None
