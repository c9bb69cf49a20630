"""Groups as Kubernetes sees pods."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_eci20180808 import models

from eci_emulator.model.events import ECI_SERVICE, WARNING, Event
from eci_emulator.model.group import ContainerGroup, ContainerState, ContainerStatus
from eci_emulator.model.statuses import GroupStatus

from .conftest import Api

BEGUN, STARTED, ENDED = 1_700_000_000.0, 1_700_000_010.0, 1_700_000_100.0
TWO = [{"Name": "a", "Image": "x:1", "Cpu": 1, "Memory": 2}, {"Name": "b", "Image": "y:1"}]
INIT = [{"Name": "prepare", "Image": "z:1"}]


def running(group: ContainerGroup) -> None:
    group.state.status = GroupStatus.RUNNING
    group.state.pending_time = BEGUN
    for spec in group.spec.init_containers:
        state = ContainerState(state="Terminated", exit_code=0, start_time=BEGUN, finish_time=STARTED)
        group.state.init_containers[spec.name] = ContainerStatus(current=state, ready=True)
    for spec in group.spec.containers:
        state = ContainerState(state="Running", start_time=STARTED)
        group.state.containers[spec.name] = ContainerStatus(current=state, ready=True)


def status_of(api: Api, group_id: str) -> dict[str, Any]:
    answer = api("DescribeContainerGroupStatus", ContainerGroupIds=json.dumps([group_id]))
    (record,) = answer["Data"]
    return record


def conditions(record: dict[str, Any]) -> dict[str, str]:
    return {condition["type"]: condition["status"] for condition in record["PodStatus"]["Conditions"]}


def test_both_actions_are_post_only(api: Api) -> None:
    for action in ("DescribeContainerGroupStatus", "DescribeContainerGroupEvents"):
        assert api.send(action, {}, method="GET").json()["Code"] == "UnsupportedHTTPMethod"


def test_a_new_group(api: Api) -> None:
    record = status_of(api, api.create_group("web", Container=TWO, InitContainer=INIT))
    assert (record["Name"], record["Namespace"], record["Status"]) == ("web", "default", "Scheduling")
    assert record["PodStatus"]["Phase"] == "Pending"
    assert set(conditions(record).values()) == {"False"}
    assert record["PodStatus"]["QosClass"] == "Burstable"


def test_a_running_group(api: Api) -> None:
    group_id = api.create_group("web", Container=TWO, InitContainer=INIT)
    api.store.groups.update(group_id, running)
    record = status_of(api, group_id)
    pod = record["PodStatus"]
    assert (pod["Phase"], pod["StartTime"]) == ("Running", "2023-11-14T22:13:20Z")
    assert pod["PodIps"] == [{"Ip": api.group(group_id).state.placement.ip}]
    assert set(conditions(record).values()) == {"True"}
    assert [status["Name"] for status in pod["ContainerStatuses"]] == ["a", "b"]
    assert pod["ContainerStatuses"][0]["State"] == {"Running": {"StartedAtstartedAt": "2023-11-14T22:13:30Z"}}


def test_a_container_that_is_not_ready(api: Api) -> None:
    def change(group: ContainerGroup) -> None:
        running(group)
        group.state.containers["b"] = ContainerStatus(
            restart_count=3,
            current=ContainerState(reason="CrashLoopBackOff", message="Back-off"),
            previous=ContainerState(state="Terminated", reason="Error", exit_code=2, finish_time=ENDED),
        )

    group_id = api.create_group("web", Container=TWO)
    api.store.groups.update(group_id, change)
    record = status_of(api, group_id)
    told = {condition["type"]: condition for condition in record["PodStatus"]["Conditions"]}
    assert told["Initialized"]["status"] == "True"
    assert told["Ready"]["status"] == told["ContainersReady"]["status"] == "False"
    assert told["Ready"]["Message"] == "containers with unready status: [b]"
    status = record["PodStatus"]["ContainerStatuses"][1]
    assert (status["Ready"], status["RestartCount"]) == (False, 3)
    assert status["State"] == {"Waiting": {"Reason": "CrashLoopBackOff", "Message": "Back-off"}}
    assert status["LastState"]["Terminated"]["ExitCode"] == 2


def test_a_group_that_could_not_be_placed(api: Api) -> None:
    def change(group: ContainerGroup) -> None:
        group.state.status = GroupStatus.SCHEDULE_FAILED
        group.state.failed_time = group.state.terminal_since = ENDED
        group.state.events = [
            Event(type=WARNING, reason="NoStock", message="out of stock", source=ECI_SERVICE)
        ]

    group_id = api.create_group()
    api.store.groups.update(group_id, change)
    record = status_of(api, group_id)
    (created,) = [c for c in record["PodStatus"]["Conditions"] if c["type"] == "ContainerInstanceCreated"]
    assert (created["status"], created["Reason"]) == ("False", "ContainerGroup.NoStock")
    assert record["PodStatus"]["Phase"] == "Failed"


@pytest.mark.parametrize("action", ["DescribeContainerGroupStatus", "DescribeContainerGroupEvents"])
def test_pages_and_filters(api: Api, action: str) -> None:
    ids = [api.create_group(f"g{n}", Tag=[{"Key": "n", "Value": str(n % 2)}]) for n in range(5)]
    first = api(action, Limit=2)
    assert first["TotalCount"] == 5
    api("DeleteContainerGroup", ContainerGroupId=ids[1])
    rest = api(action, Limit=200, NextToken=first["NextToken"])
    assert rest["NextToken"] == ""
    shown = [record["ContainerGroupId"] for record in [*first["Data"], *rest["Data"]]]
    assert shown == ids
    odd = api(action, Tag=[{"Key": "n", "Value": "1"}])
    assert [record["ContainerGroupId"] for record in odd["Data"]] == [ids[3]]
    assert api(action, ZoneId="cn-hangzhou-b")["Data"] == []
    assert api.refused(action, NextToken="made up").code == "InvalidParameter.NextToken"
    assert api.refused(action, Limit=201).status == 400


def test_only_what_changed_lately(api: Api) -> None:
    old, new = api.create_group("old"), api.create_group("new")

    def age(group: ContainerGroup) -> None:
        group.state.creation_time -= 600

    api.store.groups.update(old, age)
    answer = api("DescribeContainerGroupStatus", SinceSecond=300)
    assert [record["ContainerGroupId"] for record in answer["Data"]] == [new]
    assert api("DescribeContainerGroupStatus", SinceSecond=3600)["TotalCount"] == 2
    paged = api("DescribeContainerGroupStatus", SinceSecond=3600, Limit=1)
    rest = api("DescribeContainerGroupStatus", SinceSecond=3600, Limit=1, NextToken=paged["NextToken"])
    assert [record["ContainerGroupId"] for record in [*paged["Data"], *rest["Data"]]] == [old, new]


def with_events(group: ContainerGroup) -> None:
    group.state.events = [
        Event(
            type="Warning",
            reason="OOMKilled",
            message="Out of memory",
            source=ECI_SERVICE,
            first_timestamp=BEGUN,
            last_timestamp=BEGUN,
        ),
        Event(
            type="Normal",
            reason="Started",
            message="c",
            first_timestamp=STARTED,
            last_timestamp=ENDED,
            count=2,
        ),
    ]


def test_events(api: Api) -> None:
    group_id = api.create_group("web")
    api.store.groups.update(group_id, with_events)
    (record,) = api("DescribeContainerGroupEvents")["Data"]
    newest, oldest = record["Events"]
    assert (newest["Reason"], newest["Count"], newest["LastTimestamp"]) == (
        "Started",
        2,
        "2023-11-14T22:15:00Z",
    )
    assert oldest["Source"] == {"Component": "EciService", "Host": "eci"}
    assert newest["Metadata"]["Name"] == "web.17979d008a35e400"
    assert newest["involvedObject"] == {
        "Kind": "Pod",
        "Name": "web",
        "Namespace": "default",
        "Uid": group_id,
        "ApiVersion": "v1",
    }


@pytest.mark.parametrize(("source", "reason"), [("EciService", "OOMKilled"), ("K8sAgent", "Started")])
def test_events_of_one_component(api: Api, source: str, reason: str) -> None:
    api.store.groups.update(api.create_group(), with_events)
    (record,) = api("DescribeContainerGroupEvents", EventSource=source)["Data"]
    assert [event["Reason"] for event in record["Events"]] == [reason]


def test_the_official_sdk_finds_every_field(api: Api) -> None:
    group_id = api.create_group("web", Container=TWO)
    api.store.groups.update(group_id, running)
    body = models.DescribeContainerGroupStatusResponseBody().from_map(api("DescribeContainerGroupStatus"))
    (record,) = body.data
    assert (record.container_group_id, record.status, record.name) == (group_id, "Running", "web")
    assert record.uuid
    assert record.pod_status.conditions[0].type == "ContainerInstanceCreated"
    assert record.pod_status.container_statuses[1].ready is True
