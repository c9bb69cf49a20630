"""Jobs: their logs, their end, their cost."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from eci_sdk import Client, errors
from tests.sdk.conftest import ENDPOINT, Service
from tests.sdk.pictures import GONE, container, group
from tests.sdk.test_logs import DESCRIBE, LOG, Log, at

BILL = {
    "currency": "CNY",
    "lines": [{"key": "eci-0", "unrounded": "9"}, {"key": "eci-1", "unrounded": "0.0421"}],
}


def console(terminal: bool = False) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=terminal, width=40), written


def ended(status: str, *codes: int) -> dict[str, object]:
    return group(status, *(container(f"c{number}", "Terminated", code) for number, code in enumerate(codes)))


def test_a_job_is_shown_to_its_end(client: Client, service: Service) -> None:
    service.mocker.get(f"{ENDPOINT}/_eci/bill", json=BILL)
    log = Log(at("01Z", "[red]plain[/red] :smile: " + "x" * 60))
    service.on(LOG, log.answer)
    service.on(
        DESCRIBE,
        group("Pending", container("c0", "Waiting")),
        group("Running", container("c0")),
        ended("Succeeded", 0),
    )
    screen, written = console()
    result = client.wait_and_tail("eci-1", console=screen)
    assert written.getvalue() == "[red]plain[/red] :smile: " + "x" * 60 + "\n", (
        "the line as it is, once, uncut"
    )
    assert (result.ok, result.status, result.exit_codes) == (True, "Succeeded", {"c0": 0})
    assert result.cost is not None
    assert (result.cost.amount, str(result.cost)) == (Decimal("0.0421"), "0.042100 CNY")


def test_several_containers_are_told_apart(client: Client, service: Service) -> None:
    service.mocker.get(f"{ENDPOINT}/_eci/bill", status_code=404)
    service.on(LOG, Log(at("01Z", "hello")).answer)
    service.on(DESCRIBE, ended("Failed", 0, 7))
    screen, written = console()
    result = client.wait_and_tail("eci-1", console=screen)
    assert written.getvalue() == "c0 | hello\nc1 | hello\n"
    assert (result.ok, result.exit_codes, result.cost) == (False, {"c0": 0, "c1": 7}, None)


def test_a_terminal_sees_progress(client: Client, service: Service) -> None:
    service.mocker.get(f"{ENDPOINT}/_eci/bill", status_code=404)
    service.on(LOG, Log(at("01Z", "hello")).answer)
    service.on(
        DESCRIBE, group("Running", container("c0"), container("c1", "Terminated")), ended("Succeeded", 0, 0)
    )
    screen, written = console(terminal=True)
    client.wait_and_tail("eci-1", console=screen)
    assert "eci-1 Succeeded" in written.getvalue()
    assert "2/2" in written.getvalue()


def test_a_job_without_end(client: Client, service: Service) -> None:
    service.on(LOG, Log().answer)
    service.on(DESCRIBE, group("Running"))
    with pytest.raises(errors.WaitTimeout, match="eci-1 is still Running after 0 s"):
        client.wait_and_tail("eci-1", timeout=0, console=console()[0])
    service.on(DESCRIBE, GONE, group("Running"), GONE)  # what was just made may not be seen yet
    with pytest.raises(errors.WaitFailed, match="eci-1 is gone"):
        client.wait_and_tail("eci-1", console=console()[0])
    with pytest.raises(errors.WaitFailed, match="eci-1 does not exist"):
        client.wait_and_tail("eci-1", console=console()[0])


def test_the_real_service_is_not_asked_for_the_cost() -> None:
    with Client(endpoint="eci.cn-hangzhou.aliyuncs.com", access_key_id="a", access_key_secret="b") as client:
        assert client.cost("eci-1") is None
