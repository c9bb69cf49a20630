"""Raw HTTP requests for the tests: read from files, changed by a byte, recorded from real clients."""

from __future__ import annotations

import hashlib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from eci_emulator.gateway.dialect import Call, read_call

#: Recorded requests that can be checked here: OpenSSL may have been built without SM3.
DUMPS = sorted(
    path
    for path in Path(__file__).with_name("dumps").glob("*.http")
    if "sm3" in hashlib.algorithms_available or b"SM3" not in path.read_bytes()
)
SECRET = "dummySecret"


class Request(Struct, frozen=True):
    """A request as it came: its first line, its other header lines, its body."""

    line: str
    headers: tuple[str, ...]
    body: bytes = b""

    @classmethod
    def parse(cls, raw: bytes) -> Request:
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        line, *headers = head.decode("latin-1").split("\n")
        return cls(line, tuple(headers), body)

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    def call(self) -> Call:
        target = self.line.split(" ")[1]
        path, _, query = target.partition("?")
        pairs = [header.partition(":") for header in self.headers]
        headers = [(name.lower().encode(), value.strip().encode("latin-1")) for name, _, value in pairs]
        return read_call(self.method, path, query.encode(), headers, self.body)


def dump(name: str) -> Request:
    return Request.parse(Path(__file__).with_name("dumps").joinpath(f"{name}.http").read_bytes())


class Recorder(socketserver.ThreadingTCPServer):
    """Answers every request with an empty success, and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(socketserver.StreamRequestHandler):
    server: Recorder

    def handle(self) -> None:
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        if head:
            lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            body = self.rfile.read(int(lengths[0].split(b":")[1]) if lengths else 0)
            self.server.requests.append(Request.parse(head + b"\r\n" + body))
            answer = b'{"RequestId":"1"}'
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer)
            )


@contextmanager
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
