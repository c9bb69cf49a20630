"""The emulator's own API: every path of its document, and only those."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import pytest
import requests
import requests_mock
import yaml

from eci_sdk import errors
from eci_sdk.emulator import Emulator
from tests.sdk.conftest import ENDPOINT

Json = dict[str, Any]

#: A call, the answer to it, the body it sends or its query, and what it gives.
CALLS: list[tuple[str, Callable[[Emulator], Any], Json, Json, Any]] = [
    ("GET /_eci/health", lambda e: e.health(), {"status": "ok"}, {}, {"status": "ok"}),
    ("GET /_eci/ready", lambda e: e.ready(), {"ready": True}, {}, {"ready": True}),
    ("GET /_eci/init", lambda e: e.init(), {"hooks": []}, {}, []),
    ("GET /_eci/clock", lambda e: e.clock.show(), {"mode": "real"}, {}, {"mode": "real"}),
    ("POST /_eci/clock", lambda e: e.clock.freeze(), {}, {"action": "freeze"}, {}),
    (
        "POST /_eci/clock",
        lambda e: e.clock.set("2026-01-01T00:00:00Z"),
        {},
        {"action": "set", "time": "2026-01-01T00:00:00Z"},
        {},
    ),
    (
        "POST /_eci/clock",
        lambda e: e.clock.advance(3.5),
        {"fired": 2},
        {"action": "advance", "seconds": 3.5},
        {"fired": 2},
    ),
    ("POST /_eci/clock", lambda e: e.clock.scale(60), {}, {"action": "scale", "scale": 60}, {}),
    ("POST /_eci/clock", lambda e: e.clock.real(), {}, {"action": "real"}, {}),
    (
        "POST /_eci/spot/reclaim",
        lambda e: e.spot.reclaim(all=True, notice=5),
        {"group_ids": ["eci-1"]},
        {"all": True, "notice": 5},
        ["eci-1"],
    ),
    (
        "GET /_eci/spot/prices",
        lambda e: e.spot.prices("z", "2-4Gi"),
        {"prices": []},
        {"zone": ["z"], "instance_type": ["2-4gi"]},
        [],
    ),
    (
        "PUT /_eci/spot/prices",
        lambda e: e.spot.set_price(zone="z", discount=None),
        {},
        {"zone": "z", "discount": None},
        None,
    ),
    ("GET /_eci/stock", lambda e: e.stock.levels(), {"levels": [{"units": 1}]}, {}, [{"units": 1}]),
    ("PUT /_eci/stock", lambda e: e.stock.set(what="eci", units=0), {}, {"what": "eci", "units": 0}, None),
    ("DELETE /_eci/stock", lambda e: e.stock.clear(), {}, {}, None),
    ("GET /_eci/faults", lambda e: e.faults.list(), {"faults": []}, {}, []),
    (
        "POST /_eci/faults",
        lambda e: e.faults.add(kind="drop", times=1),
        {"id": "f1"},
        {"kind": "drop", "times": 1},
        {"id": "f1"},
    ),
    ("DELETE /_eci/faults", lambda e: e.faults.clear(), {}, {}, None),
    ("DELETE /_eci/faults/{fault_id}", lambda e: e.faults.remove("a/b"), {}, {}, None),
    ("GET /_eci/bill", lambda e: e.bill.show(), {"total": "1"}, {"by": ["group"]}, {"total": "1"}),
    (
        "GET /_eci/bill",
        lambda e: e.bill.csv("tag", tag_key="team"),
        {},
        {"by": ["tag"], "tag_key": ["team"], "format": ["csv"]},
        "{}",
    ),
    (
        "POST /_eci/bill",
        lambda e: e.bill.recompute(prices={"a": 1}, spot=True),
        {},
        {"prices": {"a": 1}, "spot": True},
        {},
    ),
    ("GET /_eci/bill/running", lambda e: e.bill.running(account="a"), {"groups": []}, {"account": ["a"]}, []),
    (
        "POST /_eci/bill/export",
        lambda e: e.bill.export(bucket="b", key="k"),
        {"bytes": 7},
        {"bucket": "b", "key": "k"},
        7,
    ),
    (
        "POST /_eci/reset",
        lambda e: e.reset(keep_clock=True),
        {"groups": 3},
        {"keep_clock": ["true"]},
        {"groups": 3},
    ),
    ("GET /_eci/snapshot", lambda e: e.snapshot(), {"format": 1}, {}, {"format": 1}),
    (
        "PUT /_eci/snapshot",
        lambda e: e.load({"format": 1, "records": {}}),
        {},
        {"format": 1, "records": {}},
        None,
    ),
    (
        "GET /_eci/trace",
        lambda e: e.trace.show(limit=5, action="ListUsage"),
        {"requests": []},
        {"limit": ["5"], "action": ["listusage"]},
        [],
    ),
    ("DELETE /_eci/trace", lambda e: e.trace.clear(), {}, {}, None),
    ("GET /_eci/groups", lambda e: e.groups.show(account="a"), {"groups": []}, {"account": ["a"]}, []),
    (
        "GET /_eci/groups/{group_id}/log",
        lambda e: e.groups.log("eci-1", "main", tail=5),
        {"content": "hello"},
        {"container": ["main"], "tail": ["5"]},
        "hello",
    ),
    (
        "POST /_eci/groups/{group_id}/terminal",
        lambda e: e.groups.terminal("eci-1", "main"),
        {"url": "http://h"},
        {"container": "main"},
        "http://h",
    ),
    ("GET /_eci/hosts", lambda e: e.hosts.show(), {"hosts": []}, {}, []),
    (
        "PATCH /_eci/hosts/{name}",
        lambda e: e.hosts.drain("local"),
        {"name": "local"},
        {"draining": True},
        {"name": "local"},
    ),
    ("GET /metrics", lambda e: e.metrics(), {}, {}, "{}"),
]


@pytest.fixture
def control() -> Json:
    text = resources.files("eci_openapi").joinpath("control.yaml").read_text("utf-8")
    paths: Json = yaml.load(text, Loader=yaml.CSafeLoader)["paths"]
    return paths


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    made = Emulator(ENDPOINT)
    yield made
    made.close()


@pytest.mark.parametrize(("operation", "call", "answer", "sent", "gives"), CALLS)
def test_a_call(
    emulator: Emulator, operation: str, call: Callable[[Emulator], Any], answer: Json, sent: Json, gives: Any
) -> None:
    method, path = operation.split(" ")
    pattern = re.compile(ENDPOINT + re.sub(r"\{\w+\}", "[^/]+", path) + r"(\?.*)?$")
    with requests_mock.Mocker() as mocker:
        mocker.register_uri(method, pattern, json=answer)
        assert call(emulator) == gives
        request = mocker.request_history[0]
    assert (request.json() if request.body else request.qs) == sent


def test_no_operation_is_left_out(control: Json) -> None:
    verbs = {"get", "put", "post", "delete", "patch"}
    there = {f"{verb.upper()} {path}" for path, item in control.items() for verb in item if verb in verbs}
    assert {operation for operation, *_ in CALLS} == there - {"GET /_eci/console"}  # which is for people


def test_refusals_say_why(emulator: Emulator) -> None:
    with requests_mock.Mocker() as mocker:
        mocker.post(f"{ENDPOINT}/_eci/clock", status_code=400, json={"title": "Bad", "detail": "Not so far."})
        with pytest.raises(errors.ControlError, match="Not so far") as raised:
            emulator.clock.advance(1e99)
        assert raised.value.http_status == 400
        mocker.get(f"{ENDPOINT}/_eci/hosts", status_code=502, reason="Bad Gateway", text="<html>")
        with pytest.raises(errors.ControlError, match="502 Bad Gateway"):
            emulator.hosts.show()
        mocker.get(f"{ENDPOINT}/_eci/trace", exc=requests.ConnectTimeout("slow"))
        with pytest.raises(errors.NoAnswer, match=r"GET /_eci/trace at http://127\.0\.0\.1:4588: slow"):
            emulator.trace.show()


def test_waiting_until_all_parts_are_there(emulator: Emulator, pauses: list[float]) -> None:
    down = {"ready": False, "checks": {"redis": "", "workers": "none is alive"}}
    with requests_mock.Mocker() as mocker:
        answers = [
            {"exc": requests.ConnectionError},
            {"json": down, "status_code": 503},
            {"json": {"ready": True}},
        ]
        mocker.get(f"{ENDPOINT}/_eci/ready", answers)
        emulator.wait_ready()
        assert len(pauses) == 2
        mocker.get(f"{ENDPOINT}/_eci/ready", json=down, status_code=503)
        with pytest.raises(
            errors.WaitTimeout, match=r"not ready after 0.01 s: \{'workers': 'none is alive'\}"
        ):
            emulator.wait_ready(0.01)


def test_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Emulator().endpoint == "http://127.0.0.1:4588"
    monkeypatch.setenv("ECI_ENDPOINT", "localhost:7")
    assert Emulator().endpoint == "http://localhost:7"
