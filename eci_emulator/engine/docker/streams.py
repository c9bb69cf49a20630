"""Output of containers as the engine sends it: frames of stdout and stderr, or raw from a terminal."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar

import requests

from eci_emulator.engine.docker.connection import translated
from eci_emulator.engine.driver import EngineUnavailable
from eci_emulator.keepalive import keep_alive

STDOUT, STDERR = 1, 2
_HEADER = struct.Struct(">BxxxL")  # which stream, length
_PIECE = 65536

Read = Callable[[int], bytes]
Item = TypeVar("Item")


def pieces(read: Read, *, tty: bool) -> Iterator[tuple[int, bytes]]:
    """(1 = stdout | 2 = stderr, bytes) as they come; ``read(n)`` gives at most n bytes, b"" at the end."""
    if tty:
        while piece := read(_PIECE):
            yield STDOUT, piece
        return
    while len(header := _exactly(read, _HEADER.size)) == _HEADER.size:
        stream, length = _HEADER.unpack(header)
        yield stream, _exactly(read, length)


def _exactly(read: Read, size: int) -> bytes:
    """``size`` bytes, or fewer when the stream ends before."""
    parts = bytearray()
    while len(parts) < size and (part := read(size - len(parts))):
        parts += part
    return bytes(parts)


class Following(Generic[Item]):
    """Items of an answer of the engine that goes on and on; ``close`` ends it from any thread."""

    def __init__(self, items: Iterator[Item], response: requests.Response) -> None:
        self._items = items
        self._response = response
        self._socket = raw_socket(response)
        self._reading = threading.Lock()
        self._closed = False

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        try:
            with self._reading, translated():
                return next(self._items)
        except EngineUnavailable:
            if self._closed:
                raise StopIteration from None
            raise

    def close(self) -> None:
        self._closed = True
        hang_up(self._socket)
        with self._reading:  # http.client's objects do not bear being closed while they read
            self._response.close()


def raw_socket(response: requests.Response) -> socket.socket:
    """The connection under an answer, which no public name leads to."""
    connection: socket.socket = _buffer(response).raw._sock
    return connection


def _buffer(response: requests.Response) -> Any:
    fp: Any = response.raw._fp
    return fp.fp


def read_ahead(response: requests.Response) -> bytes:
    """What came together with the headers of an answer that turned into a conversation.

    The bytes lie in a buffer above the socket: who goes on reading from the socket loses them.
    """
    connection = raw_socket(response)
    connection.setblocking(False)
    early = bytes(_buffer(response).peek())
    connection.settimeout(None)
    keep_alive(connection)
    return early


def hang_up(connection: socket.socket) -> None:
    """End a connection at once, even while another thread waits for something to come."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
