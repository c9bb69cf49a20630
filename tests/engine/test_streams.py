"""Output of commands when it comes in the worst possible way."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.docker.streams import pieces
from eci_emulator.keepalive import IDLE_SECONDS, keep_alive

FRAMES = b"\1\0\0\0\0\0\0\6hello\n" + b"\2\0\0\0\0\0\0\4oops"


class _HastyEngine(BaseHTTPRequestHandler):
    """An engine that sends a command's output in one breath with the headers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({"ApiVersion": "1.41", "Running": False, "ExitCode": 3})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/start"):
            self.wfile.write(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" + FRAMES)
            self.close_connection = True
        else:
            self._answer({"Id": "command"})

    def _answer(self, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return ""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hasty_engine(tmp_path: Path) -> Iterator[DockerEngine]:
    path = str(tmp_path / "engine.sock")
    with socketserver.ThreadingUnixStreamServer(path, _HastyEngine) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        engine = DockerEngine(f"unix://{path}")
        yield engine
        engine.close()
        server.shutdown()
        thread.join(10)


def test_output_that_comes_with_the_headers_is_not_lost(hasty_engine: DockerEngine) -> None:
    result = hasty_engine.exec("a", ["echo"], timeout=10, limit=100)

    assert (result.exit_code, result.stdout, result.stderr) == (3, b"hello\n", b"oops")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_frames_are_put_together(size: int) -> None:
    rest = FRAMES

    def read(wanted: int) -> bytes:
        nonlocal rest
        piece, rest = rest[: min(size, wanted)], rest[min(size, wanted) :]
        return piece

    assert list(pieces(read, tty=False)) == [(1, b"hello\n"), (2, b"oops")]


def test_a_machine_that_vanishes_is_noticed() -> None:
    """What may be silent for long is asked for signs of life by the kernel, unless it is on this machine."""
    with socket.socket() as far, socket.socket(socket.AF_UNIX) as near:
        keep_alive(far)
        keep_alive(near)
        assert far.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert far.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == IDLE_SECONDS
        assert near.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0
