"""Core dumps and packet captures: recorded, and told that they are not taken."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.controller.due import fire
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import GroupStatus

from .conftest import Api

CREATE, DESCRIBE = "CreateInstanceOpsTask", "DescribeInstanceOpsRecords"


@pytest.fixture
def group_id(api: Api) -> str:
    def run(group: ContainerGroup) -> None:
        group.state.status = GroupStatus.RUNNING

    made = api.create_group()
    api.store.groups.update(made, run)
    return made


def records(api: Api, group_id: str, kind: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = api(DESCRIBE, ContainerGroupId=group_id, OpsType=kind)["Records"]
    return shown


@pytest.mark.parametrize(("kind", "value"), [("coredump", "enable"), ("tcpdump", '{"Enable":true}')])
def test_a_task_says_that_nothing_is_taken(api: Api, group_id: str, kind: str, value: str) -> None:
    answer = api(CREATE, ContainerGroupId=group_id, OpsType=kind, OpsValue=value)
    assert "Failed" in answer["Result"]
    (record,) = records(api, group_id, kind)
    assert (record["OpsStatus"], record["ResultType"]) == ("Failed", "Message")
    assert "emulator" in record["ResultContent"]
    assert record["ExpireTime"] > record["CreateTime"]
    other = "tcpdump" if kind == "coredump" else "coredump"
    assert records(api, group_id, other) == []


def test_core_dumps_are_switched_off(api: Api, group_id: str) -> None:
    api(CREATE, ContainerGroupId=group_id, OpsType="coredump", OpsValue="enable")
    api(CREATE, ContainerGroupId=group_id, OpsType="coredump", OpsValue="disable")
    assert [record["OpsStatus"] for record in records(api, group_id, "coredump")] == ["Closed"]


def test_a_record_is_forgotten_when_it_expires(api: Api, group_id: str) -> None:
    api(CREATE, ContainerGroupId=group_id, OpsType="coredump", OpsValue="enable")
    (due,) = api.store.timers.due(api.store.clock.now() + 13 * 3600)
    fire(api.store, due)
    assert records(api, group_id, "coredump") == []


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("strace", "enable", "Ops.TypeNotSupport"),
        ("coredump", "maybe", "Ops.OpsValueInvalid"),
        ("tcpdump", "eth0", "Tcpdump.InvalidValue"),
    ],
)
def test_what_makes_no_sense(api: Api, group_id: str, kind: str, value: str, code: str) -> None:
    assert api.refused(CREATE, ContainerGroupId=group_id, OpsType=kind, OpsValue=value).code == code


def test_it_takes_a_running_group(api: Api) -> None:
    asked = {"OpsType": "coredump", "OpsValue": "enable"}
    assert api.refused(CREATE, ContainerGroupId="eci-x", **asked).code == "InvalidInstanceId.NotFound"
    assert api.refused(CREATE, ContainerGroupId=api.create_group(), **asked).code == "Ops.InstanceNotSupport"
