"""A command in a container, over a WebSocket.

Frames are binary; their first byte tells what they carry: 0 standard input, 1 standard output, 2 standard
error, 3 the size of the terminal, 4 the exit code.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal

import websocket

from eci_sdk.errors import NoAnswer

STDIN, STDOUT, STDERR, RESIZE, EXIT = range(5)
STREAMS: Final[dict[int, Stream]] = {STDOUT: "stdout", STDERR: "stderr"}
CHUNK = 32 * 1024
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 1.0

Stream = Literal["stdout", "stderr"]


@dataclass(frozen=True)
class Completed:
    """What a command wrote, and its exit code; None when the service did not tell it."""

    stdout: bytes
    stderr: bytes
    exit_code: int | None


class Execution:
    """A running command. Iterate over it for its output as it comes::

        with client.exec("eci-1", ["sh", "-c", "make"]) as command:
            for stream, data in command:
                ...
        print(command.exit_code)

    It can be written to from another thread meanwhile. With a terminal all output is stdout. ``timeout``:
    seconds of silence after which NoAnswer is raised; None waits as long as the connection lasts.
    """

    def __init__(self, url: str, timeout: float | None = None) -> None:
        self.exit_code: int | None = None
        keep_alive = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),)
        try:
            self._socket = websocket.create_connection(
                url, CONNECT_SECONDS, sockopt=keep_alive, skip_utf8_validation=True
            )
        except (OSError, websocket.WebSocketException) as error:
            raise NoAnswer(f"the connection for a command cannot be made: {error}") from error
        self._socket.settimeout(timeout)

    def write(self, data: bytes) -> None:
        """Send standard input."""
        for start in range(0, len(data), CHUNK):
            self._send(STDIN, data[start : start + CHUNK])

    def close_stdin(self) -> None:
        """End standard input."""
        self._send(STDIN, b"")

    def resize(self, columns: int, rows: int) -> None:
        """Tell the size of the terminal."""
        self._send(RESIZE, json.dumps({"Width": columns, "Height": rows}).encode())

    def __iter__(self) -> Iterator[tuple[Stream, bytes]]:
        while True:
            opcode, data = self._receive()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return
            if opcode == websocket.ABNF.OPCODE_TEXT:
                yield "stdout", data
            elif data[:1] == bytes([EXIT]):
                self.exit_code = int(data[1:])
            elif data[1:] and data[0] in STREAMS:
                yield STREAMS[data[0]], data[1:]

    def communicate(self, stdin: bytes = b"") -> Completed:
        """Send standard input, end it, and give all output once the command has ended."""
        writer = threading.Thread(target=self._feed, args=(stdin,), daemon=True)
        writer.start()
        output: dict[Stream, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        for stream, data in self:
            output[stream] += data
        return Completed(bytes(output["stdout"]), bytes(output["stderr"]), self.exit_code)

    def close(self) -> None:
        """Leave; the command ends as if its terminal had been closed."""
        self._socket.close(timeout=CLOSE_SECONDS)
        # close() leaves this out when the service has said goodbye first.
        self._socket.shutdown()  # type: ignore[no-untyped-call]

    def __enter__(self) -> Execution:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _feed(self, stdin: bytes) -> None:
        try:
            self.write(stdin)
            self.close_stdin()
        except NoAnswer:
            pass  # the command has ended without reading it all, and the reader knows

    def _send(self, kind: int, data: bytes) -> None:
        try:
            self._socket.send_binary(bytes([kind]) + data)
        except (OSError, websocket.WebSocketException) as error:
            raise NoAnswer(f"the command does not take input any more: {error}") from error

    def _receive(self) -> tuple[int, bytes]:
        try:
            opcode, data = self._socket.recv_data()
        except websocket.WebSocketTimeoutException as error:
            raise NoAnswer("the command was silent for too long") from error
        except (OSError, websocket.WebSocketException) as error:
            raise NoAnswer(f"the connection of the command broke: {error}") from error
        return opcode, data.encode() if isinstance(data, str) else data
