"""Waiting: until it happens, until it cannot happen any more, until the time is up."""

from __future__ import annotations

import re

import pytest

from eci_sdk import Client, errors
from tests.sdk.conftest import Service
from tests.sdk.pictures import GONE, container, event, group

DESCRIBE = "DescribeContainerGroups"


@pytest.mark.parametrize("end", ["Running", "Succeeded"])
def test_a_group_that_runs_or_has_run(
    client: Client, service: Service, pauses: list[float], end: str
) -> None:
    service.on(DESCRIBE, GONE, group("Scheduling"), group("Pending"), group("Pending"), group(end))
    assert client.wait.container_group_running("eci-1")["Status"] == end
    assert service.calls()[0]["ContainerGroupIds"] == '["eci-1"]'
    assert len(pauses) == 4
    assert pauses == sorted(pauses)


def test_a_group_that_succeeds(client: Client, service: Service) -> None:
    service.on(DESCRIBE, group("Running"), group("Succeeded"))
    assert client.wait.container_group_succeeded("eci-1")["Status"] == "Succeeded"


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (
            group("ScheduleFailed", Events=[event("NoStock", "Sold out."), event("Older", "No.")]),
            "eci-1 is ScheduleFailed: NoStock: Sold out.$",
        ),
        (
            group("Failed", container("a", "Terminated"), container("b", "Terminated", 3, Reason="Error")),
            r"eci-1 is Failed: container b ended with exit code 3 \(Error\)$",
        ),
        (
            group("Failed", container(state="Waiting", Reason="ErrImagePull", Message="no such image")),
            r"eci-1 is Failed: container main waits \(ErrImagePull: no such image\)$",
        ),
        (
            group("Expired", Events=[event("SpotToBeReleased", "Soon."), event("Started", "s", "Normal")]),
            "eci-1 is Expired: SpotToBeReleased: Soon.$",
        ),
        (group("Failed", InitContainers=[container("init", "Terminated", 1)]), "container init ended"),
        (group("Failed"), "eci-1 is Failed$"),
    ],
)
def test_the_reason_of_a_failure(
    client: Client, service: Service, picture: dict[str, object], reason: str
) -> None:
    service.on(DESCRIBE, picture)
    for wait in (client.wait.container_group_running, client.wait.container_group_succeeded):
        with pytest.raises(errors.WaitFailed, match=reason):
            wait("eci-1")
    assert service.calls()[0]["WithEvent"] == "true"


def test_a_group_that_vanishes_or_never_was(client: Client, service: Service) -> None:
    service.on(DESCRIBE, group("Running"), GONE)
    with pytest.raises(errors.WaitFailed, match="eci-1 is gone"):
        client.wait.container_group_succeeded("eci-1")
    with pytest.raises(errors.WaitFailed, match="eci-1 does not exist"):
        client.wait.container_group_succeeded("eci-1")


def test_deletion(client: Client, service: Service) -> None:
    service.on(DESCRIBE, group("Running"), group("Terminating"), GONE)
    client.wait.container_group_deleted("eci-1")
    service.on(DESCRIBE, group("Terminating"))
    with pytest.raises(errors.WaitTimeout, match="eci-1 is still Terminating after 0 s"):
        client.wait.container_group_deleted("eci-1", timeout=0)


def test_time_is_up(client: Client, service: Service) -> None:
    warnings = [event("Failed", "Error: ImagePullBackOff"), event("Failed", "Failed to pull: no such host")]
    picture = group("Pending", container(state="Waiting", Reason="ImagePullBackOff"), Events=warnings)
    service.on(DESCRIBE, picture)
    told = "eci-1 is still Pending after 0 s: container main waits (ImagePullBackOff); Failed: Failed to pull: no"
    for wait in (client.wait.container_group_running, client.wait_and_tail):
        with pytest.raises(TimeoutError, match=re.escape(told)):
            wait("eci-1", timeout=0)


def test_caches_and_nodes(client: Client, service: Service) -> None:
    service.on(
        "DescribeImageCaches",
        {"ImageCaches": [{"Status": "Creating"}]},
        {"ImageCaches": [{"Status": "Ready"}]},
    )
    assert client.wait.image_cache_ready("imc-1")["Status"] == "Ready"
    service.on(
        "DescribeDataCaches", {"DataCaches": [{"Status": "Failed", "Events": [event("Load", "404.")]}]}
    )
    with pytest.raises(errors.WaitFailed, match=r"edc-1 is Failed: Load: 404\.$"):
        client.wait.data_cache_available("edc-1")
    service.on("DescribeVirtualNodes", {"VirtualNodes": [{"Status": "Ready"}]})
    client.wait.virtual_node_ready("vnd-1")
    asked = [call for call in service.calls() if len(call) == 2]
    assert [call.get("ImageCacheId") for call in asked[:2]] == ["imc-1", "imc-1"]
    assert asked[2]["DataCacheId.1"] == "edc-1"
    assert asked[3]["VirtualNodeIds"] == '["vnd-1"]'
