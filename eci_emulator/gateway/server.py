"""The gateway as an ASGI application: stages in order, then Connexion, errors rendered in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from http import HTTPStatus

import structlog
from redis.exceptions import RedisError
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eci_emulator.gateway.browsers import CONSOLE, is_from_another_site, is_visit
from eci_emulator.gateway.dialect import MAX_BYTES, answer_format, read_headers
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.operations import routed
from eci_emulator.gateway.protocol import HANG_UP
from eci_emulator.gateway.render import Answer, render_error
from eci_emulator.model import errors

Stage = Callable[[Exchange], None]
Observer = Callable[[Exchange], None]

log = structlog.get_logger()

_CONSOLE = RedirectResponse(CONSOLE, HTTPStatus.SEE_OTHER)
_REFUSAL = PlainTextResponse("Pages of other sites may not call the emulator.\n", HTTPStatus.FORBIDDEN)


class Gateway:
    """Everything that is not the emulator's own is a call of ECI's API.

    Its own are ``/_eci`` and ``/metrics`` (``admin``), and ``/exec`` (``terminal``), which has all WebSockets.
    Web browsers are told apart, see `browsers`.

    ``stages`` run in order and may raise an EciError; the application behind answers by setting
    the exchange's answer. ``observers`` see every finished exchange.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        admin: ASGIApp,
        terminal: ASGIApp,
        stages: Sequence[Stage],
        observers: Sequence[Observer] = (),
    ) -> None:
        self._app = app
        self._admin = admin
        self._terminal = terminal
        self._stages = stages
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = self._own(scope)
        if own:
            await own(scope, receive, send)
            return
        body = await _read_body(receive)
        if body is None:
            return
        exchange = Exchange(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"],
            headers=scope["headers"],
            body=body,
            scheme=scope["scheme"],
        )
        answer = await self._serve(exchange)
        exchange.answer = answer
        if exchange.delay:
            await asyncio.sleep(exchange.delay)
        for observe in self._observers:
            observe(exchange)
        if exchange.drop:
            await _hang_up(scope, receive)
        else:
            await _send(send, answer, exchange)

    def _own(self, scope: Scope) -> ASGIApp | None:
        """Whom a request is for that is no call of an API."""
        if scope["type"] == "lifespan":
            return self._app
        if scope["type"] == "websocket" or scope["path"].startswith("/exec/"):
            return self._terminal
        if is_from_another_site(scope):
            return _REFUSAL
        if is_visit(scope):
            return _CONSOLE
        return self._admin if scope["path"].startswith(("/_eci", "/metrics")) else None

    async def _serve(self, exchange: Exchange) -> Answer:
        try:
            for stage in self._stages:
                stage(exchange)
            await self._app(routed(exchange), _nothing, _discard)
            if exchange.answer is None:
                raise errors.InternalError()
            return exchange.answer
        except errors.EciError as error:
            return self._refusal(exchange, error)
        except RedisError as error:
            log.error("redis does not answer", error=str(error))
            return self._refusal(exchange, errors.ServiceUnavailable())
        except Exception:
            log.exception("unexpected error", action=exchange.action, request_id=exchange.request_id)
            return self._refusal(exchange, errors.InternalError())

    def _refusal(self, exchange: Exchange, error: errors.EciError) -> Answer:
        exchange.error_code, exchange.retry_after = error.code, error.retry_after
        exchange.outcome = {"Code": error.code, "Message": error.message}
        call = exchange.call
        wanted = call.format if call else answer_format(exchange.path, exchange.query, exchange.headers)
        host = call.host if call else read_headers(exchange.headers).get("host", "")
        return render_error(error, exchange.request_id, host, wanted)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body; None if the client went away before its end: half a request is none."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        body += part
        # One byte too many is kept, for the dialect to refuse; the rest is read and forgotten.
        body = body[: MAX_BYTES + 1]
        if not message.get("more_body"):
            return body


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer. Raises ConnectionResetError where the server cannot."""
    if HANG_UP not in scope:
        raise ConnectionResetError("the connection is dropped")
    scope[HANG_UP]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _discard(_: Message) -> None: ...


async def _send(send: Send, answer: Answer, exchange: Exchange) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"x-acs-request-id", exchange.request_id.encode()),
    ]
    if exchange.retry_after:  # official clients take it, and nothing else, for throttling
        headers.append((b"x-acs-retry-after", str(exchange.retry_after).encode()))
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", ", ".join(sorted(exchange.methods)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
