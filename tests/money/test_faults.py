"""Failures on demand: each kind, its conditions, how often, and that each firing is told."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from starlette.testclient import TestClient

from eci_emulator.app import create_app
from eci_emulator.model.errors import BY_CODE
from eci_emulator.model.fault import Fault, Kind
from eci_emulator.model.times import iso
from eci_emulator.supervisor import state
from eci_sdk.config import Credentials
from eci_sdk.signing import Signer
from tests.controller.harness import BEGIN, Lab, container
from tests.money.conftest import Admin, MakeLab, Run

HH = "cn-hangzhou-h"


def add(admin: Admin, kind: str, **fields: Any) -> str:
    return str(admin("POST", "/faults", json={"kind": kind, **fields})["id"])


def fired(admin: Admin) -> list[int]:
    return [fault["fired"] for fault in admin("GET", "/faults")["faults"]]


def told(admin: Admin) -> list[str]:
    """The faults in the trace, oldest first."""
    requests = admin("GET", "/trace")["requests"]
    return [request["fault"] for request in reversed(requests) if request["fault"]]


def test_the_next_calls_of_an_action_fail(admin: Admin) -> None:
    admin("DELETE", "/trace")
    fault = add(admin, "error", code="OperationDenied.NoStock", action="CreateContainerGroup", times=2)
    assert admin.call("DescribeRegions").status_code == 200
    answers = [admin.create() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 200]
    assert answers[0].json()["Code"] == "OperationDenied.NoStock"
    assert told(admin) == [f"{fault} error"] * 2
    (listed,) = admin("GET", "/faults")["faults"]
    assert listed == {
        "id": fault,
        "kind": "error",
        "code": "OperationDenied.NoStock",
        "action": "CreateContainerGroup",
        "times": 2,
        "fired": 2,
    }


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_any_error_there_is(admin: Admin, code: str) -> None:
    add(admin, "error", code=code, times=1)
    answer = admin.call("DescribeRegions")
    assert (answer.status_code, answer.json()["Code"]) == (BY_CODE[code].http_status, code)
    assert answer.json()["Message"]


def test_a_text_of_ones_own(admin: Admin) -> None:
    add(admin, "error", code="Throttling.User", message="slowly, please")
    assert admin.call("DescribeRegions").json()["Message"] == "slowly, please"


@pytest.mark.parametrize(
    ("condition", "hit", "missed"),
    [
        ({"zone": HH}, {"ZoneId": HH}, {"ZoneId": "cn-hangzhou-i"}),
        (
            {"instance_type": "ecs.c6.large"},
            {"InstanceType": "2-4Gi,ecs.c6.large"},
            {"InstanceType": "2-4Gi"},
        ),
        ({"image": "busy"}, {}, {"Container.1.Image": "alpine"}),
        ({"account": "1000000000000001"}, {"AccessKeyId": "nobody"}, {}),
    ],
)
def test_conditions(
    admin: Admin, condition: dict[str, str], hit: dict[str, str], missed: dict[str, str]
) -> None:
    if "account" in condition:
        admin.create(**hit)
        condition = {"account": admin("GET", "/trace")["requests"][0]["account"]}
    add(admin, "error", code="InternalError", **condition)
    assert admin.create(**hit).status_code == 500
    assert admin.create(**missed).status_code == 200


def test_the_zone_of_a_vswitch_counts(admin: Admin, lab: Lab) -> None:
    admin.create(ZoneId=HH)
    (known,) = lab.store.vswitches.get_many(lab.store.vswitches.all_ids())
    add(admin, "error", code="InternalError", zone=HH)
    assert admin.create(VSwitchId=known.public_id).status_code == 500


def test_until_a_time(admin: Admin, lab: Lab) -> None:
    add(admin, "error", code="ServiceUnavailable", until=iso(BEGIN + 60))
    assert admin.call("DescribeRegions").status_code == 503
    lab.advance(60)
    assert admin.call("DescribeRegions").status_code == 200


def test_chance_is_the_same_in_every_run(admin: Admin) -> None:
    def run() -> list[int]:
        add(admin, "error", code="InternalError", probability=0.5, seed=11)
        found = [admin.call("DescribeRegions").status_code for _ in range(20)]
        admin("DELETE", "/faults")
        return found

    first = run()
    assert set(first) == {200, 500}
    assert run() == first


def test_nothing_happens_by_chance_without_a_seed(admin: Admin) -> None:
    assert admin.refused("POST", "/faults", json={"kind": "drop", "probability": 0.5})[0] == 400


def test_latency(admin: Admin) -> None:
    add(admin, "latency", seconds=0.4, times=1)
    began = time.monotonic()
    assert admin.call("DescribeRegions").status_code == 200
    assert time.monotonic() - began >= 0.4
    assert told(admin)[-1].endswith("latency")


def test_a_dropped_connection_was_served_but_not_answered(run: Run, lab: Lab, tmp_path: Path) -> None:
    endpoint = state.read_endpoint(tmp_path)
    assert endpoint
    run("fault", "add", "drop", "--action", "CreateContainerGroup", "--times", "1")
    query = {
        "Action": "CreateContainerGroup",
        "ContainerGroupName": "web",
        "Format": "JSON",
        "Container.1.Name": "c",
        "Container.1.Image": "i",
        "ClientToken": "once",
    }
    with httpx.Client(base_url=endpoint.url, trust_env=False) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/", params=query)
        again = client.post("/", params=query)  # with the same token: the same group
    assert again.json()["ContainerGroupId"] in lab.store.groups.all_ids()
    assert len(lab.store.groups.all_ids()) == 1


def test_a_pull_that_fails(lab: Lab, admin: Admin) -> None:
    fault = add(admin, "pull_failure", image="registry.example/", times=1)
    group = lab.create(container())
    assert lab.told(group, "Failed")[0] == (
        f'Failed to pull image "registry.example/app:1": injected fault {fault}'
    )
    assert lab.status(group) == "Pending"
    lab.advance(30)
    assert lab.status(group) == "Running"
    assert told(admin)[-1] == f"{fault} pull_failure"


def test_a_fault_meets_what_comes_right_after_it(lab: Lab, admin: Admin) -> None:
    """Though the worker has just seen that there is none."""
    lab.create(container())
    add(admin, "pull_failure", times=1)
    assert lab.told(lab.create(container(Image="other:1")), "Failed")
    add(admin, "start_failure", times=1)
    assert lab.told(lab.create(container()), "Failed")


def test_a_slow_pull_takes_the_emulators_time(lab: Lab, admin: Admin) -> None:
    add(admin, "slow_pull", seconds=100)
    group = lab.create(container())
    lab.advance(99)
    assert lab.status(group) == "Pending"
    lab.advance(2)
    lab.settle()
    assert lab.status(group) == "Running"


def test_a_start_that_fails(lab: Lab, admin: Admin) -> None:
    fault = add(admin, "start_failure", zone=HH, message="no luck today")
    bad = lab.create(container(), ZoneId=HH, RestartPolicy="Never")
    good = lab.create(container(), ZoneId="cn-hangzhou-i")
    assert (lab.status(bad), lab.status(good)) == ("Failed", "Running")
    assert lab.container(bad, "app").current.message == "no luck today"
    assert told(admin)[-1] == f"{fault} start_failure"


def test_a_clock_that_is_off_refuses_signatures(make_lab: MakeLab) -> None:
    lab = make_lab(access_key_id="key", access_key_secret="secret")
    lab.store.clock.reset()
    signed = Signer(Credentials("key", "secret"))
    with TestClient(create_app(lab.emulator)) as client:

        def call() -> Any:
            url = "http://testserver/?Action=DescribeRegions&Version=2018-08-08&Format=JSON"
            request = requests.Request("POST", url, auth=signed).prepare()
            return client.post(url, headers=dict(request.headers))

        assert call().status_code == 200
        add(Admin(client), "clock_skew", seconds=3600, times=1)
        assert call().json()["Code"] == "InvalidTimeStamp.Expired"
        assert told(Admin(client))[-1].endswith("clock_skew")
        assert call().status_code == 200


def test_list_remove_clear(admin: Admin) -> None:
    first, second = add(admin, "drop", action="DeleteContainerGroup"), add(admin, "host_loss", host="x")
    assert [fault["id"] for fault in admin("GET", "/faults")["faults"]] == [first, second]
    admin("DELETE", f"/faults/{first}")
    assert admin.refused("DELETE", f"/faults/{first}")[0] == 404
    assert [fault["kind"] for fault in admin("GET", "/faults")["faults"]] == ["host_loss"]
    admin("DELETE", "/faults")
    assert admin("GET", "/faults")["faults"] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error"},
        {"kind": "error", "code": "No.Such"},
        {"kind": "latency"},
        {"kind": "pull_failure", "action": "CreateContainerGroup"},
        {"kind": "error", "code": "InternalError", "host": "local"},
        {"kind": "drop", "until": "soon"},
        {"kind": "drop", "acton": "CreateContainerGroup"},
        {"kind": "drop", "zone": "cn-hangzhou-hh"},
    ],
)
def test_what_could_never_fire_is_refused(admin: Admin, fault: dict[str, str]) -> None:
    assert admin.refused("POST", "/faults", json=fault)[0] == (404 if "zone" in fault else 400)


def test_dice_hit_as_often_as_they_should() -> None:
    fault = Fault(kind=Kind.DROP, probability=0.3, seed=5)
    hits = sum(fault.hits(number) for number in range(10_000))
    assert abs(hits - 3000) < 200


def test_faults_on_the_command_line(run: Run) -> None:
    added = run("fault", "add", "error", "--code", "Throttling.User", "--times", "3").output.strip()
    run("fault", "add", "latency", "--seconds", "2s")
    shown = run("fault", "list").output
    assert (added in shown, "Throttling.User" in shown, "seconds=2.0" in shown) == (True, True, True)
    assert json.loads(run("fault", "list", "--json").output)["faults"][0]["times"] == 3
    assert run("fault", "clear", added).exit_code == 0
    assert added not in run("fault", "list").output
    assert run("fault", "clear").exit_code == 0
    assert json.loads(run("fault", "list", "--json").output) == {"faults": []}
    wrong = run("fault", "add", "error", "--code", "No.Such")
    assert (wrong.exit_code, "No.Such" in wrong.output) == (1, True)
