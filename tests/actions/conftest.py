"""The API without an engine: the whole request path, from the wire to a private Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import redis
from starlette.testclient import TestClient

from eci_emulator.actions.context import Emulator
from eci_emulator.app import create_app, create_emulator
from eci_emulator.gateway.tree import flatten
from eci_emulator.model.group import ContainerGroup
from eci_emulator.settings import Settings
from eci_emulator.store.database import Store

from .answers import check_answer

Json = dict[str, Any]

REGION = "cn-hangzhou"


class Refusal(NamedTuple):
    status: int
    code: str
    message: str


class Api:
    """Calls of the API in the RPC dialect, by one access key in one region."""

    def __init__(self, client: TestClient, emulator: Emulator, key: str = "", region: str = REGION) -> None:
        self._client = client
        self._key = key
        self._region = region
        self.emulator = emulator

    @property
    def store(self) -> Store:
        return self.emulator.store

    def __call__(self, action: str, **parameters: Any) -> Json:
        """The answer of a call that must succeed, held against the document."""
        response = self.send(action, parameters)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        check_answer(action, answer)
        return answer

    def refused(self, action: str, **parameters: Any) -> Refusal:
        """The refusal of a call that must not succeed."""
        response = self.send(action, parameters)
        assert response.status_code >= 400, response.text
        body = response.json()
        assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
        return Refusal(response.status_code, body["Code"], body["Message"])

    def send(self, action: str, parameters: Json, method: str = "POST") -> Any:
        public = {"Action": action, "Version": "2018-08-08", "Format": "JSON"}
        if self._key:
            public["AccessKeyId"] = self._key
        flat = flatten({"RegionId": self._region, **parameters})
        if method == "GET":
            return self._client.get("/", params={**public, **flat})
        return self._client.post("/", params=public, data=flat)

    def as_someone(self, key: str, region: str = REGION) -> Api:
        """The same API, called with another access key or in another region."""
        return Api(self._client, self.emulator, key, region)

    def create_group(self, name: str = "job", **parameters: Any) -> str:
        """The id of a new group of one container, unless told otherwise."""
        given = {"ContainerGroupName": name, "Container": [{"Name": "c", "Image": "busybox:1"}], **parameters}
        return str(self("CreateContainerGroup", **given)["ContainerGroupId"])

    def group(self, group_id: str) -> ContainerGroup:
        """The record of a group, as a worker would read and change it."""
        group = self.store.groups.get(group_id)
        assert group
        return group


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
