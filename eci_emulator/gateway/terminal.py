"""Commands in containers from outside: the WebSocket and the page that ExecContainerCommand's answer names.

The command runs where the container is; this passes frames between the client and that host's node agent.
Neither is signed: who has the token, which holds for seconds and for one use, may talk.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from typing import Final

from anyio import create_task_group
from redis import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from eci_emulator.model.errors import EciError
from eci_emulator.nodes import Frame, Nodes
from eci_emulator.store.exec_sessions import redeem

FORBIDDEN: Final = 403
NORMAL: Final = 1000
HOST_LOST: Final = 1011

_PAGE: Final = files("eci_emulator.gateway").joinpath("web", "terminal.html").read_text()


def terminal(redis: Redis, nodes: Nodes) -> Starlette:
    """The application under ``/exec``."""

    async def converse(client: WebSocket) -> None:
        session = redeem(redis, client.query_params.get("s", ""))
        if session is None:
            await _deny(client, FORBIDDEN, "The address was used before, or is more than 30 seconds old.")
            return
        try:
            node = await nodes.converse(session)
        except EciError as error:
            await _deny(client, error.http_status, error.message)
            return
        try:
            await client.accept()
            await relay(client, node)
        finally:
            # Not closed by the rules, which would wait until the command takes what it was sent.
            node.transport.abort()

    return Starlette(
        routes=[
            WebSocketRoute("/exec", converse),
            WebSocketRoute("/exec/", converse),
            Route("/exec/terminal", _page),
            Mount("/exec/web", StaticFiles(packages=[("eci_emulator.gateway", "web")])),
        ]
    )


async def relay(client: WebSocket, node: ClientConnection) -> None:
    """Pass frames both ways until one side ends. Who sends too fast is made to wait."""
    code, reason = NORMAL, ""
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(_inwards, client, node)
            tasks.start_soon(_outwards, client, node)
    except* ConnectionClosedError:
        code, reason = HOST_LOST, "the host of the container was lost"
    except* (ConnectionClosedOK, WebSocketDisconnect):
        pass
    if client.application_state is WebSocketState.CONNECTED:
        with suppress(WebSocketDisconnect):
            await client.close(code, reason)


async def _inwards(client: WebSocket, node: ClientConnection) -> None:
    while True:
        message = await client.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        await node.send(_frame(message))


async def _outwards(client: WebSocket, node: ClientConnection) -> None:
    while True:
        await client.send_bytes(await node.recv(decode=False))


def _frame(message: Message) -> bytes:
    """What a client sent as a frame; a text is what was typed."""
    text: str | None = message.get("text")
    frame: bytes = message["bytes"] if text is None else bytes([Frame.STDIN]) + text.encode()
    return frame


async def _deny(client: WebSocket, status: int, text: str) -> None:
    await client.send_denial_response(PlainTextResponse(text, status))


async def _page(_: Request) -> Response:
    return HTMLResponse(_PAGE, headers={"cache-control": "no-store"})
