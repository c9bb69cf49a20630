"""The node agent's side door: what the API asks of a host's engine. Not for anyone else."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from eci_emulator.engine.driver import EngineError, EngineUnavailable, ExecStream, NotFound
from eci_emulator.nodes import TOKEN_HEADER, node_token
from eci_emulator.store.exec_sessions import ExecSession
from eci_workers.node.conversation import Conversations
from eci_workers.node.logs import LogQuery, read_log
from eci_workers.node.sampler import Sampler
from eci_workers.runtime import Runtime

Handler = Callable[[dict[str, Any]], Response]


def side_door(runtime: Runtime) -> Starlette:
    """The agent's HTTP application."""
    door = _Door(runtime)
    return Starlette(
        routes=[
            Route("/exec", door.guarded(door.exec), methods=["POST"]),
            WebSocketRoute("/exec", door.converse),
            Route("/logs", door.guarded(door.logs), methods=["POST"]),
            Route("/sample", door.guarded(door.sample), methods=["POST"]),
        ]
    )


class _Door:
    def __init__(self, runtime: Runtime) -> None:
        self._engine = runtime.engine
        self._names = runtime.names
        self._clock = None if runtime.simulated else runtime.store.clock
        self._token = node_token(runtime.store.redis)
        self._conversations = Conversations(self._begin)
        self._sampler = Sampler(runtime)

    def guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Let in callers with the secret, run the blocking handler in a thread, map engine errors to statuses."""

        async def serve(request: Request) -> Response:
            if not self._knows_secret(request):
                return PlainTextResponse("not for you", 403)
            body = await request.json()
            try:
                return await anyio.to_thread.run_sync(handler, body)
            except NotFound as error:
                return PlainTextResponse(str(error), 409)
            except EngineUnavailable as error:
                return PlainTextResponse(str(error), 503)
            except EngineError as error:
                return PlainTextResponse(str(error), 500)

        return serve

    def _knows_secret(self, asking: HTTPConnection) -> bool:
        return hmac.compare_digest(asking.headers.get(TOKEN_HEADER, ""), self._token)

    async def converse(self, websocket: WebSocket) -> None:
        if self._knows_secret(websocket):
            await self._conversations.serve(websocket)
        else:
            await websocket.close()

    def _begin(self, session: ExecSession) -> ExecStream:
        name = self._names.attempt(session.group, session.role, session.container, session.attempt)
        return self._engine.exec_stream(name, session.argv, tty=session.tty, stdin=session.stdin)

    def _name(self, body: dict[str, Any]) -> str:
        return self._names.attempt(body["group"], body["role"], body["container"], body["attempt"])

    def exec(self, body: dict[str, Any]) -> Response:
        result = self._engine.exec(
            self._name(body), body["argv"], timeout=body["timeout"], limit=body["limit"]
        )
        output = result.output.decode(errors="replace")
        if result.timed_out:
            output += f"\n[the command ran for more than {body['timeout']:g} s and was ended]"
        return JSONResponse({"output": output, "exit_code": result.exit_code})

    def logs(self, body: dict[str, Any]) -> Response:
        wanted = msgspec.convert(body, LogQuery)
        try:
            content = read_log(self._engine, self._clock, self._name(body), wanted)
        except NotFound:
            content = ""  # it has not started yet, or is long gone: there is nothing to show
        return JSONResponse({"content": content})

    def sample(self, body: dict[str, Any]) -> Response:
        self._sampler.look(body["groups"])
        return JSONResponse({})
