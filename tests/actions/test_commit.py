"""CommitContainer and its tasks, as the API shows them."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.model.commit import CommitTask, Phase, PhaseRecord
from eci_emulator.model.group import ContainerGroup, ContainerState, ContainerStatus
from eci_emulator.store.wakeups import COMMIT

from .conftest import Api

IMAGE = {"Repository": "team/made", "Tag": "1", "Message": "m", "Author": "a"}


@pytest.fixture
def group_id(api: Api) -> str:
    def run(group: ContainerGroup) -> None:
        group.state.containers["c"] = ContainerStatus(attempt=2, current=ContainerState(state="Running"))

    made = api.create_group()
    api.store.groups.update(made, run)
    return made


def commit(api: Api, group_id: str, **parameters: Any) -> str:
    asked = {"ContainerGroupId": group_id, "ContainerName": "c", "Image": IMAGE, **parameters}
    return str(api("CommitContainer", **asked)["TaskId"])


def tasks(api: Api, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("DescribeCommitContainerTask", **query)["CommitTasks"]
    return found


def test_a_task_is_begun(api: Api, group_id: str) -> None:
    acr = {"InstanceId": "cri-1", "RegionId": "cn-beijing", "ArnService": "s", "ArnUser": "u"}
    task_id = commit(api, group_id, AcrRegistryInfo=acr, Arn={"RoleArn": "r", "RoleType": "t"})
    (task,) = tasks(api)
    assert (task["TaskId"], task["TaskStatus"], task["TaskProgress"]) == (task_id, "Running", "0%")
    assert (task["ContainerName"], task["CommitPhaseInfos"], task["TaskFinishedTime"]) == ("c", [], "")
    record = api.store.commit_tasks.get(task_id)
    assert record
    assert record.engine_name == f"{group_id}-c-2"
    assert (record.base_image, record.author, record.message) == ("busybox:1", "a", "m")
    assert set(record.acr.values()) == {"cri-1", "cn-beijing", "s", "u", "r", "t"}
    assert api.store.wakeups.unfinished(record.host) == [(COMMIT, task_id)]


def test_phases(api: Api, group_id: str) -> None:
    def pull(task: CommitTask) -> None:
        task.record(PhaseRecord(phase=Phase.PULL_BASE_IMAGE, succeeded=True, message="pulled", time=1.0))

    def fail(task: CommitTask) -> None:
        task.record(PhaseRecord(phase=Phase.COMMIT_CONTAINER, succeeded=False, message="no", time=2.0))

    task_id = commit(api, group_id)
    api.store.commit_tasks.update(task_id, pull)
    (task,) = tasks(api, TaskStatus="Running")
    assert (task["TaskProgress"], task["StatusMessage"]) == ("33%", "pulled")
    api.store.commit_tasks.update(task_id, fail)
    (task,) = tasks(api, TaskStatus="Failed")
    assert [(phase["Phase"], phase["Status"]) for phase in task["CommitPhaseInfos"]] == [
        ("PullBaseImage", "Success"),
        ("CommitContainer", "Failed"),
    ]
    assert task["TaskFinishedTime"] == "1970-01-01T00:00:02Z"


def test_filters_and_pages(api: Api, group_id: str) -> None:
    ids = [commit(api, group_id) for _ in range(3)]
    answer = api("DescribeCommitContainerTask", MaxResults=2)
    assert (answer["TotalCount"], answer["MaxResults"], len(answer["CommitTasks"])) == (3, "2", 2)
    rest = tasks(api, MaxResults=2, NextToken=answer["NextToken"])
    assert [task["TaskId"] for task in rest] == ids[2:]
    assert [task["TaskId"] for task in tasks(api, TaskId=[ids[1]])] == [ids[1]]
    assert tasks(api, ContainerGroupId="eci-other") == []
    assert len(tasks(api, ContainerGroupId=group_id)) == 3


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"ContainerGroupId": "eci-x"}, "InvalidParameter.NotFound"),
        ({"ContainerName": "x"}, "InvalidParameter.NotFound"),
        ({"Image": {"Repository": "r"}}, "MissingParameter"),
        ({"Image": {}}, "MissingParameter"),
    ],
)
def test_what_makes_no_sense(api: Api, group_id: str, asked: dict[str, Any], code: str) -> None:
    asked = {"ContainerGroupId": group_id, "ContainerName": "c", "Image": IMAGE, **asked}
    assert api.refused("CommitContainer", **asked).code == code


def test_it_takes_a_running_container(api: Api) -> None:
    asked = {"ContainerGroupId": api.create_group(), "ContainerName": "c", "Image": IMAGE}
    refusal = api.refused("CommitContainer", **asked)
    assert (refusal.status, refusal.code) == (403, "IncorrectStatusDetail")
