"""From a validated exchange to the action function and back: what Connexion's operations are resolved to."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from typing import Any

import msgspec
from connexion.resolver import Resolver
from starlette.types import ASGIApp, Receive, Scope, Send

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.registry import Action
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.operations import EXCHANGE
from eci_emulator.gateway.render import CONTENT_TYPES, Answer, render_success
from eci_emulator.model import errors
from eci_emulator.schemas.base import load
from eci_emulator.store import tokens


class ActionResolver(Resolver):  # type: ignore[misc]  # Connexion is untyped
    """Finds the action that serves an operation by its operationId."""

    def __init__(self, emulator: Emulator, actions: Mapping[str, Action]) -> None:
        super().__init__(self._handler)
        self._emulator = emulator
        self._actions = actions

    def _handler(self, operation: str) -> ASGIApp:
        found = self._actions.get(operation)

        async def serve(scope: Scope, _: Receive, __: Send) -> None:
            exchange = scope[EXCHANGE]
            if found is None:
                raise errors.NotEmulated(feature=operation)
            exchange.answer = await _answer(self._emulator, exchange, found)

        return serve


async def _answer(emulator: Emulator, exchange: Exchange, action: Action) -> Answer:
    caller = _caller(exchange)
    fields = _recalled(emulator, caller)
    if fields is None:
        request = load(action.schema, exchange.arguments)
        fields = action.serve(emulator, caller, request)
        if inspect.isawaitable(fields):
            fields = await fields
    if isinstance(fields, dict):
        exchange.outcome = fields
    return _rendered(exchange, fields)


def _caller(exchange: Exchange) -> Caller:
    arguments = exchange.arguments
    token = arguments.get("ClientToken", "")
    return Caller(
        account=exchange.account,
        region=arguments["RegionId"],
        action=exchange.operation,
        request_id=exchange.request_id,
        host=exchange.known_call.host,
        secure=exchange.scheme == "https",
        client_token=token,
        digest=hashlib.sha256(msgspec.json.encode(arguments, order="sorted")).hexdigest() if token else "",
        dry_run=arguments.get("DryRun", False),
    )


def _recalled(emulator: Emulator, caller: Caller) -> dict[str, Any] | None:
    if not caller.client_token:
        return None
    return tokens.recall(
        emulator.store.redis, caller.tenant, caller.action, caller.client_token, caller.digest
    )


def _rendered(exchange: Exchange, fields: dict[str, Any] | bytes) -> Answer:
    wanted = exchange.known_call.format
    if isinstance(fields, bytes):
        if wanted == "JSON":
            return Answer(status=200, content_type=CONTENT_TYPES["JSON"], body=fields)
        fields = exchange.outcome = msgspec.json.decode(fields, type=dict[str, Any])
    return render_success(exchange.action, fields, exchange.request_id, wanted)
