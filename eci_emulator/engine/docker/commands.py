"""Commands run in a container: to their end, or as a conversation."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import requests
from docker import APIClient
from docker.errors import APIError

from eci_emulator.engine.docker.connection import Connection, translated
from eci_emulator.engine.docker.streams import STDOUT, hang_up, pieces, raw_socket, read_ahead
from eci_emulator.engine.driver import ExecResult, ExecStream, NotFound

_PAUSE = 0.005  # seconds between two looks at a command that has closed its output but not ended


class Commands(Connection):
    """The part of the driver about commands run in containers."""

    def exec(
        self, name: str, argv: Sequence[str], *, timeout: float, limit: int, user: str = ""
    ) -> ExecResult:
        deadline = time.monotonic() + timeout
        output = _Output(limit)
        stream = self._open(name, argv, tty=False, stdin=False, user=user)
        with contextlib.closing(stream), translated():
            try:
                while (piece := stream.read_until(deadline)) is not None:
                    output.add(*piece)
                exit_code = stream.wait_until(deadline)
            except TimeoutError:
                stream.kill()
                return output.result(exit_code=-1, timed_out=True)
        return output.result(exit_code=exit_code)

    def exec_stream(self, name: str, argv: Sequence[str], *, tty: bool, stdin: bool) -> ExecStream:
        return self._open(name, argv, tty=tty, stdin=stdin)

    def _open(
        self, name: str, argv: Sequence[str], *, tty: bool, stdin: bool, user: str = ""
    ) -> Conversation:
        with translated():
            try:
                command = self._api.exec_create(name, list(argv), tty=tty, stdin=stdin, user=user)["Id"]
            except APIError as error:
                if error.status_code == requests.codes.conflict:
                    raise NotFound(error.explanation) from error
                raise
            response = self._request(
                "POST",
                f"/exec/{command}/start",
                json={"Tty": tty, "Detach": False},
                headers={"Connection": "Upgrade", "Upgrade": "tcp"},
            )
        return Conversation(self._api, command, response, tty=tty)


class Conversation:
    """A running command and the connection its streams go over."""

    def __init__(self, api: APIClient, command: str, response: requests.Response, *, tty: bool) -> None:
        self._api = api
        self._command = command
        self._response = response
        self._early = read_ahead(response)
        self._socket = raw_socket(response)
        self._pieces = pieces(self._receive, tty=tty)
        self._deadline: float | None = None

    def _receive(self, size: int) -> bytes:
        if self._early:
            taken, self._early = self._early[:size], self._early[size:]
            return taken
        if self._deadline is not None:
            self._socket.settimeout(_remaining(self._deadline))
        return self._socket.recv(size)

    def read(self) -> tuple[int, bytes] | None:
        try:
            return next(self._pieces, None)
        except OSError:  # closed by another thread
            return None

    def read_until(self, deadline: float) -> tuple[int, bytes] | None:
        """Like ``read``; raises TimeoutError at the deadline (monotonic clock)."""
        self._deadline = deadline
        return next(self._pieces, None)

    def write(self, data: bytes) -> None:
        with translated():
            self._socket.sendall(data)

    def close_stdin(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def resize(self, rows: int, columns: int) -> None:
        with translated():
            self._api.exec_resize(self._command, height=rows, width=columns)

    def exit_code(self) -> int | None:
        with translated():
            state = self._api.exec_inspect(self._command)
        return None if state["Running"] else int(state["ExitCode"])

    def wait_until(self, deadline: float) -> int:
        """The exit code, once the command has ended; raises TimeoutError at the deadline."""
        while (code := self.exit_code()) is None:
            time.sleep(min(_PAUSE, _remaining(deadline)))
        return code

    def kill(self) -> None:
        """Kill the command, if the engine runs on this machine; elsewhere it is left to itself."""
        with translated():
            state = self._api.exec_inspect(self._command)
        if is_local(state["Pid"], state["ContainerID"]):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(state["Pid"], signal.SIGKILL)

    def close(self) -> None:
        hang_up(self._socket)
        self._response.close()


def is_local(pid: int, container_id: str) -> bool:
    """Whether the engine's process is one of this machine's and belongs to the container."""
    try:
        return pid > 0 and container_id in Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return False


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


class _Output:
    """Output of a command, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._room = limit
        self._truncated = False
        self._both = bytearray()
        self._stdout = bytearray()
        self._stderr = bytearray()

    def add(self, stream: int, data: bytes) -> None:
        kept = data[: self._room]
        self._truncated = self._truncated or len(kept) < len(data)
        self._room -= len(kept)
        self._both += kept
        (self._stdout if stream == STDOUT else self._stderr).extend(kept)

    def result(self, *, exit_code: int, timed_out: bool = False) -> ExecResult:
        return ExecResult(
            exit_code=exit_code,
            output=bytes(self._both),
            stdout=bytes(self._stdout),
            stderr=bytes(self._stderr),
            truncated=self._truncated,
            timed_out=timed_out,
        )
