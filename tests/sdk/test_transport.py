"""Calls over HTTP: what is tried again, and what is raised."""

from __future__ import annotations

import pytest
import requests
import requests_mock
from urllib3.exceptions import MaxRetryError, NewConnectionError

from eci_sdk import Client, EciError, errors
from eci_sdk.transport import FIRST_PAUSE, LONGEST_PAUSE
from tests.sdk.conftest import ENDPOINT, Answer, Service

GROUP: Answer = {"ContainerGroupId": "eci-1"}
THROTTLED: Answer = {"status": 400, "Code": "Throttling.User", "Message": "Too many."}
DOWN: Answer = {"status": 503, "Code": "ServiceUnavailable", "Message": "Later."}
REFUSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]
CUT_OFF = requests.ConnectionError("closed without an answer")
LATE = requests.ReadTimeout("late")


def create(client: Client) -> None:
    client.create_container_group(ContainerGroupName="a", Container=[{"Name": "b", "Image": "c"}])


@pytest.mark.parametrize("failure", [THROTTLED, DOWN, REFUSED, CUT_OFF, LATE])
def test_what_a_repetition_can_mend_is_tried_again(
    client: Client, service: Service, pauses: list[float], failure: Answer
) -> None:
    service.on("CreateContainerGroup", failure, failure, GROUP)
    create(client)
    calls = service.calls()
    assert len(calls) == 3
    assert len({call["ClientToken"] for call in calls}) == 1, "one group, however often it is asked for"
    assert FIRST_PAUSE / 2 <= pauses[0] <= FIRST_PAUSE <= pauses[1] <= 2 * FIRST_PAUSE


def test_two_calls_have_two_tokens(client: Client, service: Service) -> None:
    service.on("CreateContainerGroup", GROUP)
    create(client)
    create(client)
    assert len({call["ClientToken"] for call in service.calls()}) == 2


def test_attempts_come_to_an_end(client: Client, service: Service, pauses: list[float]) -> None:
    service.on("DescribeRegions", THROTTLED)
    with pytest.raises(errors.Throttling, match="Too many"):
        client.describe_regions()
    assert len(service.calls()) == 5
    with pytest.raises(errors.Throttling), Client(endpoint=ENDPOINT, attempts=20) as patient:
        patient.describe_regions()
    assert max(pauses) <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("failure", "calls"), [(THROTTLED, 2), (REFUSED, 2), (DOWN, 1), (CUT_OFF, 1), (LATE, 1)]
)
def test_a_command_is_not_run_twice(client: Client, service: Service, failure: Answer, calls: int) -> None:
    service.on("ExecContainerCommand", failure, {"SyncResponse": "done"})
    try:
        client.exec_container_command(
            ContainerGroupId="eci-1", ContainerName="b", Command=["true"], Sync=True
        )
    except (errors.ServerError, errors.NoAnswer):
        assert calls == 1
    assert len(service.calls()) == calls


def test_a_refusal_is_raised_at_once(client: Client, service: Service) -> None:
    service.on(
        "CreateContainerGroup",
        {
            "status": 403,
            "Code": "OperationDenied.NoStock",
            "Message": "Sold out.",
            "RequestId": "R-7",
            "Recommend": "https://example.com/help",
        },
    )
    with pytest.raises(errors.NoStock) as raised:
        create(client)
    error = raised.value
    assert (error.code, error.message, error.http_status) == ("OperationDenied.NoStock", "Sold out.", 403)
    assert (error.request_id, error.recommend) == ("R-7", "https://example.com/help")
    assert str(error) == "OperationDenied.NoStock: Sold out. (HTTP 403, request R-7)"
    assert len(service.calls()) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(200, errors.NoAnswer), (404, EciError), (502, errors.ServerError)]
)
def test_an_answer_that_is_not_of_the_service(
    pauses: list[float], status: int, kind: type[Exception]
) -> None:
    with requests_mock.Mocker() as mocker, Client(endpoint=ENDPOINT) as client, pytest.raises(kind):
        mocker.post(f"{ENDPOINT}/", status_code=status, text="<html>Welcome</html>")
        client.describe_regions()


def test_a_broken_service_is_told(client: Client, service: Service) -> None:
    service.on("DescribeRegions", CUT_OFF)
    with pytest.raises(errors.NoAnswer, match=f"DescribeRegions at {ENDPOINT}: closed without an answer"):
        client.describe_regions()


def test_eci_error_is_the_base_of_all_refusals(client: Client, service: Service) -> None:
    service.on("DescribeRegions", {"status": 418, "Code": "Teapot", "Message": "Short and stout."})
    with pytest.raises(EciError, match="Teapot: Short and stout"):
        client.describe_regions()
