"""The stages of the request path. Each takes an Exchange, fills in its part, or raises an EciError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eci_emulator.clock import Clock
from eci_emulator.gateway.authenticate import authenticate, identify
from eci_emulator.gateway.coerce import request_coercers
from eci_emulator.gateway.dialect import read_call
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.keys import Keys
from eci_emulator.gateway.products import Products
from eci_emulator.gateway.roles import FirstOf
from eci_emulator.model import errors
from eci_emulator.nonces import SpentNonces

_NO_TUNNEL: Final = (
    "The emulator opens tunnels (CONNECT) to hosts of ECI and its neighbours alone, "
    "and only if it has an HTTPS port (--https-port)."
)


def read_dialect(exchange: Exchange) -> None:
    exchange.call = read_call(exchange.method, exchange.path, exchange.query, exchange.headers, exchange.body)


class KnowAction:
    """The action exists in one of the documents and may be called with this method."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self._products = Products(documents)

    def __call__(self, exchange: Exchange) -> None:
        call = exchange.known_call
        if call.method == "CONNECT":
            exchange.methods = frozenset({"GET", "POST"})
            raise errors.UnsupportedMethod(_NO_TUNNEL)
        operation = self._products.operation(call)
        exchange.methods = operation.methods
        if call.method not in operation.methods:
            raise errors.UnsupportedMethod()
        exchange.operation = operation.id


class Authenticate:
    """Who calls; with keys configured, proven by the signature."""

    def __init__(self, keys: Keys | None, roles: Keys, nonces: SpentNonces, clock: Clock) -> None:
        self._keys = FirstOf(keys, roles) if keys else None
        self._roles = roles
        self._nonces = nonces
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        if self._keys is None:
            caller = identify(exchange.known_call, self._roles)
        else:
            now = self._clock.recent() + exchange.clock_skew
            caller = authenticate(exchange.known_call, self._keys, self._nonces, now)
        exchange.account = caller.account
        exchange.access_key_id = caller.access_key_id


class Coerce:
    """Strings to the types that the documents say."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], default_region: str) -> None:
        self._coercers = {
            operation: coercer
            for document in documents
            for operation, coercer in request_coercers(document).items()
        }
        self._default_region = default_region

    def __call__(self, exchange: Exchange) -> None:
        coerce = self._coercers[exchange.operation]
        exchange.arguments, exchange.ignored = coerce(exchange.known_call.tree())
        exchange.arguments.setdefault("RegionId", self._default_region)
