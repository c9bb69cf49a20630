"""Whatever arrives, the gateway's reading ends in a call or in an EciError, soon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from eci_emulator.gateway.authenticate import authenticate, identify
from eci_emulator.gateway.coerce import RequestCoercer, request_coercers
from eci_emulator.gateway.dialect import answer_format, read_call
from eci_emulator.gateway.keys import AccessKey, Keyring
from eci_emulator.gateway.render import new_request_id, render_error
from eci_emulator.gateway.tree import parse
from eci_emulator.model.errors import EciError
from eci_emulator.nonces import SpentNonces

from .wire import DUMPS, dump

ROUNDS = 4000
KEYS = Keyring([AccessKey(access_key_id="LTAIdummyAccessKeyId", access_key_secret="dummySecret")])
HOSTILE = [
    *(bytes([byte]) for byte in b"%&=+.#?;,\"'{}[]<>\\\x00\xff\x7f\r\n 0123456789"),
    b"%00",
    b"%ff",
    b"%E4%BD",
    b"%u0041",
    b"&A=1&A.B=2",
    b".999999999.Name=x",
    b".#3#a.b",
    b".#999999#x",
    b"#0#",
    b"." * 50,
    b"1e999",
    b"NaN",
    b"True",
    b"null",
    b"9" * 400,
    b"-",
    "٣é你".encode(),
    b"&Format=XML",
    b"&Action=X",
    b'{"a":',
    b"[[",
    b"\\ud800",
    b"/CreateContainerGroup",
    b"http://",
    b"__class__",
    b"__proto__",
]

Parts = tuple[bytes, list[tuple[bytes, bytes]], bytes]


@pytest.fixture(scope="module")
def actions() -> dict[str, RequestCoercer]:
    document = resources.files("eci_openapi").joinpath("eci-2018-08-08.yaml").read_text("utf-8")
    return request_coercers(yaml.load(document, yaml.CSafeLoader))


def seeds() -> list[Parts]:
    """Well-formed requests of every dialect: target, headers, body."""
    found: list[Parts] = []
    for path in DUMPS:
        request = dump(path.stem)
        target = request.line.split(" ")[1].encode()
        headers = [
            (name.encode(), value.strip().encode())
            for name, _, value in (line.partition(":") for line in request.headers)
        ]
        call = request.call()
        form = [*headers, (b"content-type", b"application/x-www-form-urlencoded")]
        json = [*headers, (b"content-type", b"application/json")]
        found += [
            (target, headers, b""),
            (b"/", form, target.partition(b"?")[2]),
            (b"/" + call.action.encode(), json, msgspec.json.encode(call.tree())),
        ]
    terraform = Path(__file__).with_name("terraform-create.txt").read_bytes()
    return [*found, (b"/?Action=CreateContainerGroup", [], terraform.replace(b"\n", b"&"))]


def mutated(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 8))):
        start = rng.randint(0, len(data))
        end = min(len(data), start + rng.choice((0, 1, 1, 4, 30)))
        piece = data[start:end] * 2 if rng.random() < 0.2 else rng.choice(HOSTILE)
        data = data[:start] + piece + data[end:]
    return data


def mutants(rng: random.Random) -> Iterator[Parts]:
    originals = seeds()
    for _ in range(ROUNDS):
        target, headers, body = rng.choice(originals)
        headers = [
            (name.lower(), mutated(value, rng) if rng.random() < 0.05 else value) for name, value in headers
        ]
        if body and rng.random() < 0.8:
            body = mutated(body, rng)
        else:
            target = mutated(target, rng)
        yield target, headers, body


def test_mutated_requests(actions: dict[str, RequestCoercer]) -> None:
    rng = random.Random(20180808)
    read = refused = 0
    for target, headers, body in mutants(rng):
        path, _, query = target.partition(b"?")
        try:
            call = read_call("POST", path.decode("latin-1"), query, headers, body)
            identify(call)
            arguments, _ = actions.get(call.action, rng.choice(list(actions.values())))(call.tree())
            msgspec.json.encode(arguments)
            with suppress(EciError):
                authenticate(call, KEYS, SpentNonces(), 1795383042)
            read += 1
        except EciError as error:
            render_error(error, new_request_id(), "h", answer_format(path.decode("latin-1"), query, headers))
            refused += 1
    assert read > ROUNDS / 4
    assert refused > ROUNDS / 20


@pytest.mark.parametrize(
    "params",
    [
        {f"Container.{number}.Name": "x" for number in range(1, 20_001)},
        {f"Container.{'9' * 9}.Name": "x"},
        {f"Container.{'9' * 10}.Name": "x"},
        {f"Container.1.Command.{number}": "x" for number in range(999_980_000, 1_000_000_000)},
        {f"{'A.' * 31}{number}": "x" for number in range(2000)},
        {f"DataSource.Options.#{number}#{'k' * number}": "x" for number in range(600)},
        {"#999999#x": "1", "#1#": "2", "##": "3", "#": "4", ".": "5", "..": "6"},
        {"A.#0#": "1", "A.": "2"},
    ],
    ids=["many", "huge", "huger", "sparse", "deep", "maps", "counts", "nothing"],
)
def test_hostile_names(actions: dict[str, RequestCoercer], params: dict[str, str]) -> None:
    for coercer in (actions["CreateContainerGroup"], actions["CreateDataCache"]):
        with suppress(EciError):
            coercer(parse(params))


def test_typed_garbage(actions: dict[str, RequestCoercer]) -> None:
    rng = random.Random(1)

    def garbage(depth: int) -> Any:
        kind = rng.randrange(8 if depth else 6)
        names = ["Container", "Name", "Cpu", "Tag", "Options", "DataSource", "", "x.y"]
        if kind == 6:
            return [garbage(depth - 1) for _ in range(rng.randrange(3))]
        if kind == 7:
            return {rng.choice(names): garbage(depth - 1) for _ in range(rng.randrange(4))}
        return rng.choice([None, True, 1, 2**70, -1.5, "", "x", "2", 10**400])

    for _ in range(2000):
        tree = {name: garbage(4) for name in ("Container", "Cpu", "DataSource", "Tag", "RegionId")}
        for coercer in (actions["CreateContainerGroup"], actions["CreateDataCache"]):
            with suppress(EciError):
                coercer(tree)
