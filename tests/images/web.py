"""A small web server of this machine: what its paths answer, and what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.content: dict[str, bytes] = {}  # path with query -> answer
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.flowing = threading.Event()  # while it is not set, answers stop after their first half
        self.flowing.set()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.tokens.append(self.headers.get("Authorization", ""))
        body = self.server.content.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        half = len(body or b"") // 2
        self.wfile.write((body or b"")[:half])
        self.wfile.flush()
        if self.server.flowing.wait(20):
            self.wfile.write((body or b"")[half:])

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.flowing.set()
            server.shutdown()
            thread.join(10)
