"""The stages of the request path. Each takes an Exchange, fills in its part, or raises an EciError."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eci_emulator.clock import Clock
from eci_emulator.gateway.authenticate import Nonces, authenticate, identify
from eci_emulator.gateway.coerce import request_coercers
from eci_emulator.gateway.dialect import read_call
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.keys import Keys
from eci_emulator.model import errors

VERSION = "2018-08-08"


def read_dialect(exchange: Exchange) -> None:
    exchange.call = read_call(exchange.method, exchange.path, exchange.query, exchange.headers, exchange.body)


class KnowAction:
    """The action exists in the document and may be called with this method."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods = {
            path["post"]["operationId"]: frozenset(path["post"].get("x-eci-methods", ["POST", "GET"]))
            for path in document["paths"].values()
        }

    def __call__(self, exchange: Exchange) -> None:
        call = exchange.known_call
        if not call.action:
            raise errors.MandatoryParameter("Action")
        methods = self._methods.get(call.action)
        if methods is None:
            raise errors.ActionNotFound()
        if call.version not in (VERSION, ""):
            raise errors.InvalidVersion()
        if call.method not in methods:
            raise errors.UnsupportedMethod()


class Authenticate:
    """Who calls; with keys configured, proven by the signature."""

    def __init__(self, keys: Keys | None, nonces: Nonces, clock: Clock) -> None:
        self._keys = keys
        self._nonces = nonces
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        if self._keys is None:
            caller = identify(exchange.known_call)
        else:
            caller = authenticate(exchange.known_call, self._keys, self._nonces, self._clock.now())
        exchange.account = caller.account
        exchange.access_key_id = caller.access_key_id


class Coerce:
    """Strings to the types that the document says."""

    def __init__(self, document: Mapping[str, Any], default_region: str) -> None:
        self._coercers = request_coercers(document)
        self._default_region = default_region

    def __call__(self, exchange: Exchange) -> None:
        coerce = self._coercers[exchange.action]
        exchange.arguments, exchange.ignored = coerce(exchange.known_call.tree())
        exchange.arguments.setdefault("RegionId", self._default_region)
