"""Requests against the OpenAPI document, with what is wrong told the way ECI tells it.

A validator is compiled once per operation (jsonschema-rs, some thirty times faster than Connexion's own)
and looks at the arguments that the gateway has coerced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jsonschema_rs

from eci_emulator.model import errors

Kind: TypeAlias = jsonschema_rs.ValidationErrorKind


def validator(schema: dict[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """A function that raises the ECI error of the first thing that does not fit."""
    compiled = jsonschema_rs.Draft4Validator(schema)

    def check(arguments: Mapping[str, Any]) -> None:
        if not compiled.is_valid(arguments):
            raise _translated(next(compiled.iter_errors(arguments)))

    return check


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
