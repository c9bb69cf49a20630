"""Commands over a WebSocket, against a server of the same frames."""

from __future__ import annotations

import os
import pty
import signal
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from eci_sdk import Client, errors
from eci_sdk.execution import Execution
from eci_sdk.terminal import interact
from tests.sdk.conftest import Service
from tests.sdk.pictures import group

Program = Callable[[ServerConnection], None]
Start = Callable[[Program], str]


def echo(connection: ServerConnection) -> None:
    """Standard input to standard output, its length to standard error; the exit code is 5."""
    read = 0
    while (frame := connection.recv(decode=False)) != b"\0":
        if frame[:1] == b"\3":
            connection.send(b"\1" + frame[1:])
            continue
        read += len(frame) - 1
        connection.send(b"\1" + frame[1:])
    connection.send(b"\2" + str(read).encode())
    connection.send(b"\4" + b"5")


def wait_for_the_end(connection: ServerConnection) -> None:
    for _ in connection:
        pass


@pytest.fixture
def start() -> Iterator[Start]:
    """Serve a program; gives its address."""
    servers = []

    def begin(program: Program) -> str:
        def handle(connection: ServerConnection) -> None:
            with suppress(ConnectionClosed):
                program(connection)

        server = serve(handle, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"ws://127.0.0.1:{server.socket.getsockname()[1]}/exec/?s=1"

    yield begin
    for server in servers:
        server.shutdown()


def test_exec_streams(client: Client, service: Service, start: Start) -> None:
    service.on("ExecContainerCommand", {"WebSocketUri": start(echo)})
    service.on("DescribeContainerGroups", group())
    with client.exec("eci-1", "cat -n 'a b'") as command:
        command.write(b"hello")
        output = iter(command)
        assert next(output) == ("stdout", b"hello")
        command.close_stdin()
        assert list(output) == [("stderr", b"5")]
    assert command.exit_code == 5
    asked = service.calls("ExecContainerCommand")[0]
    assert asked["Command"] == '["cat", "-n", "a b"]'
    assert (asked["ContainerName"], asked["TTY"], asked["Sync"]) == ("main", "false", "false")


def test_large_input_and_output_pass_each_other(start: Start) -> None:
    data = os.urandom(3_000_000)
    with Execution(start(echo)) as command:
        result = command.communicate(data)
    assert result.stdout == data
    assert (result.stderr, result.exit_code) == (b"3000000", 5)


def test_a_service_that_tells_no_exit_code(start: Start) -> None:
    def program(connection: ServerConnection) -> None:
        connection.send("text")
        connection.send(b"\1")
        connection.send(b"\7unknown")
        connection.send(b"\2bytes")

    with Execution(start(program)) as command:
        result = command.communicate()
    assert (result.stdout, result.stderr, result.exit_code) == (b"text", b"bytes", None)


def test_silence_and_broken_connections(start: Start) -> None:
    with (
        Execution(start(wait_for_the_end), timeout=0.05) as command,
        pytest.raises(errors.NoAnswer, match="silent for too long"),
    ):
        command.communicate()

    def cut(connection: ServerConnection) -> None:
        connection.recv()
        connection.socket.shutdown(2)

    with Execution(start(cut)) as command, pytest.raises(errors.NoAnswer, match="broke"):
        command.communicate()
    with pytest.raises(errors.NoAnswer, match="cannot be made"):
        Execution("ws://127.0.0.1:1/exec")


def test_run_gives_the_output(client: Client, service: Service) -> None:
    service.on("ExecContainerCommand", {"SyncResponse": "a\nb\n"})
    assert client.run("eci-1", ["ls", "-a b"], container="main") == "a\nb\n"
    assert service.calls() == [
        {
            "RegionId": "cn-hangzhou",
            "ContainerGroupId": "eci-1",
            "ContainerName": "main",
            "Command": '["ls", "-a b"]',
            "TTY": "false",
            "Sync": "true",
        }
    ]


class Screen:
    def __init__(self) -> None:
        self.written = b""
        self.buffer = self

    def write(self, data: bytes) -> None:
        self.written += data

    def flush(self) -> None:
        pass


def test_a_terminal_is_tied_to_a_command(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = pty.openpty()
    screen, complaints = Screen(), Screen()
    resized = threading.Event()
    before = signal.getsignal(signal.SIGWINCH)

    def program(connection: ServerConnection) -> None:
        connection.send(b"\1" + connection.recv(decode=False)[1:])  # the size
        os.write(keyboard, b"\3")
        connection.send(b"\1" + connection.recv(decode=False)[1:])  # Ctrl-C
        os.kill(os.getpid(), signal.SIGWINCH)
        connection.recv()
        resized.set()
        connection.send(b"\2bye")
        connection.send(b"\0040")

    with open(terminal, buffering=1, closefd=False) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr("sys.stdout", screen)
        monkeypatch.setattr("sys.stderr", complaints)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setenv("LINES", "30")
        modes = termios.tcgetattr(terminal)
        with Execution(start(program)) as command:
            assert interact(command) == 0
        assert termios.tcgetattr(terminal) == modes
    assert resized.is_set()
    assert screen.written == b'{"Width": 100, "Height": 30}\3'
    assert complaints.written == b"bye"
    assert signal.getsignal(signal.SIGWINCH) == before
    os.close(keyboard)
    os.close(terminal)
