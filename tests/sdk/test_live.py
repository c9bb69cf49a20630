"""The SDK against a running emulator, through the plugin's own fixtures."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

import eci_sdk
from eci_sdk import Client, errors
from eci_sdk.emulator import Clock, Emulator
from eci_sdk.jobs import JobResult

pytestmark = pytest.mark.timeout(180)


def start(client: Client, script: str, **more: object) -> str:
    """A group of one container that runs a shell script."""
    image = client.emulator.health()["base_image"]
    created = client.create_container_group(
        ContainerGroupName="live",
        RestartPolicy="Never",
        Container=[{"Name": "main", "Image": image, "Command": ["sh", "-c", script]}],
        **more,  # type: ignore[arg-type]
    )
    return created["ContainerGroupId"]


def quietly(client: Client, group_id: str) -> JobResult:
    return client.wait_and_tail(group_id, console=Console(file=io.StringIO()))


def test_a_job_from_start_to_end(eci_client: Client) -> None:
    job = start(eci_client, "echo one; sleep 1; echo two; exit 3")
    assert list(eci_client.logs(job, follow=True)) == ["one", "two"]
    with pytest.raises(errors.WaitFailed, match="container main ended with exit code 3"):
        eci_client.wait.container_group_succeeded(job)
    result = quietly(eci_client, job)
    assert (result.status, result.exit_codes) == ("Failed", {"main": 3})


def test_a_service_is_looked_into_and_deleted(eci_client: Client) -> None:
    service = start(eci_client, "sleep 1000", Tag=[{"Key": "team", "Value": "ml"}])
    group = eci_client.wait.container_group_running(service, timeout=60)
    assert group["Tags"] == [{"Key": "team", "Value": "ml"}]
    assert eci_client.run(service, ["echo", "hello"]).strip() == "hello"
    eci_client.delete_container_group(ContainerGroupId=service)
    eci_client.wait.container_group_deleted(service, timeout=60)
    with pytest.raises(errors.NotFound):
        eci_client.describe_container_log(ContainerGroupId=service, ContainerName="main")
    with pytest.raises(errors.NotFound, match=f"^There is no container group {service}.$"):
        eci_client.run(service, "true")


def test_a_command_is_streamed(eci_client: Client) -> None:
    service = start(eci_client, "sleep 1000")
    eci_client.wait.container_group_running(service, timeout=60)
    with eci_client.exec(service, ["sh", "-c", "echo out; echo err >&2; exit 4"]) as command:
        result = command.communicate()
    assert (result.stdout, result.stderr, result.exit_code) == (b"out\n", b"err\n", 4)
    with eci_client.exec(service, ["cat"]) as command:
        result = command.communicate(b"through and back\n")
    assert (result.stdout, result.exit_code) == (b"through and back\n", 0)


def test_the_cost_of_a_job(eci_client: Client, eci_emulator: Emulator) -> None:
    job = start(eci_client, "sleep 1")
    cost = quietly(eci_client, job).cost
    assert cost
    bill = eci_emulator.bill.show()
    assert (cost.amount, cost.currency) == (Decimal(bill["unrounded"]), bill["currency"])
    assert cost.amount > 0


def test_every_test_begins_with_nothing(eci_client: Client, eci_emulator: Emulator) -> None:
    assert list(eci_client.iter_container_groups()) == []
    assert eci_emulator.health()["groups"] == {}


def test_pages(eci_client: Client) -> None:
    made = {start(eci_client, "sleep 1000") for _ in range(5)}
    assert {group["ContainerGroupId"] for group in eci_client.iter_container_groups(Limit=2)} == made


def test_a_lost_answer_makes_no_second_group(eci_client: Client, eci_emulator: Emulator) -> None:
    eci_emulator.faults.add(kind="drop", action="CreateContainerGroup", times=1)
    start(eci_client, "sleep 1000")
    assert len(list(eci_client.iter_container_groups())) == 1


def test_faults_and_refusals(eci_client: Client, eci_emulator: Emulator) -> None:
    eci_emulator.faults.add(
        kind="error", code="OperationDenied.NoStock", action="CreateContainerGroup", times=1
    )
    with pytest.raises(errors.NoStock):
        start(eci_client, "true")
    eci_emulator.faults.add(kind="error", code="Throttling.User", times=2)
    assert eci_client.describe_regions()["Regions"]
    with pytest.raises(errors.InvalidParameter):
        eci_client.create_container_group(ContainerGroupName="-", Container=[{"Name": "a", "Image": "b"}])


def test_the_clock_moves(eci_client: Client, eci_clock: Clock) -> None:
    before = eci_clock.freeze()["epoch"]
    assert eci_clock.advance(3600)["epoch"] == before + 3600


def test_code_under_test_finds_the_emulator_by_itself(eci_environment: None, eci_emulator: Emulator) -> None:
    with eci_sdk.Client() as client:
        assert client.endpoint == eci_emulator.endpoint
        assert client.describe_regions(RegionId="cn-hangzhou")["Regions"]
