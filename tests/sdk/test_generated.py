"""The generated modules: up to date, complete, and read by type checkers."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from eci_sdk import Client
from tests.sdk.conftest import Service

ROOT = Path(__file__).parents[2]

RIGHT = """
import eci_sdk

client = eci_sdk.Client()
created = client.create_container_group(
    ContainerGroupName="job",
    RestartPolicy="Never",
    Container=[{"Name": "main", "Image": "busybox", "Command": ["true"], "Port": [{"Port": 80}]}],
    Tag=[{"Key": "team", "Value": "ml"}, {"Key": "night"}],
)
group_id: str = created["ContainerGroupId"]
for group in client.iter_container_groups(ContainerGroupIds=[group_id], Status="Running"):
    states = [container["CurrentState"]["ExitCode"] + 1 for container in group["Containers"]]
    servers: list[str] = group["DnsConfig"]["NameServers"]
client.describe_container_groups(ContainerGroupIds='["eci-1"]')
request: eci_sdk.types.CreateImageCacheRequest = {"ImageCacheName": "cache", "Image": ["busybox"]}
client.create_image_cache(**request)
"""

#: A wrong line, and what a type checker says of it.
WRONG = {
    'client.create_container_group(ContainerGroupName="a", Container=[], Cpus=2)': "Unexpected keyword",
    'client.create_container_group(ContainerGroupName="a")': "Missing named argument",
    'client.delete_container_group(ContainerGroupId=["eci-1"])': "incompatible type",
    'client.restart_container_group(ContainerGroupId="eci-1", ClientToken=7)': "incompatible type",
    'client.describe_container_groups(Status="Runing")': "incompatible type",
    'client.create_container_group(ContainerGroupName="a", Container=[{"Name": "b"}])': "Missing key",
    'client.create_image_cache(ImageCacheName="a", Image="busybox")': "incompatible type",
    'client.create_container_group(ContainerGroupName="a", Container=[{"Name": "b", "Image": "c", '
    '"Comand": ["d"]}])': "Extra key",
    'client.describe_regions()["Regionen"]': "has no key",
    'client.describe_container_groups()["ContainerGroups"][0]["Cpu"].lower()': "has no attribute",
    'client.create_container_groups(ContainerGroupName="a")': "has no attribute",
}


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "sdk" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return generator()


def test_generated_modules_are_up_to_date(generate: ModuleType) -> None:
    for name, text in generate.modules().items():
        there = (ROOT / "sdk" / "eci_sdk" / name).read_text("utf-8")
        assert there == text, f"{name} is stale: run `python sdk/generate.py`"


def test_every_action_has_a_method_with_every_parameter(generate: ModuleType) -> None:
    document = generate.Document("eci-2018-08-08.yaml")
    for action, operation in document.operations():
        schema = document.request(operation)
        parameters = inspect.signature(getattr(Client, generate.snake(action))).parameters
        assert set(parameters) - {"self"} == set(schema["properties"])
        required = {name for name, given in parameters.items() if given.default is inspect.Parameter.empty}
        assert required - {"self"} == set(schema.get("required", [])) - {"RegionId"}


def test_every_action_with_pages_has_an_iterator(generate: ModuleType) -> None:
    document = generate.Document("eci-2018-08-08.yaml")
    paged = {
        "iter_" + generate.snake(action).partition("_")[2]
        for action, operation in document.operations()
        if "NextToken" in document.answer(operation)["properties"]
    }
    assert "iter_container_groups" in paged
    assert {name for name in dir(Client) if name.startswith("iter_")} == paged


def test_calls_go_out_as_the_service_reads_them(client: Client, service: Service) -> None:
    service.on("CreateContainerGroup", {"ContainerGroupId": "eci-1"})
    client.create_container_group(
        ContainerGroupName="job",
        Container=[{"Name": "main", "Image": "bb:1", "Cpu": 0.5, "Arg": ["a b", "ü&="], "Stdin": True}],
        Volume=[{"Name": "v", "Type": "EmptyDirVolume", "EmptyDirVolume": {"Medium": "Memory"}}],
        SpotDuration=0,
    )
    (call,) = service.calls()
    assert call.pop("ClientToken")
    assert call == {
        "RegionId": "cn-hangzhou",
        "ContainerGroupName": "job",
        "Container.1.Name": "main",
        "Container.1.Image": "bb:1",
        "Container.1.Cpu": "0.5",
        "Container.1.Arg.1": "a b",
        "Container.1.Arg.2": "ü&=",
        "Container.1.Stdin": "true",
        "Volume.1.Name": "v",
        "Volume.1.Type": "EmptyDirVolume",
        "Volume.1.EmptyDirVolume.Medium": "Memory",
        "SpotDuration": "0",
    }


def test_lists_in_a_string_can_be_given_as_lists(client: Client, service: Service) -> None:
    service.on("DescribeContainerGroups", {"ContainerGroups": []})
    client.describe_container_groups(ContainerGroupIds=["eci-1", "eci-2"], RegionId="cn-beijing")
    client.describe_container_groups(ContainerGroupIds='["eci-3"]')
    assert [call["ContainerGroupIds"] for call in service.calls()] == ['["eci-1", "eci-2"]', '["eci-3"]']
    assert [call["RegionId"] for call in service.calls()] == ["cn-beijing", "cn-hangzhou"]


def test_describe_regions_asks_for_all_regions(client: Client, service: Service) -> None:
    service.on("DescribeRegions", {"Regions": []})
    client.describe_regions()
    assert service.calls() == [{}]


def test_iterators_go_through_all_pages(client: Client, service: Service) -> None:
    service.on(
        "DescribeContainerGroups",
        {"ContainerGroups": [{"Status": "Running"}, {"Status": "Failed"}], "NextToken": "n1"},
        {"ContainerGroups": [], "NextToken": "n2"},
        {"ContainerGroups": [{"Status": "Pending"}], "NextToken": ""},
    )
    groups = client.iter_container_groups(Limit=2)
    assert next(groups)["Status"] == "Running"
    assert len(service.calls()) == 1, "a page is asked for when it is needed"
    assert [group["Status"] for group in groups] == ["Failed", "Pending"]
    assert [call.get("NextToken") for call in service.calls()] == [None, "n1", "n2"]
    assert {call["Limit"] for call in service.calls()} == {"2"}


def test_type_checkers_see_wrong_names_and_types(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(RIGHT)
    wrong = "\n".join(["import eci_sdk", "client = eci_sdk.Client()", *WRONG])
    (tmp_path / "wrong.py").write_text(wrong)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    found = subprocess.run(
        [*command, "right.py", "wrong.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "right.py" not in found, found
    for number, (line, complaint) in enumerate(WRONG.items(), 3):
        assert any(
            said.startswith(f"wrong.py:{number}:") and complaint in said for said in found.splitlines()
        ), f"{line} is not told to be wrong by: {found}"
