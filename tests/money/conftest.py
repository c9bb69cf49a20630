"""Money, market and time through the whole emulator: one process, a simulated engine, a clock that is moved."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis
import uvicorn
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from eci_emulator.actions.context import Emulator
from eci_emulator.app import create_app, create_emulator
from eci_emulator.cli import main
from eci_emulator.gateway.protocol import LongTargetProtocol
from eci_emulator.settings import Settings
from eci_emulator.supervisor import state
from tests.controller.harness import BEGIN, REGION, Lab, LabRuntime

Json = dict[str, Any]
MakeLab = Callable[..., Lab]


@pytest.fixture
def make_lab(redis_server: str, redis_client: redis.Redis, tmp_path: Path) -> Iterator[MakeLab]:
    """Makes the lab of a test, with settings of its choice."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Lab:
            base: Json = {"engine": "simulated", "instance": "lab", "state_dir": tmp_path}
            given = Settings(redis_url=f"unix://{redis_server}", **(base | settings))
            lab = Lab(LabRuntime(given))
            stack.callback(lab.store.redis.close)
            lab.store.clock.freeze()
            lab.store.clock.set(BEGIN)
            return lab

        yield make


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    return make_lab()


class Admin:
    """The emulator's own API, and calls of ECI's through the whole path."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def call(self, action: str, **parameters: str) -> Any:
        query = {"Action": action, "Format": "JSON", "RegionId": REGION, **parameters}
        return self._client.post("/", params=query)

    def create(self, **parameters: str) -> Any:
        """A group of one container."""
        group = {"ContainerGroupName": "web", "Container.1.Name": "c", "Container.1.Image": "busybox:1"}
        return self.call("CreateContainerGroup", **{**group, **parameters})

    def __call__(self, method: str, path: str, **parts: Any) -> Any:
        """The JSON (or text) of an answer that must not be a refusal."""
        answer = self._client.request(method, f"/_eci{path}", **parts)
        assert answer.is_success, answer.text
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json else answer.text

    def refused(self, method: str, path: str, **parts: Any) -> tuple[int, str]:
        answer = self._client.request(method, f"/_eci{path}", **parts)
        assert answer.is_error, answer.text
        return answer.status_code, answer.json()["detail"]


@pytest.fixture(scope="session")
def served(redis_server: str) -> Iterator[tuple[TestClient, Emulator]]:
    """The application, made once, on the Redis of all labs."""
    emulator = create_emulator(Settings(redis_url=f"unix://{redis_server}"))
    with TestClient(create_app(emulator)) as client:
        yield client, emulator
    emulator.store.redis.close()


AdminOf = Callable[[Lab], Admin]


@pytest.fixture
def admin_of(served: tuple[TestClient, Emulator]) -> AdminOf:
    client, emulator = served

    def bind(lab: Lab) -> Admin:
        emulator.settings = lab.emulator.settings
        emulator.trace.clear()
        emulator.store.faults.refresh()
        return Admin(client)

    return bind


@pytest.fixture
def admin(lab: Lab, admin_of: AdminOf) -> Admin:
    return admin_of(lab)


Run = Callable[..., Result]


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Iterator[Run]:
    """Runs the command line against the lab, which listens on a port of its own."""
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(lab.emulator),
            port=0,
            log_config=None,
            access_log=False,
            ws="none",
            http=LongTargetProtocol,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    endpoint = {"url": f"http://127.0.0.1:{port}", "pid": 1, "version": "0", "engine": "simulated"}
    state.endpoint_path(tmp_path).write_text(json.dumps(endpoint | {"instance": "lab", "started_at": 0}))

    def invoke(*arguments: str) -> Result:
        options = ["--state-dir", str(tmp_path)]
        return CliRunner().invoke(main, [*arguments, *options], env={"COLUMNS": "200"})

    yield invoke
    server.should_exit = True
    thread.join()
