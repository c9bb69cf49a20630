"""What is kept, as a whole, and what was asked: the admin API's state and insight on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from eci_emulator.app import load_document
from eci_emulator.cli import COMMANDS
from eci_emulator.supervisor import state
from eci_emulator.trace import blanked
from tests.controller.harness import Lab, container
from tests.money.conftest import Admin, Run

CLI = Path(__file__).parents[2] / "eci_emulator" / "cli"


def test_every_path_of_the_admin_api_has_a_command() -> None:
    told = "\n".join(path.read_text("utf-8") for path in CLI.glob("*.py"))
    asked = {path.removeprefix("/_eci").partition("/{")[0] for path in load_document("control.yaml")["paths"]}
    assert {path for path in asked if f'{path}"' not in told and f"{path}/" not in told} == set()
    assert {"reset", "snapshot", "trace", "hosts", "metrics"} <= set(COMMANDS)


def test_a_snapshot_brings_back_what_a_reset_took(lab: Lab, run: Run, tmp_path: Path) -> None:
    kept = lab.create(container(), ContainerGroupName="kept")
    saved = tmp_path / "saved.json"
    assert run("snapshot", "save", str(saved)).exit_code == 0
    assert json.loads(run("snapshot", "save").output)["records"]["group"].keys() == {kept}
    lab.delete(kept)
    assert run("reset", "--keep-clock").output.startswith("Removed records: vpc 1, vswitch 1")
    assert run("reset", "--keep-clock").output == "Removed nothing: there was nothing.\n"
    assert lab.store.groups.all_ids() == []
    assert run("snapshot", "load", str(saved)).exit_code == 0
    lab.settle()
    assert (lab.status(kept), lab.group(kept).spec.name) == ("Running", "kept")
    again = json.loads(run("snapshot", "save").output)
    assert again["records"]["vpc"] == json.loads(saved.read_text())["records"]["vpc"]


def test_what_is_no_snapshot_is_refused_and_changes_nothing(lab: Lab, run: Run, tmp_path: Path) -> None:
    kept = lab.create(container())
    for text, reason in {
        "no JSON": "is no snapshot",
        "{}": "'format' is a required property",
        '{"format": 9, "records": {}}': "reads format 1",
        '{"format": 1, "records": {"pets": {}}}': "no records of kind 'pets'",
        '{"format": 1, "records": {"group": {"eci-1": {}}}}': "group eci-1: Object missing required field",
    }.items():
        path = tmp_path / "wrong.json"
        path.write_text(text)
        told = run("snapshot", "load", str(path))
        assert (told.exit_code, reason in told.output) == (1, True), told.output
    assert lab.status(kept) == "Running"


def test_the_trace_shows_what_was_understood_ignored_and_answered(run: Run, tmp_path: Path) -> None:
    url = json.loads(state.endpoint_path(tmp_path).read_text())["url"]
    flex = {"Type": "FlexVolume", "FlexVolume.Options": '{"akId": "id", "akSecret": "hush\\"1"}'}
    options = {f"Volume.1.{name}": value for name, value in flex.items()}
    credential = {"ImageRegistryCredential.1.Password": "hush2"}
    called = {
        "CreateContainerGroup": {
            "ContainerGroupName": "hello",
            "Contaner.1.Name": "x",
            "Container.1.Name": "c",
            "Container.1.Image": "i:1",
            "Volume.1.Name": "v",
            **options,
            **credential,
        },
        "DeleteContainerGroup": {},
    }
    for action, parameters in called.items():  # one is answered in JSON, one in XML
        query = {"Action": action, **({"Format": "JSON"} if parameters else {})}
        httpx.post(url, params=query, data=parameters, trust_env=False)
    assert httpx.get(url, params={"Action": "DescribeRegions"}, trust_env=False).text.startswith("<?xml")
    told = run("trace").output
    assert "ContainerGroupName=hello" in told
    assert "Container.1.Name=c" in told
    assert "ignored: Contaner" in told
    assert "hush" not in told + run("trace", "--json").output
    assert "400 MissingContainerGroupId: ContainerGroupId is mandatory" in told
    assert "200 Regions.1.RegionEndpoint=eci." in told
    assert told.index("CreateContainerGroup") < told.index("DeleteContainerGroup")
    assert "DeleteContainerGroup" not in run("trace", "--action", "CreateContainerGroup").output
    newest = json.loads(run("trace", "--json", "-n", "2").output)["requests"][-1]
    assert newest["action"] == "DeleteContainerGroup"
    assert run("trace", "--request-id", newest["request_id"]).output.count("DeleteContainerGroup") == 1
    assert run("trace", "--clear").exit_code == 0
    assert json.loads(run("trace", "--json").output) == {"requests": []}
    served = {each.name: each.samples for each in text_string_to_metric_families(run("metrics").output)}
    assert {sample.labels["action"] for sample in served["eci_emulator_requests"]} >= called.keys()
    assert {sample.labels["what"] for sample in served["eci_emulator_stored_bytes"]} == {
        "images",
        "images_held",
        "data_caches",
    }
    assert not [name for name in served if name.endswith("_created")]


def test_groups_are_listed_and_told_of(lab: Lab, run: Run) -> None:
    assert run("groups").output == "No container groups.\n"
    first, second = (lab.create(container(), ContainerGroupName=name) for name in ("first", "second"))
    lab.settle()
    listed = run("groups").output.splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [
        [second, "second", "Running"],
        [first, "first", "Running"],
    ]
    told = run("groups", "first").output
    assert told.startswith(f"{first} first: Running\n  container app (")
    assert "Normal Started: Started container app" in told
    assert second not in told
    (shown,) = json.loads(run("groups", second, "--json").output)
    assert (shown["name"], shown["cpu"], shown["memory"]) == ("second", 2.0, 4.0)
    assert "no such container group: third" in run("groups", "first", "third").output


def test_what_opens_a_door_is_not_in_the_trace() -> None:
    answer = {"HttpUrl": "http://h/exec/?s=hush", "WebSocketUri": "ws://h/exec/?s=hush", "SyncResponse": "ok"}
    assert blanked(answer) == {"HttpUrl": "***", "WebSocketUri": "***", "SyncResponse": "ok"}


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("/bill", {"by": "nix"}, "'nix' is not one of ['group', 'tag', 'hour', 'item'] - 'by'"),
        ("/trace", {"acton": "ListUsage"}, "Extra query parameter(s) acton not in spec"),
        ("/spot/prices", {"zone": "cn-hangzhou-h"}, "Missing query parameter 'instance_type'"),
    ],
)
def test_a_wrong_parameter_of_the_admin_api_is_named(
    admin: Admin, path: str, query: dict[str, str], told: str
) -> None:
    assert admin.refused("GET", path, params=query) == (400, told)


def test_a_misspelt_part_of_a_body_is_refused(admin: Admin) -> None:
    for method, path, body in [
        ("POST", "/clock", {"action": "freeze", "secnds": 1}),
        ("PUT", "/stock", {"unit": 1}),
        ("PUT", "/spot/prices", {"discount": 1, "zon": "cn-hangzhou-h"}),
        ("POST", "/spot/reclaim", {"all": True, "notce": 1}),
    ]:
        status, told = admin.refused(method, path, json=body)
        assert (status, "Additional properties are not allowed" in told) == (400, True), told
