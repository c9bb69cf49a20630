"""What only the whole path can show: long requests, restarts, methods, throttling, pages while things change."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from alibabacloud_eci20180808.client import Client
from alibabacloud_eci20180808.models import DescribeRegionsRequest
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from alibabacloud_tea_openapi.models import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eci_emulator.gateway.dialect import MAX_BYTES
from eci_emulator.gateway.tree import flatten
from eci_emulator.model.fault import Fault, Kind
from tests.actions.answers import DOCUMENT
from tests.wire.served import FORM, Answer, Served, encoded, listening, serving

POST_ONLY = {"DescribeContainerGroupStatus", "DescribeContainerGroupEvents"}
PUBLIC = {"Version": "2018-08-08", "RegionId": "cn-hangzhou", "Format": "JSON"}


def send(served: Served, action: str, method: str = "POST", **parameters: Any) -> Answer:
    whole = encoded(PUBLIC | {"Action": action} | flatten(parameters))
    if method == "GET":
        return served("GET", b"/?" + whole)
    return served("POST", b"/", [FORM], whole)


def create(served: Served, name: str = "group", **parameters: Any) -> Answer:
    container = {"Name": "c", "Image": "i"}
    return send(
        served, "CreateContainerGroup", **{"ContainerGroupName": name, "Container": [container], **parameters}
    )


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_methods(served: Served, path: str) -> None:
    """GET and POST but for two actions; by any other method nothing can be called."""
    action = path.lstrip("/")
    answer = send(served, action, "GET")
    if action in POST_ONLY:
        assert (answer.status, answer.code, answer.headers["allow"]) == (405, "UnsupportedHTTPMethod", "POST")
        assert send(served, action).status == 200
    else:
        assert answer.code != "UnsupportedHTTPMethod"
    answer = served("CONNECT", b"/")
    assert (answer.status, answer.code) == (405, "UnsupportedHTTPMethod")
    answer = served("PUT", f"/?Action={action}&Format=JSON".encode())
    assert (answer.status, answer.code) == (405, "UnsupportedHTTPMethod")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("where", ["params", "data"])
def test_a_megabyte(served: Served, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the request line or in the body: environment variables, and not one byte of them lost."""
    monkeypatch.setenv("NO_PROXY", "*")
    values = [random.Random(n).randbytes(36_000).hex() for n in range(14)]
    variables = [{"Key": f"K{n}", "Value": value} for n, value in enumerate(values)]
    container = {"Name": "c", "Image": "i", "EnvironmentVar": variables}
    whole = PUBLIC | {"Action": "CreateContainerGroup"}
    whole |= flatten({"ContainerGroupName": "long", "Container": [container]})
    assert 0.9 * MAX_BYTES < len(encoded(whole)) <= MAX_BYTES
    with listening(served) as address:
        answer = requests.post(f"http://{address}/", **{where: whole}, timeout=30)
        assert answer.status_code == 200, answer.text
        asked = {**PUBLIC, "Action": "DescribeContainerGroups"}
        (group,) = requests.get(f"http://{address}/", params=asked, timeout=30).json()["ContainerGroups"]
        assert [item["Value"] for item in group["Containers"][0]["EnvironmentVars"]] == values
        whole["Container.1.Arg.1"] = "x" * MAX_BYTES
        refused = requests.post(f"http://{address}/", **{where: whole}, timeout=30)
        assert refused.status_code == 400
        assert address in refused.text  # HostId


def test_half_a_request_is_none(served: Served) -> None:
    """A client that goes away while it sends its form has asked for nothing, and is answered nothing."""
    whole = encoded(PUBLIC | {"Action": "CreateImageCache", "ImageCacheName": "half", "Image.1": "i"})
    sent: list[Any] = []

    async def send_half() -> None:
        parts = iter(
            [{"type": "http.request", "body": whole, "more_body": True}, {"type": "http.disconnect"}]
        )
        scope = {"type": "http", "method": "POST", "scheme": "http", "path": "/", "query_string": b""}

        async def receive() -> Any:
            return next(parts)

        async def keep(message: Any) -> None:
            sent.append(message)

        await served.app({**scope, "headers": [FORM]}, receive, keep)

    asyncio.run(send_half())
    assert sent == []
    assert send(served, "DescribeImageCaches").json["ImageCaches"] == []


def test_a_token_and_a_page_survive_a_restart(
    redis_server: str, redis_client: redis.Redis, tmp_path: Path
) -> None:
    with serving(redis_server, tmp_path) as before:
        made = create(before, ClientToken="once").json["ContainerGroupId"]
        others = [create(before, f"other-{n}").json["ContainerGroupId"] for n in range(2)]
        page = send(before, "DescribeContainerGroups", Limit=1).json
    with serving(redis_server, tmp_path) as after:
        assert create(after, ClientToken="once").json["ContainerGroupId"] == made
        mismatch = create(after, "another", ClientToken="once")
        assert (mismatch.status, mismatch.code) == (400, "IdempotentParameterMismatch")
        rest = send(after, "DescribeContainerGroups", Limit=20, NextToken=page["NextToken"]).json
        assert [group["ContainerGroupId"] for group in rest["ContainerGroups"]] == others
        assert rest["TotalCount"] == 3


def test_a_dry_run(served: Served) -> None:
    answer = create(served, DryRun=True)
    assert (answer.status, answer.code) == (400, "DryRun.Success")
    assert create(served, DryRun=True, RestartPolicy="Sometimes").code == "InvalidParameter.RestartPolicy"
    cheap = {"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": 0.001}
    assert create(served, DryRun=True, Cpu=2, Memory=4, **cheap).code == "Spot.NotMatched"
    assert send(served, "DescribeContainerGroups").json["TotalCount"] == 0
    # A dry run does not spend the token.
    assert create(served, DryRun=True, ClientToken="t").code == "DryRun.Success"
    assert create(served, ClientToken="t").status == 200


def test_throttling_where_it_is_wanted(redis_server: str, redis_client: redis.Redis, tmp_path: Path) -> None:
    """A hundred at once and twenty a second, by the emulator's clock."""
    with serving(redis_server, tmp_path, throttling=True) as strict:
        clock = strict.emulator.store.clock
        clock.freeze()

        def passed(calls: int) -> int:
            answers = [send(strict, "DeleteContainerGroup", ContainerGroupId="eci-x") for _ in range(calls)]
            throttled = [answer for answer in answers if answer.code == "Throttling.User"]
            assert all(answer.status == 400 for answer in throttled)
            # A twentieth of a second, in milliseconds.
            assert all(answer.headers["x-acs-retry-after"] == "50" for answer in throttled)
            return calls - len(throttled)

        assert passed(120) == 100
        clock.set(clock.now() + 1)
        assert passed(30) == 20
        assert send(strict, "DescribeContainerGroups").status == 200


def test_an_official_client_knows_throttling(served: Served) -> None:
    """By a header alone, and from the answer to any code that means it, such as one of a fault."""
    served.emulator.store.faults.add(
        Fault(kind=Kind.ERROR, code="Throttling", action="DescribeRegions", times=1)
    )
    with listening(served) as address:
        config = Config(access_key_id="a", access_key_secret="b", endpoint=address, protocol="HTTP")
        client = Client(config)
        with pytest.raises(ThrottlingException) as caught:
            client.describe_regions(DescribeRegionsRequest(region_id="cn-hangzhou"))
        assert (caught.value.code, caught.value.retry_after) == ("Throttling", 1000)
        assert client.describe_regions(DescribeRegionsRequest(region_id="cn-hangzhou")).body.regions


class Shelf:
    """One kind of thing that can be made, removed and listed by pages."""

    def __init__(self, served: Served, kind: str) -> None:
        self.served = served
        self.make, self.remove, self.list, self.id, self.items, self.given = KINDS[kind]
        self.number = 0

    def add(self) -> str:
        self.number += 1
        given = json.loads(json.dumps(self.given).replace("{n}", str(self.number)))
        answer = send(self.served, self.make, **given)
        assert answer.status == 200, answer.body
        return str(answer.json[self.id])

    def drop(self, record_id: str) -> None:
        assert send(self.served, self.remove, **{self.id: record_id}).status == 200

    def page(self, limit: int, token: str) -> tuple[list[str], str]:
        answer = send(self.served, self.list, Limit=limit, NextToken=token).json
        return [item[self.id] for item in answer[self.items]], answer["NextToken"]


KINDS: dict[str, tuple[str, str, str, str, str, dict[str, Any]]] = {
    "group": (
        "CreateContainerGroup",
        "DeleteContainerGroup",
        "DescribeContainerGroups",
        "ContainerGroupId",
        "ContainerGroups",
        {"ContainerGroupName": "g{n}", "Container": [{"Name": "c", "Image": "i"}]},
    ),
    "pod": (
        "CreateContainerGroup",
        "DeleteContainerGroup",
        "DescribeContainerGroupStatus",
        "ContainerGroupId",
        "Data",
        {"ContainerGroupName": "g{n}", "Container": [{"Name": "c", "Image": "i"}]},
    ),
    "virtual node": (
        "CreateVirtualNode",
        "DeleteVirtualNode",
        "DescribeVirtualNodes",
        "VirtualNodeId",
        "VirtualNodes",
        {"VirtualNodeName": "n{n}", "VSwitchId": "v", "SecurityGroupId": "s"},
    ),
    "image cache": (
        "CreateImageCache",
        "DeleteImageCache",
        "DescribeImageCaches",
        "ImageCacheId",
        "ImageCaches",
        {"ImageCacheName": "i{n}", "Image": ["a:{n}"]},
    ),
    "data cache": (
        "CreateDataCache",
        "DeleteDataCache",
        "DescribeDataCaches",
        "DataCacheId",
        "DataCaches",
        {"Path": "/d{n}", "DataSource": {"Type": "NAS", "Options": {"server": "s"}}},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.integers(0, 9),
    limit=st.integers(1, 4),
    between=st.lists(
        st.lists(st.sampled_from(["add", "drop oldest", "drop newest", "drop seen"])), max_size=6
    ),
)
def test_pages_neither_skip_nor_repeat(
    served: Served, kind: str, first: int, limit: int, between: list[list[str]]
) -> None:
    """Whatever is made and removed between two pages: what is there all the while is seen once."""
    served.emulator.store.forget(())
    shelf = Shelf(served, kind)
    there = [shelf.add() for _ in range(first)]
    always, seen, token = set(there), [], ""
    changes = iter(between)
    while True:
        found, token = shelf.page(limit, token)
        seen += found
        if not token:
            break
        assert len(found) == limit
        for change in next(changes, []):
            if change == "add":
                there.append(shelf.add())
            elif there:
                last_seen = [known for known in there if known in seen]
                place = {"drop oldest": there[0], "drop newest": there[-1]}
                gone = place.get(change) or (last_seen or there)[-1]
                shelf.drop(gone)
                there.remove(gone)
                always.discard(gone)
    assert len(seen) == len(set(seen))
    assert always <= set(seen)
