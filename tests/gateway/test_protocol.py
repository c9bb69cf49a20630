from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from eci_emulator.gateway import protocol
from eci_emulator.gateway.dialect import MAX_BYTES, Call, read_call
from eci_emulator.gateway.protocol import MAX_HEAD, LongTargetProtocol
from eci_emulator.model.errors import EciError


class Server:
    """uvicorn with an application that keeps every call."""

    def __init__(self, **options: Any) -> None:
        self.calls: list[Call] = []
        self.refused: list[int] = []  # lengths of queries
        config = uvicorn.Config(
            self.app,
            host="127.0.0.1",
            port=0,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            **options,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": self.read(scope, body), "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def read(self, scope: Any, body: bytes) -> int:
        try:
            call = read_call(scope["method"], scope["path"], scope["query_string"], scope["headers"], body)
        except EciError as error:
            self.refused.append(len(scope["query_string"]))
            return error.http_status
        self.calls.append(call)
        return 200

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    def connection(self) -> socket.socket:
        return socket.create_connection(self.server.servers[0].sockets[0].getsockname(), timeout=20)

    def send(self, request: bytes) -> int:
        """The status of the answer; 0 if the connection was cut before one could be read."""
        with self.connection() as connection:
            try:
                connection.sendall(request)
            except ConnectionError:
                return 0
            try:
                return int(connection.recv(64).split(b" ")[1])
            except ConnectionError:
                return 0


@contextmanager
def running() -> Iterator[Server]:
    server = Server(http=LongTargetProtocol)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(
    scope="module",
    params=[{"http": LongTargetProtocol}, {"http": "h11", "h11_max_incomplete_event_size": MAX_HEAD}],
    ids=["httptools", "h11"],
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(**request.param)
    server.start()
    yield server
    server.stop()
    server.calls.clear()


HEADERS = b" HTTP/1.1\r\nHost: eci.cn-hangzhou.aliyuncs.com\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("size", [10, 65_500, 65_536, 900 * 1024, MAX_BYTES - 2])
def test_long_targets(server: Server, size: int) -> None:
    value = (b"aGk%3D" * size)[: size // 6 * 6]
    assert server.send(b"GET /?A=" + value + HEADERS) == 200
    assert server.calls[-1].params == {"A": "aGk=" * (size // 6)}
    assert server.calls[-1].path == "/"


def test_targets_in_absolute_form(server: Server) -> None:
    for target in (
        b"http://eci.cn-hangzhou.aliyuncs.com/?Action=X",
        b"http://eci.cn-hangzhou.aliyuncs.com?Action=X",
    ):
        assert server.send(b"POST " + target + HEADERS) == 200
        assert (server.calls[-1].action, server.calls[-1].path) == ("X", "/")
    assert server.send(b"POST http://eci.aliyuncs.com/DescribeRegions" + HEADERS) == 200
    assert server.calls[-1].action == "DescribeRegions"


def test_long_absolute_target(server: Server) -> None:
    value = b"x" * 900 * 1024
    assert server.send(b"POST http://eci.cn-hangzhou.aliyuncs.com/?Action=X&A=" + value + HEADERS) == 200
    assert len(server.calls[-1].params["A"]) == len(value)


def test_long_body(server: Server) -> None:
    head = b"POST /?Action=X HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"
    assert server.send(head % MAX_BYTES + b"A=" + b"x" * (MAX_BYTES - 2)) == 200
    assert len(server.calls[-1].params["A"]) == MAX_BYTES - 2


def test_requests_on_one_connection(server: Server) -> None:
    before = len(server.calls)
    keep = b" HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nB=%d"
    with server.connection() as connection:
        for number in range(3):
            connection.sendall(b"POST /?A=" + b"x" * 400_000 + keep % number)
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert [call.params["B"] for call in server.calls[before:]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"y" * 2 * MAX_HEAD,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (MAX_HEAD // 3),
    ],
    ids=["header", "headers"],
)
def test_endless_heads_are_cut_off(server: Server, request_head: bytes) -> None:
    before = len(server.calls)
    assert server.send(request_head) in (0, 400)
    assert len(server.calls) == before


@pytest.mark.parametrize("target", [b"/" + b"x" * 70_000, "/你".encode()])
def test_targets_that_are_refused(target: bytes) -> None:
    with running() as server:
        assert server.send(b"GET " + target + HEADERS) == 400
        assert server.send(b"GET /?Action=X" + HEADERS) == 200


def test_too_long_a_target_is_left_to_the_dialect() -> None:
    """It knows how to refuse; most of the target is forgotten, whatever its length."""
    with running() as server:
        for size in (MAX_BYTES, MAX_HEAD, 20 * MAX_HEAD):
            assert server.send(b"GET /?A=" + b"x" * size + HEADERS) == 400
            assert MAX_BYTES < server.refused[-1] < 2 * MAX_BYTES


def test_what_connect_asks_for_is_no_path() -> None:
    with running() as server:
        assert server.send(b"CONNECT eci.aliyuncs.com:443" + HEADERS) == 200
        assert (server.calls[-1].method, server.calls[-1].path) == ("CONNECT", "/")


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /?Action=X HTTP/1.1\r\nHost: h\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "head", "body"],
)
def test_who_never_ends_a_request_is_given_up(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 1.0)
    with running() as server, server.connection() as slow, server.connection() as busy:
        slow.sendall(begun)
        while slow_is_kept(slow):
            busy.sendall(b"GET /?Action=X" + HEADERS)
            assert busy.recv(4096).startswith(b"HTTP/1.1 200")


def slow_is_kept(slow: socket.socket) -> bool:
    slow.settimeout(0.05)
    try:
        return bool(slow.recv(1))
    except TimeoutError:
        return True
    except ConnectionError:
        return False
