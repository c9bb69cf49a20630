"""The way of a call through Connexion: past its operation's validator, to its action.

Connexion reads the documents, resolves every operation to a function and takes each request to its operation.
The two steps here replace those of its own that parse a request's path, query, headers and body: the gateway
has done that, for what comes over the wire is not what the documents' paths say, and doing it again takes
longer than all the rest of a call.
"""

from __future__ import annotations

from typing import Any, Final

from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.validation import validator

#: Where a scope has its exchange.
EXCHANGE: Final = "eci.exchange"


def routed(exchange: Exchange) -> Scope:
    """The scope of an exchange whose operation is known, as Connexion's own routing would leave it."""
    known = {"api_base_path": "", "operation_id": exchange.operation}
    return {"type": "http", EXCHANGE: exchange, "extensions": {ROUTING_CONTEXT: known}}


class OperationsAPI(RoutedAPI):  # type: ignore[misc]  # Connexion is untyped
    def __init__(self, specification: Specification, **options: Any) -> None:
        super().__init__(specification, **options)
        self.add_paths()


class ValidatedOperations(OperationsAPI):
    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        check = validator(operation.body_schema("application/json"))
        proceed: ASGIApp = self.next_app

        async def validated(scope: Scope, receive: Receive, send: Send) -> None:
            check(scope[EXCHANGE].arguments)
            await proceed(scope, receive, send)

        return validated


class ResolvedOperations(OperationsAPI):
    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        function: ASGIApp = operation.function
        return function


class Validation(RoutedMiddleware):  # type: ignore[misc]
    """Refuses a request that does not fit its operation's description."""

    api_cls = ValidatedOperations


class Actions(RoutedMiddleware):  # type: ignore[misc]
    """Calls the function that the operation's operationId resolves to."""

    api_cls = ResolvedOperations
