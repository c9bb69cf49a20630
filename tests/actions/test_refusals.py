"""What every action that names a group answers where there is no such group, container or status for it."""

from __future__ import annotations

import json
from functools import partial

import pytest

from eci_emulator.model.group import ContainerGroup, ContainerState, ContainerStatus
from eci_emulator.model.statuses import CHANGEABLE, GroupStatus

from .conftest import Api, Json

NOT_FOUND = (404, "InvalidParameter.NotFound")
NO_INSTANCE = (400, "InvalidInstanceId.NotFound")
INCORRECT = (400, "IncorrectStatus")
DETAIL = (403, "IncorrectStatusDetail")

ALWAYS = frozenset(GroupStatus)
#: Action -> its other parameters, the statuses it is allowed in, and its answer in any other.
ACTIONS: dict[str, tuple[Json, frozenset[GroupStatus], tuple[int, str]]] = {
    "DeleteContainerGroup": ({}, ALWAYS, INCORRECT),
    "RestartContainerGroup": ({}, CHANGEABLE, INCORRECT),
    "UpdateContainerGroup": ({"RestartPolicy": "Never"}, CHANGEABLE, INCORRECT),
    "ResizeContainerGroupVolume": ({"VolumeName": "d", "NewSize": 40}, CHANGEABLE, DETAIL),
    "ExecContainerCommand": ({"ContainerName": "c", "Command": '["ls"]'}, frozenset(), INCORRECT),
    "CommitContainer": (
        {"ContainerName": "c", "Image": {"Repository": "r.example/a", "Tag": "1"}},
        frozenset(),
        DETAIL,
    ),
    "CreateInstanceOpsTask": (
        {"OpsType": "coredump", "OpsValue": "enable"},
        frozenset({GroupStatus.RUNNING}),
        (400, "Ops.InstanceNotSupport"),
    ),
    "DescribeInstanceOpsRecords": ({"OpsType": "coredump"}, ALWAYS, INCORRECT),
    "DescribeContainerGroupMetric": ({}, ALWAYS, INCORRECT),
    "DescribeContainerLog": ({"ContainerName": "c"}, ALWAYS, INCORRECT),
}
DISK = {"Name": "d", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/disk"}}


def ask(api: Api, action: str, group_id: str, **others: str) -> tuple[int, str]:
    parameters = ACTIONS[action][0] | others
    response = api.send(action, {"ContainerGroupId": group_id, **parameters})
    return response.status_code, str(response.json().get("Code", ""))


def in_status(group: ContainerGroup, *, status: GroupStatus) -> None:
    group.state.status = status


def deleting(group: ContainerGroup) -> None:
    group.delete_requested = 1.0


@pytest.mark.parametrize("action", ACTIONS)
def test_a_group_that_is_not_there(api: Api, action: str) -> None:
    """Unknown, no id at all, another's, of another region, or on its way out."""
    missing = NO_INSTANCE if "Instance" in action else NOT_FOUND
    group_id, going = api.create_group("there"), api.create_group("going")
    api.store.groups.update(going, deleting)

    for unknown in ("eci-bp1nosuchgroup00000000", "../etc *", "\u4e0d\u5728", "x" * 300, going):
        assert ask(api, action, unknown) == missing, unknown
    for stranger in (api.as_someone("LTAIother"), api.as_someone("", "cn-beijing")):
        assert ask(stranger, action, group_id) == missing
    assert ask(api, action, "") == (400, "MissingContainerGroupId")


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "DescribeContainerLog"])
def test_a_group_in_another_status(api: Api, action: str) -> None:
    _, allowed, refusal = ACTIONS[action]
    for status in GroupStatus:
        group_id = api.create_group(Volume=[DISK])
        api.store.groups.update(group_id, partial(in_status, status=status))
        assert ask(api, action, group_id) == ((200, "") if status in allowed else refusal), status


@pytest.mark.parametrize("action", [name for name in ACTIONS if "ContainerName" in ACTIONS[name][0]])
def test_a_container_that_is_not_there(api: Api, action: str) -> None:
    group_id = api.create_group()
    for name in ("other", "../c", "C", "c "):
        assert ask(api, action, group_id, ContainerName=name) == NOT_FOUND, name


@pytest.mark.parametrize("state", ["Waiting", "Terminated"])
@pytest.mark.parametrize("action", ["ExecContainerCommand", "CommitContainer"])
def test_a_container_that_does_not_run(api: Api, action: str, state: str) -> None:
    def died(group: ContainerGroup) -> None:
        group.state.status = GroupStatus.RUNNING
        group.state.containers["c"] = ContainerStatus(current=ContainerState(state=state))

    group_id = api.create_group()
    api.store.groups.update(group_id, died)
    assert ask(api, action, group_id) == ACTIONS[action][2]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (json.dumps(["x" * 257]), (400, "InvalidParameter.ValueExceeded")),
        (json.dumps(["\u00fc" * 256]), INCORRECT),  # characters, not bytes; and the container does not run
        (json.dumps(["x"] * 21), (400, "InvalidParameter.ValueExceeded")),
        (json.dumps(["x"] * 20), INCORRECT),
        ("[]", (400, "InvalidParameter.ValueExceeded")),
        ("x" * 257, (400, "InvalidParameter.ValueExceeded")),
        ("[1]", (400, "InvalidParameter.Format")),
        ('["ls"', (400, "InvalidParameter.Format")),
    ],
)
def test_a_command_that_is_none(api: Api, command: str, answer: tuple[int, str]) -> None:
    assert ask(api, "ExecContainerCommand", api.create_group(), Command=command) == answer
