"""An answer's head and body in one write."""

from __future__ import annotations

import asyncio
from typing import Any


class Joining:
    """A transport that sends an answer's head together with its body, when that follows at once.

    uvicorn writes them one after the other, which is a second system call and wakes the client twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        self._soon: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():  # nobody listens; uvloop would raise
            return
        if self._head:
            data = self._taken() + data
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._soon = self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def _taken(self) -> bytes:
        head, self._head = self._head, b""
        if self._soon:
            self._soon.cancel()
        return head

    def _flush(self) -> None:
        head = self._taken()
        if head and not self._transport.is_closing():
            self._transport.write(head)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
