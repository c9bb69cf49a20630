"""Logs, once and followed."""

from __future__ import annotations

import pytest

from eci_sdk import Client
from eci_sdk.logs import MOST_LINES
from tests.sdk.conftest import Json, Service
from tests.sdk.pictures import GONE, container, group

DESCRIBE = "DescribeContainerGroups"
LOG = "DescribeContainerLog"


class Log:
    """The log of a container, read as the service gives it: from whole seconds on, the last lines."""

    def __init__(self, *lines: str) -> None:
        self.runs: list[list[str]] = [list(lines)]

    def write(self, *lines: str) -> None:
        self.runs[-1] += lines

    def answer(self, query: dict[str, str]) -> Json:
        run = self.runs[-2] if query.get("LastTime") == "true" else self.runs[-1]
        since = query.get("StartTime", "")[:19]
        lines = [line for line in run if line[:19] >= since][-int(query.get("Tail", "500")) :]
        if query.get("Timestamps") != "true":
            lines = [line.partition(" ")[2] for line in lines]
        return {"Content": "".join(f"{line}\n" for line in lines)}


def at(stamp: str, text: str) -> str:
    return f"2026-01-31T10:00:{stamp} {text}"


def test_the_lines_of_a_log(client: Client, service: Service) -> None:
    service.on(DESCRIBE, group("Running", container("first"), container("second")))
    service.on(LOG, Log(at("01Z", "a"), at("02Z", "b"), at("03Z", "")).answer)
    assert list(client.logs("eci-1", tail=2, since_seconds=60)) == ["b", ""]
    asked = service.calls(LOG)[0]
    assert (asked["ContainerName"], asked["Tail"], asked["SinceSeconds"]) == ("first", "2", "60")
    assert list(client.logs("eci-1", "second"))
    assert service.calls(LOG)[1]["ContainerName"] == "second"


def test_followed_lines_come_once_each(client: Client, service: Service) -> None:
    log = Log(at("01Z", "one"), at("01.5Z", "two"), at("01.5Z", "two"))
    service.on(LOG, log.answer)
    service.on(DESCRIBE, group(), group(), group(), group("Succeeded", container(state="Terminated")))
    lines = client.logs("eci-1", "main", follow=True)
    assert [next(lines) for _ in range(3)] == ["one", "two", "two"]
    log.write(at("01.5Z", "two"), at("01.50001Z", "three"))
    assert [next(lines), next(lines)] == ["two", "three"]
    log.write(at("59.123456789Z", "four"), at("59.123456789Z", ""))
    assert list(lines) == ["four", ""]
    starts = [call.get("StartTime") for call in service.calls(LOG)]
    assert starts == [None, "2026-01-31T10:00:01Z", "2026-01-31T10:00:01Z", "2026-01-31T10:00:59Z"]
    assert {call["Tail"] for call in service.calls(LOG)} == {str(MOST_LINES)}


def test_trailing_zeros_and_offsets_of_times_do_not_matter(client: Client, service: Service) -> None:
    log = Log(at("01.1+08:00", "a"), at("01.12+08:00", "b"))
    service.on(LOG, log.answer)
    service.on(DESCRIBE, group(), group("Succeeded"))
    lines = client.logs("eci-1", "main", follow=True)
    assert [next(lines), next(lines)] == ["a", "b"]
    log.write(at("01.125+08:00", "c"))
    assert list(lines) == ["c"]
    assert service.calls(LOG)[1]["StartTime"] == "2026-01-31T10:00:01+08:00"


def test_following_waits_for_the_start(client: Client, service: Service) -> None:
    service.on(LOG, Log(at("01Z", "hello")).answer)
    waiting = group("Pending", container(state="Waiting"))
    never_made = group("Scheduling", {"Name": "main"})
    service.on(DESCRIBE, never_made, waiting, group("Succeeded", container(state="Terminated")))
    assert list(client.logs("eci-1", "main", follow=True)) == ["hello"]
    assert len(service.calls(LOG)) == 1


def test_following_goes_on_over_restarts(client: Client, service: Service) -> None:
    log = Log(at("01Z", "first run"))
    service.on(LOG, log.answer)
    running = group("Running", RestartPolicy="Always")
    again = group("Running", container(RestartCount=1), RestartPolicy="Always")
    service.on(DESCRIBE, running, again, again, group("Failed", container(RestartCount=1)))
    lines = client.logs("eci-1", "main", follow=True)
    assert next(lines) == "first run"
    log.write(at("02Z", "last words"))
    log.runs.append([at("03Z", "second run")])
    assert [next(lines), next(lines)] == ["last words", "second run"]
    assert list(lines) == []


@pytest.mark.parametrize(
    ("policy", "code", "ends"),
    [
        ("Never", 0, True),
        ("Never", 1, True),
        ("OnFailure", 0, True),
        ("OnFailure", 1, False),
        ("Always", 0, False),
    ],
)
def test_the_end_depends_on_the_restart_policy(
    client: Client, service: Service, policy: str, code: int, ends: bool
) -> None:
    service.on(LOG, Log(at("01Z", "x")).answer)
    ended = group("Running", container("other"), container("main", "Terminated", code), RestartPolicy=policy)
    service.on(DESCRIBE, ended, GONE)
    assert list(client.logs("eci-1", "main", follow=True)) == ["x"]
    assert len(service.calls(DESCRIBE)) == (1 if ends else 2)


def test_an_init_container_ends_with_success_under_any_policy(client: Client, service: Service) -> None:
    service.on(LOG, Log(at("01Z", "made")).answer)
    init = container("init", "Terminated")
    service.on(DESCRIBE, group("Running", InitContainers=[init], RestartPolicy="Always"))
    assert list(client.logs("eci-1", "init", follow=True)) == ["made"]


def test_a_group_deleted_meanwhile_ends_the_log(client: Client, service: Service) -> None:
    service.on(LOG, {"status": 404, "Code": "InvalidParameter.NotFound", "Message": "gone"})
    service.on(DESCRIBE, group(), GONE)
    assert list(client.logs("eci-1", "main", follow=True)) == []


def test_tail_counts_for_the_first_look_only(client: Client, service: Service) -> None:
    log = Log(*(at(f"0{number}Z", str(number)) for number in range(5)))
    service.on(LOG, log.answer)
    service.on(DESCRIBE, group(), group("Succeeded"))
    lines = client.logs("eci-1", "main", follow=True, tail=1)
    assert next(lines) == "4"
    log.write(at("06Z", "5"), at("06Z", "6"))
    assert list(lines) == ["5", "6"]
