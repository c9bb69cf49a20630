"""The neighbours without an engine: the whole request path, from the wire to a private Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from openapi_schema_validator import OAS30Validator
from starlette.testclient import TestClient

from eci_emulator.actions.context import Emulator
from eci_emulator.app import create_app, create_emulator, load_document
from eci_emulator.gateway.tree import flatten
from eci_emulator.settings import Settings

Json = dict[str, Any]

DOCUMENT = load_document("neighbours.yaml")


class Api:
    """Calls of any product in the RPC dialect: ``api.vpc("CreateVpc", CidrBlock=...)``."""

    def __init__(
        self, client: TestClient, emulator: Emulator, key: str = "", region: str = "cn-hangzhou"
    ) -> None:
        self.client = client
        self.emulator = emulator
        self._key = key
        self._region = region

    def __getattr__(self, product: str) -> Call:
        version = DOCUMENT["x-products"][product]["version"]
        return Call(self, product, version)

    def eci(self, action: str, **parameters: Any) -> Json:
        answer = self.send("2018-08-08", action, parameters)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def send(self, version: str, action: str, parameters: Json) -> Any:
        public = {"Action": action, "Version": version, "Format": "JSON", "AccessKeyId": self._key}
        return self.client.post("/", params=public, data=flatten({"RegionId": self._region, **parameters}))

    def as_someone(self, key: str, region: str = "cn-hangzhou") -> Api:
        """The same API, called with another access key or in another region."""
        return Api(self.client, self.emulator, key, region)


class Call:
    """The actions of one product."""

    def __init__(self, api: Api, product: str, version: str) -> None:
        self._api = api
        self._product = product
        self._version = version

    def __call__(self, action: str, **parameters: Any) -> Json:
        """The answer of a call that must succeed, held against the document."""
        answer = self._api.send(self._version, action, parameters)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        check_answer(self._product, action, body)
        return body

    def refused(self, action: str, **parameters: Any) -> tuple[int, str]:
        """Status and code of a call that must not succeed."""
        answer = self._api.send(self._version, action, parameters)
        assert answer.status_code >= 400, answer.text
        body = answer.json()
        assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
        return answer.status_code, body["Code"]


def check_answer(product: str, action: str, answer: Json) -> None:
    """Fails unless the answer has the document's types, no null, and no name that the document lacks."""
    content = DOCUMENT["paths"][f"/{product}/{action}"]["post"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    OAS30Validator({"components": DOCUMENT["components"]} | schema).validate(answer)
    assert list(strangers(answer, schema, action)) == []


def strangers(value: Any, schema: Json, where: str) -> Iterator[str]:
    """What of an answer the document does not know."""
    schema = resolved(schema)
    if value is None:
        yield f"{where} is null"
    elif isinstance(value, list):
        for item in value:
            yield from strangers(item, schema["items"], where)
    elif isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from strangers(inner, schema["properties"][name], f"{where}.{name}")
            elif (where, name) != (where.partition(".")[0], "RequestId"):
                yield f"{where}.{name}"


def resolved(schema: Json) -> Json:
    """A schema with its reference followed and its ``allOf`` merged."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    merged: Json = {}
    for part in map(resolved, schema.get("allOf", [])):
        merged |= part | {"properties": merged.get("properties", {}) | part.get("properties", {})}
    return merged | {key: value for key, value in schema.items() if key != "allOf"}


@pytest.fixture(scope="session")
def _served(
    redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Emulator]]:
    settings = Settings(redis_url=f"unix://{redis_server}", state_dir=tmp_path_factory.mktemp("state"))
    emulator = create_emulator(settings)
    with TestClient(create_app(emulator), raise_server_exceptions=True) as client:
        yield client, emulator
    emulator.store.redis.close()


@pytest.fixture
def api(_served: tuple[TestClient, Emulator], redis_client: redis.Redis) -> Api:
    """An emulator that remembers nothing of earlier tests."""
    return Api(*_served)
