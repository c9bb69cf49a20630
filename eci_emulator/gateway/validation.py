"""Requests against the OpenAPI document, with what is wrong told the way ECI tells it.

Connexion asks for a validator per request body; this one is compiled once per action (jsonschema-rs,
some thirty times faster than the default) and looks at the arguments that the gateway has coerced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import jsonschema_rs
from starlette.types import Receive, Scope

from eci_emulator.gateway.exchange import Exchange
from eci_emulator.model import errors

Kind: TypeAlias = jsonschema_rs.ValidationErrorKind

#: The exchange that is being served.
CURRENT: Final[ContextVar[Exchange]] = ContextVar("exchange")


class RequestValidators:
    """One compiled validator per action of a document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        components = document["components"]
        self._validators = {
            path["post"]["operationId"]: jsonschema_rs.Draft4Validator(
                {
                    **path["post"]["requestBody"]["content"]["application/json"]["schema"],
                    "components": components,
                }
            )
            for path in document["paths"].values()
        }

    def check(self, action: str, arguments: Mapping[str, Any]) -> None:
        """Raises the ECI error of the first thing that does not fit."""
        validator = self._validators[action]
        if not validator.is_valid(arguments):
            raise _translated(next(validator.iter_errors(arguments)))


def body_validator(validators: RequestValidators) -> type:
    """The class that Connexion makes a body validator of, bound to the document's validators."""

    class BodyValidator:
        def __init__(self, **_: Any) -> None: ...

        async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
            exchange = CURRENT.get()
            validators.check(exchange.operation, exchange.arguments)
            return receive, scope

    return BodyValidator


def _translated(error: jsonschema_rs.ValidationError) -> errors.EciError:
    """The ECI error for it. Texts never repeat the value: it may be a password, or a megabyte."""
    name = wire_name(error.instance_path)
    match error.kind:
        case Kind.Required(property=missing) if not name:
            return errors.MandatoryParameter(missing)
        case Kind.Required(property=missing):
            return errors.MissingParameter(f"{name}.{missing} is mandatory for this action.")
        case Kind.MaxItems() if name == "Tag":
            return errors.TooManyTags()
        case Kind.MaxItems(limit=limit):
            return errors.ValueExceeded(f"{name} may have {limit} items at most.")
        case Kind.Maximum(limit=limit):
            return errors.ValueExceeded(f"{name} may be {limit} at most.")
        case Kind.MaxLength(limit=limit):
            return errors.LengthExceeded(f"{name} may have {limit} characters at most.")
        case _:
            return errors.InvalidValue(name or "Request", _reason(error))


def _reason(error: jsonschema_rs.ValidationError) -> str:
    match error.kind:
        case Kind.Enum(options=options):
            return f"it must be one of {', '.join(map(str, options))}"
        case Kind.Pattern(pattern=pattern):
            return f"it must match {pattern}"
        case Kind.Minimum(limit=limit):
            return f"it must be {limit} at least"
        case Kind.MinLength(limit=limit):
            return f"it must have {limit} characters at least"
        case Kind.MinItems(limit=limit):
            return f"it must have {limit} items at least"
        case Kind.Type(types=types):
            return f"it must be of the type {' or '.join(map(str, types))}"
        case kind:
            return f"it does not meet the rule {kind.name}"


def wire_name(path: Sequence[str | int]) -> str:
    """``["Container", 0, "Name"]`` -> ``Container.1.Name``."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
