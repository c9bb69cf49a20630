"""The composition root: everything the API server consists of, and the request path as one list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

import yaml
from connexion import AsyncApp
from connexion.exceptions import problem
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.context import ContextMiddleware
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.types import ASGIApp

from eci_emulator.actions import registry
from eci_emulator.actions.context import Emulator
from eci_emulator.control.validation import NamedParameters
from eci_emulator.gateway.dispatch import ActionResolver
from eci_emulator.gateway.faults import InjectFaults, SkewClock
from eci_emulator.gateway.keys import load_keys
from eci_emulator.gateway.observe import Tracer, count, tell
from eci_emulator.gateway.operations import Actions, Validation
from eci_emulator.gateway.roles import RoleKeys
from eci_emulator.gateway.server import Gateway
from eci_emulator.gateway.stages import Authenticate, Coerce, KnowAction, read_dialect
from eci_emulator.gateway.terminal import terminal
from eci_emulator.gateway.throttle import Throttle
from eci_emulator.market import catalogue
from eci_emulator.model.errors import EciError
from eci_emulator.neighbours import registry as neighbours
from eci_emulator.nodes import Nodes
from eci_emulator.settings import Settings
from eci_emulator.store.database import Store, connect

#: The documents of what is served as the cloud serves it, each with the actions behind it.
APIS: Final = {"eci-2018-08-08.yaml": registry.ACTIONS, "neighbours.yaml": neighbours.ACTIONS}


def create_emulator(settings: Settings) -> Emulator:
    """The parts that actions work with."""
    store = Store(connect(settings.redis_url))
    return Emulator(settings, store, catalogue.load(settings.market_dir), Nodes(store.redis, store.hosts))


def create_app(emulator: Emulator) -> ASGIApp:
    """The ASGI application. A request goes down this list, and its answer is rendered on the way back."""
    served = {name: load_document(name) for name in APIS}
    settings, store = emulator.settings, emulator.store
    keys = load_keys(settings.keys_file, settings.access_key_id, settings.access_key_secret)
    return Gateway(
        _apis(emulator, served),  # route by action, validate, call the action function
        admin=_admin(emulator),
        terminal=terminal(store.redis, emulator.nodes),
        stages=[
            read_dialect,
            KnowAction([*served.values()]),
            SkewClock(store.faults, store.clock),
            Authenticate(keys, RoleKeys(store), emulator.nonces, store.clock),
            *([Throttle(store.redis, store.clock)] if settings.throttling else []),
            InjectFaults(store.faults, store.clock, store.vswitches, settings.region),
            Coerce([*served.values()], settings.region),
        ],
        observers=[count, Tracer(emulator.trace), tell],
    )


def load_document(name: str) -> dict[str, Any]:
    text = files("eci_openapi").joinpath(name).read_text()
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return document


def _apis(emulator: Emulator, documents: Mapping[str, dict[str, Any]]) -> ConnexionMiddleware:
    """The cloud's APIs. What goes wrong passes through Connexion to the gateway, which renders it."""

    @asynccontextmanager
    async def lifespan(_: ConnexionMiddleware) -> AsyncIterator[None]:
        yield
        await emulator.nodes.close()

    app = ConnexionMiddleware(
        Actions(_nothing_left), lifespan=lifespan, middlewares=[LifespanMiddleware, Validation]
    )
    for name, document in documents.items():
        app.add_api(document, resolver=ActionResolver(emulator, APIS[name]))
    return app


async def _nothing_left(*_: Any) -> None:
    """The application behind the last stage: no request may reach it."""


def _admin(emulator: Emulator) -> AsyncApp:
    """The emulator's own API under ``/_eci``."""
    app = AsyncApp(
        __name__,
        middlewares=[
            ExceptionMiddleware,
            RoutingMiddleware,
            RequestValidationMiddleware,
            LifespanMiddleware,
            ContextMiddleware,
        ],
    )
    app.add_api(
        load_document("control.yaml"),
        resolver=Resolver(partial(_control, emulator)),
        strict_validation=True,  # a parameter that is misspelt is told, not ignored
        validator_map={"parameter": NamedParameters},
    )
    app.add_error_handler(EciError, _problem)
    return app


def _problem(_: Any, error: Exception) -> Any:
    status = error.http_status if isinstance(error, EciError) else 500
    return problem(status, type(error).__name__, str(error))


def _control(emulator: Emulator, operation_id: str) -> Callable[..., Any]:
    """A function of the admin API, given the emulator as its first argument."""
    module, _, name = operation_id.rpartition(".")
    return partial(getattr(import_module(module), name), emulator)
