"""Commands that are talked with, over the WebSocket of ExecContainerCommand, by public client libraries."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis
import requests
import websocket
from websockets.exceptions import ConnectionClosedOK, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from eci_emulator.store.exec_sessions import VALID_SECONDS, ExecSession, issue, redeem
from tests.e2e.running import Running, wait_for

from .conftest import PATIENT

STDIN, STDOUT, STDERR, RESIZE, EXIT = (bytes([kind]) for kind in range(5))


def begin(emulator: Running, group: str, *argv: str, **options: Any) -> dict[str, str]:
    """The answer of ExecContainerCommand."""
    return emulator.call(
        "ExecContainerCommand",
        ContainerGroupId=group,
        ContainerName="main",
        Command=json.dumps(argv),
        **options,
    )


def talk(emulator: Running, group: str, *argv: str, **options: Any) -> ClientConnection:
    return connect(begin(emulator, group, *argv, **options)["WebSocketUri"], proxy=None, legacy=True)


def output(emulator: Running, group: str, *argv: str) -> str:
    answer = begin(emulator, group, *argv, Sync="true", TTY="false")
    return answer["SyncResponse"]


def heard(connection: ClientConnection) -> dict[bytes, bytes]:
    """What comes until the server closes, by kind of frame."""
    said: dict[bytes, bytes] = {}
    try:
        while True:
            frame = connection.recv(timeout=20, decode=False)
            said[frame[:1]] = said.get(frame[:1], b"") + frame[1:]
    except ConnectionClosedOK as closed:
        assert closed.rcvd and closed.rcvd.code == 1000
    return said


def until_said(connection: ClientConnection, text: bytes) -> None:
    said = b""
    while text not in said:
        said += connection.recv(timeout=20, decode=False)[1:]


# --- both engines -------------------------------------------------------------------------------


def test_output_comes_by_stream_and_the_exit_code_last(emulator: Running, group: str) -> None:
    with talk(emulator, group, "sh", "-c", "echo out; echo err >&2; exit 3") as connection:
        assert heard(connection) == {STDOUT: b"out\n", STDERR: b"err\n", EXIT: b"3"}


def test_input_in_both_kinds_of_messages_and_its_end(emulator: Running, group: str) -> None:
    with talk(emulator, group, "cat", TTY="false") as connection:
        connection.send(STDIN + b"in a frame\n")
        until_said(connection, b"in a frame\n")
        connection.send("typed ü\n")
        until_said(connection, "typed ü\n".encode())
        connection.send(STDIN)

        assert heard(connection) == {EXIT: b"0"}


def test_a_shell_with_a_terminal(emulator: Running, group: str) -> None:
    with talk(emulator, group, "sh", TTY="true") as connection:
        connection.send(STDIN + b"echo here\n")
        until_said(connection, b"here")
        connection.send(STDIN)  # ends nothing: a terminal's input ends by ^D
        connection.send("exit 5\n")

        assert heard(connection)[EXIT] == b"5"


def test_a_command_without_input_sees_its_end_at_once(emulator: Running, group: str) -> None:
    with talk(emulator, group, "cat", Stdin="false") as connection:
        assert heard(connection) == {EXIT: b"0"}


def test_nonsense_does_not_end_a_conversation(emulator: Running, group: str) -> None:
    with talk(emulator, group, "cat", TTY="false") as connection:
        for nonsense in (b"", RESIZE + b"wide", RESIZE + b'{"Width": "x"}', b"\x09what"):
            connection.send(nonsense)
        connection.send(STDIN + b"still here\n")
        until_said(connection, b"still here\n")


def test_an_address_is_good_for_one_use(emulator: Running, group: str) -> None:
    uri = begin(emulator, group, "cat")["WebSocketUri"]
    connect(uri, proxy=None, legacy=True).close()

    with pytest.raises(InvalidStatus) as refusal:
        connect(uri, proxy=None, legacy=True)

    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/exec/", "/exec/?s=", "/exec/?s=made-up", "/", "/_eci/health"])
def test_an_address_that_nobody_gave_out(simulated: Running, path: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"ws://{simulated.address}{path}", proxy=None, legacy=True)

    assert refusal.value.response.status_code == 403


def test_an_address_is_kept_for_thirty_seconds_of_real_time(redis_client: redis.Redis) -> None:
    session = ExecSession(
        host="h", group="g", role="container", container="c", attempt=0, argv=["a"], tty=True, stdin=True
    )
    token = issue(redis_client, session)
    (key,) = redis_client.keys("*exec*")

    assert 0 < int(redis_client.pttl(key)) <= VALID_SECONDS * 1000
    assert redeem(redis_client, token) == session
    assert redeem(redis_client, token) is None


def recorded(emulator: Running) -> dict[str, Any]:
    """All groups of which anything is left."""
    snapshot = emulator.session.get(f"{emulator.url}/_eci/snapshot", timeout=30).json()
    groups: dict[str, Any] = snapshot["records"]["group"]
    return groups


def test_a_container_that_has_ended(emulator: Running) -> None:
    group_id = emulator.create("brief", PATIENT, RestartPolicy="Never")
    emulator.until(group_id, "Running")
    uri = begin(emulator, group_id, "cat")["WebSocketUri"]
    emulator.call("DeleteContainerGroup", ContainerGroupId=group_id, Force="true")
    wait_for(lambda: group_id not in recorded(emulator), "its end")

    with pytest.raises(InvalidStatus) as refusal:
        connect(uri, proxy=None, legacy=True)

    assert refusal.value.response.status_code == 400


def test_only_a_running_container_takes_commands(emulator: Running) -> None:
    group_id = emulator.create("ended", "exit 0", RestartPolicy="Never")
    emulator.until(group_id, "Succeeded")

    refusal = emulator.try_call(
        "ExecContainerCommand", ContainerGroupId=group_id, ContainerName="main", Command='["ls"]'
    )

    assert (refusal.status_code, refusal.json()["Code"]) == (400, "IncorrectStatus")
    emulator.delete(group_id)


def test_who_is_not_there_takes_no_commands(simulated: Running, simulated_group: str) -> None:
    for wanted in (
        {"ContainerGroupId": "eci-nobody", "ContainerName": "main"},
        {"ContainerGroupId": simulated_group, "ContainerName": "nobody"},
    ):
        refusal = simulated.try_call("ExecContainerCommand", Command="ls", **wanted)

        assert (refusal.status_code, refusal.json()["Code"]) == (404, "InvalidParameter.NotFound")


def test_the_page_of_a_terminal(simulated: Running, simulated_group: str) -> None:
    answer = begin(simulated, simulated_group, "sh", TTY="true")

    assert answer["HttpUrl"].startswith(f"{simulated.url}/exec/terminal?s=")
    assert answer["WebSocketUri"].startswith(f"ws://{simulated.address}/exec/?s=")
    assert answer["HttpUrl"].partition("?s=")[2] != answer["WebSocketUri"].partition("?s=")[2]
    page = requests.get(answer["HttpUrl"], timeout=5)
    assert page.headers["content-type"].startswith("text/html")
    for part in ("web/xterm/xterm.mjs", "web/xterm/addon-fit.mjs", "web/xterm/xterm.css"):
        assert part in page.text
        assert requests.get(f"{simulated.url}/exec/{part}", timeout=5).status_code == 200


# --- the real engine ----------------------------------------------------------------------------


@pytest.mark.docker
def test_the_size_of_a_terminal(real: Running, real_group: str) -> None:
    with talk(real, real_group, "sh", TTY="true") as connection:
        connection.send(RESIZE + b'{"Width": 101, "Height": 33}')
        connection.send("stty size\n")
        until_said(connection, b"33 101")
        connection.send(RESIZE + b'{"Width": 132, "Height": 50}')
        connection.send("stty size; exit\n")

        assert b"50 132" in heard(connection)[STDOUT]


@pytest.mark.docker
def test_another_client_library(real: Running, real_group: str) -> None:
    uri = begin(real, real_group, "sh", "-c", "read line; echo got $line; exit 4")["WebSocketUri"]
    client = websocket.create_connection(uri, timeout=20)

    client.send("a line\n")

    assert client.recv() == STDOUT + b"got a line\n"
    assert client.recv() == EXIT + b"4"
    assert client.recv_data() == (websocket.ABNF.OPCODE_CLOSE, (1000).to_bytes(2))
    client.shutdown()  # type: ignore[no-untyped-call]


@pytest.mark.docker
@pytest.mark.parametrize("ending", ["closed", "cut"])
def test_a_command_whose_client_has_gone_is_killed(real: Running, real_group: str, ending: str) -> None:
    connection = talk(real, real_group, "sh", "-c", f"exec sleep 54321 # {ending}", TTY="true")
    wait_for(lambda: "sleep 54321" in output(real, real_group, "ps"), "the command runs")

    if ending == "closed":
        connection.close()
    else:
        connection.close_socket()

    wait_for(lambda: "sleep 54321" not in output(real, real_group, "ps"), "the command is killed")


@pytest.mark.docker
def test_much_in_and_much_out(real: Running, real_group: str) -> None:
    piece, pieces = b"x" * 65_536, 100
    with talk(real, real_group, "sh", "-c", "sleep 1; cat", TTY="false") as connection:
        for _ in range(pieces):
            connection.send(STDIN + piece)
        connection.send(STDIN)

        assert len(heard(connection)[STDOUT]) == len(piece) * pieces
