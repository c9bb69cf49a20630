"""An application called the way a server calls it: raw request in, whole answer out, nothing in between."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import msgspec
import uvicorn
from msgspec import Struct

from eci_emulator.actions.context import Emulator
from eci_emulator.app import create_app, create_emulator
from eci_emulator.gateway.dialect import origin_path
from eci_emulator.gateway.protocol import LongTargetProtocol
from eci_emulator.settings import Settings
from tests.gateway.wire import Request

Json = dict[str, Any]
Headers = Iterable[tuple[bytes, bytes]]

FORM = (b"content-type", b"application/x-www-form-urlencoded")


class Answer(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return msgspec.json.decode(self.body, type=dict[str, Any])

    @property
    def xml(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal, in whichever format; empty for a success."""
        if self.headers["content-type"].startswith("application/json"):
            return str(self.json.get("Code", ""))
        return self.xml.findtext("Code") or ""


class Served:
    """One emulator's application, without a server before it."""

    def __init__(self, emulator: Emulator, runner: asyncio.Runner) -> None:
        self.emulator = emulator
        self.app = create_app(emulator)
        self._runner = runner

    def __call__(self, method: str, target: bytes, headers: Headers = (), body: bytes = b"") -> Answer:
        return self._runner.run(self.ask(method, target, headers, body))

    async def ask(self, method: str, target: bytes, headers: Headers = (), body: bytes = b"") -> Answer:
        whole, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": origin_path(whole.decode("latin-1")),
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in headers],
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *parts = sent
        fields = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], fields, b"".join(part.get("body", b"") for part in parts))

    def replay(self, request: Request) -> Answer:
        """The answer to a request from a file."""
        pairs = (header.partition(":") for header in request.headers)
        headers = [(name.encode("latin-1"), value.strip().encode("latin-1")) for name, _, value in pairs]
        return self(request.method, request.line.split(" ")[1].encode("latin-1"), headers, request.body)

    def call(self, action: str, **parameters: str) -> Json:
        """The answer in JSON of a call with flat parameters that must succeed, all of them in the form."""
        body = encoded({"Action": action, "Version": "2018-08-08", "Format": "JSON", **parameters})
        answer = self("POST", b"/", [FORM], body)
        assert answer.status == 200, answer.body
        return answer.json


def encoded(parameters: dict[str, str]) -> bytes:

    return urlencode(parameters).encode()


@contextmanager
def listening(served: Served) -> Iterator[str]:
    """The address, host and port, of a real server before the application."""
    config = uvicorn.Config(
        served.app,
        host="127.0.0.1",
        port=0,
        http=LongTargetProtocol,
        lifespan="off",
        log_config=None,
        headers=[("connection", "close")],  # so that no client of a test keeps a socket
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def serving(redis_socket: str, state_dir: Path, **settings: Any) -> Iterator[Served]:
    """An application on a Redis, as a process that has just been started."""
    emulator = create_emulator(Settings(redis_url=f"unix://{redis_socket}", state_dir=state_dir, **settings))
    with asyncio.Runner() as runner:
        try:
            yield Served(emulator, runner)
        finally:
            emulator.store.redis.close()
