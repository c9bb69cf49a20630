"""Ten thousand mutated requests through the whole application: never a 5xx, never a traceback, no leak."""

from __future__ import annotations

import gc
import random
import resource
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import GroupStatus
from tests.actions.answers import DOCUMENT
from tests.gateway.test_fuzz import Parts, mutated, seeds
from tests.wire.scenario import speaking_agents
from tests.wire.served import FORM, Served, encoded

ROUNDS = 10_000
#: Requests after which everything that is made once has been made.
WARM_UP = 2_000
#: What the rest may add: the traces of the last thousand requests, and what the allocator keeps.
GROWTH_BYTES = 48 * 1024 * 1024
METHODS = ("POST",) * 14 + ("GET",) * 8 + ("HEAD", "PUT", "OPTIONS", "x")

SCALARS: dict[str, list[str]] = {
    "string": ["x", "eci-1", "", "你", "a" * 300, "[]", "{}", '["eci-1"]', "2026-01-01T00:00:00Z", "None"],
    "integer": ["0", "1", "-1", "2.0", str(2**31), str(2**63), "x", ""],
    "number": ["0", "0.25", "2.0", "-1", "1e9", "NaN", "inf", ""],
    "boolean": ["true", "False", "1", ""],
}


def resolved(schema: Any) -> Any:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


#: What there is, by the name of the parameter that refers to it.
There = dict[str, str]


def made(served: Served) -> There:
    """One resource of each kind, and nothing else."""
    served.emulator.store.forget(())
    image = {"Container.1.Name": "c", "Container.1.Image": "i"}
    group_id = served.call("CreateContainerGroup", ContainerGroupName="there", **image)["ContainerGroupId"]
    served.emulator.store.groups.update(group_id, run)
    node = served.call("CreateVirtualNode", VSwitchId="vsw-1", SecurityGroupId="sg-1")
    cache = served.call("CreateImageCache", ImageCacheName="c", **{"Image.1": "i"})
    source = {"DataSource.Type": "NAS", "DataSource.Options.server": "s"}
    data = served.call("CreateDataCache", Path="/d", **source)
    ids = {**node, **cache, **data}
    del ids["RequestId"]
    kinds = {"ResourceType": "ContainerGroup", "ResourceId": group_id, "ContainerName": "c"}
    return ids | kinds | {"ContainerGroupId": group_id, "ContainerGroupIds": f'["{group_id}"]'}


def run(group: ContainerGroup) -> None:
    group.state.status = GroupStatus.RUNNING


def generated(schema: Any, name: str, rng: random.Random, found: dict[str, str], most: float = 0.35) -> None:
    """Parameters below ``name`` as the document has them, mostly of the right type."""
    schema = resolved(schema)
    for part in schema.get("allOf", ()):
        generated(part, name, rng, found, most)
    if "properties" in schema:
        required = schema.get("required", ())
        for key, inner in schema["properties"].items():
            if rng.random() < (0.95 if key in required else most):
                generated(inner, f"{name}.{key}" if name else key, rng, found, most * 0.8)
    elif schema.get("type") == "array":
        for _ in range(rng.choice((1, 1, 2, 3))):
            generated(schema["items"], f"{name}.{rng.randint(1, 5)}", rng, found, most)
    elif schema.get("type") == "object":
        found[f"{name}.{rng.choice(('url', '#3#a.b', 'bucket'))}"] = "x"
    elif "allOf" not in schema:
        fitting = [
            *map(str, schema.get("enum", ())),
            *([str(schema["default"])] if "default" in schema else []),
        ]
        kind = schema.get("type", "string") if rng.random() < 0.9 else "string"
        found[name] = rng.choice(fitting * 4 + SCALARS[kind])


def calls(rng: random.Random, there: There) -> Iterator[Parts]:
    """Well-formed calls of every action, with parameters that may or may not make sense."""
    paths = list(DOCUMENT["paths"].values())
    while True:
        operation = rng.choice(paths)["post"]
        params: dict[str, str] = {}
        generated(operation["requestBody"]["content"]["application/json"]["schema"], "", rng, params)
        known = {key: id for key, id in there.items() if key in params and rng.random() < 0.8}
        params |= known | {
            "RegionId": "cn-hangzhou",
            "Action": operation["operationId"],
            "Version": "2018-08-08",
        }
        if rng.random() < 0.8:
            params["Format"] = "JSON"
        if rng.random() < 0.5:
            yield b"/?" + encoded(params), [], b""
        else:
            yield b"/", [FORM], encoded(params)


def requests(rng: random.Random, there: There) -> Iterator[tuple[str, Parts]]:
    originals, made = seeds(), calls(rng, there)
    while True:
        target, headers, body = rng.choice(originals) if rng.random() < 0.3 else next(made)
        headers = [(name, mutated(value, rng) if rng.random() < 0.05 else value) for name, value in headers]
        if rng.random() < 0.5:
            if body and rng.random() < 0.8:
                body = mutated(body, rng)
            else:
                target = mutated(target, rng)
        yield rng.choice(METHODS), (target, headers, body)


@pytest.mark.timeout(300)
def test_no_request_breaks_the_application(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    speaking_agents(monkeypatch)
    rng = random.Random(20180808)
    there = made(served)
    stream = requests(rng, there)
    outcomes: Counter[str] = Counter()
    before = 0
    with structlog.testing.capture_logs() as logs:
        for number in range(ROUNDS):
            if number == WARM_UP:
                before = resident()
            method, (target, headers, body) = next(stream)
            answer = served(method, target, headers, body)
            assert 200 <= answer.status < 500, (method, target, headers, body, answer)
            assert b"Traceback" not in answer.body
            outcomes[answer.code if method != "HEAD" else "HEAD"] += 1
            if number % 500 == 0:
                there.update(made(served))
            assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
            logs.clear()
        grown = resident() - before
    assert grown < GROWTH_BYTES
    assert outcomes[""] > ROUNDS / 20, "hardly a request got as far as an action"
    assert len(outcomes) > 30, outcomes


def resident() -> int:
    """Bytes of memory of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
