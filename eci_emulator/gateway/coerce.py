"""Strings of the wire -> the types of the OpenAPI document.

A schema is compiled once into nested closures, so that a request costs one call per value.

* Booleans in any case, numbers and integers with or without a fraction of zeros (``2.0`` is what Python
  clients write), a single value where a list is meant.
* An empty string means the parameter was not given, except where ``x-eci-empty`` says that it is a value; so does
  an object or a list all of which is empty.
* Strings stay as they are, also those that ECI defines to hold JSON (``ContainerGroupIds``).
* What the schema does not know is left out, and its wire name reported.
* Values that came typed (in a JSON body) are left to the validator, except for numbers out of range.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import UNSET

from eci_emulator.gateway.tree import MAX_DEPTH, Items, Tree
from eci_emulator.model import errors

Schema = Mapping[str, Any]

RequestCoercer = Callable[[Tree], tuple[Tree, list[str]]]
"""Tree of a request -> arguments, and the wire names of unknown parameters.

Raises `errors.InvalidFormat` naming the parameter as the client wrote it: ``Container.1.Cpu``.
"""

Coercer = Callable[[Any, str, list[str]], Any]
"""Value, its wire name, list to add unknown names to -> coerced value, or UNSET."""

_INTEGER = re.compile(r"([+-]?[0-9]{1,20})(?:\.0{0,20})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_BOOLEANS: Final = {"true": True, "false": False}
_NOTHING: Final = ("", "None")
"""What a number or a boolean that was not set looks like; the second is the old Python SDK's."""


def request_coercers(document: Mapping[str, Any]) -> dict[str, RequestCoercer]:
    """For each action of an OpenAPI document, the coercer of its request."""
    actions = (path["post"] for path in document["paths"].values() if "post" in path)
    return {
        action["operationId"]: request_coercer(
            action["requestBody"]["content"]["application/json"]["schema"], document
        )
        for action in actions
    }


def request_coercer(schema: Schema, document: Mapping[str, Any]) -> RequestCoercer:
    """The coercer of the request that ``schema`` describes; ``document`` is what its ``$ref`` point into."""
    compiled = _Compiler(document).coercer(schema)

    def coerce(tree: Tree) -> tuple[Tree, list[str]]:
        unknown: list[str] = []
        arguments = compiled(tree, "", unknown)
        return ({} if arguments is UNSET else arguments), unknown

    return coerce


class _Compiler:
    """Schemas -> coercers, each shared schema once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.shared: dict[str, Coercer] = {}

    def coercer(self, schema: Schema) -> Coercer:
        reference = schema.get("$ref")
        if reference:
            if reference not in self.shared:
                self.shared[reference] = self.coercer(self.target(reference))
            return self.shared[reference]
        if "allOf" in schema:
            return self.coercer(self.merged(schema))
        match schema.get("type"):
            case "object":
                return self.object(schema)
            case "array":
                return _array(self.coercer(schema["items"]))
            case "integer":
                return _integer(31 if schema.get("format") == "int32" else 63)
            case "string" if schema.get("x-eci-empty") == "value":
                return _typed_leaf
            case kind:
                return _LEAVES.get(kind, _anything)

    def target(self, reference: str) -> Schema:
        node = self.document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def merged(self, schema: Schema) -> Schema:
        """``schema`` with the parts of its ``allOf`` in it; objects have the properties of all of them."""
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            part = self.target(part["$ref"]) if "$ref" in part else part
            part = self.merged(part) if "allOf" in part else part
            properties = {**part.get("properties", {}), **whole.get("properties", {})}
            whole = {**part, **whole}
            if properties:
                whole["properties"] = properties
        return whole

    def object(self, schema: Schema) -> Coercer:
        properties = schema.get("properties", {})
        if not properties:
            values = schema.get("additionalProperties")
            return _map(self.coercer(values) if isinstance(values, Mapping) else _anything)
        return _object({name: self.coercer(part) for name, part in properties.items()})


def _object(properties: dict[str, Coercer]) -> Coercer:
    def coerce(value: Any, name: str, unknown: list[str]) -> Any:
        prefix = f"{name}." if name else ""
        found = {}
        for key, child in _fields(value, name).items():
            coercer = properties.get(key)
            if coercer is None:
                unknown.append(prefix + key)
            else:
                kept = coercer(child, prefix + key, unknown)
                if kept is not UNSET:
                    found[key] = kept
        return found or UNSET

    return coerce


def _map(coercer: Coercer) -> Coercer:
    def coerce(value: Any, name: str, unknown: list[str]) -> Any:
        prefix = f"{name}." if name else ""
        found = {}
        for key, child in _entries(value, name, ""):
            kept = coercer(child, prefix + key, unknown)
            if kept is not UNSET:
                found[key] = kept
        return found or UNSET

    return coerce


def _array(coercer: Coercer) -> Coercer:
    def coerce(value: Any, name: str, unknown: list[str]) -> Any:
        if not isinstance(value, list):
            if isinstance(value, dict):
                raise _malformed(name, "a list")
            kept = coercer(value, name, unknown)
            return kept if kept is UNSET else [kept]
        numbers = value.numbers if isinstance(value, Items) else range(1, len(value) + 1)
        coerced = [
            coercer(item, f"{name}.{number}", unknown) for number, item in zip(numbers, value, strict=True)
        ]
        return [item for item in coerced if item is not UNSET] or UNSET

    return coerce


def _integer(bits: int) -> Coercer:
    bound = 2**bits

    def coerce(value: Any, name: str, unknown: list[str]) -> Any:
        if isinstance(value, str):
            if value in _NOTHING:
                return UNSET
            written = _INTEGER.fullmatch(value)
            if not written:
                raise _malformed(name, "an integer")
            value = int(written[1])
        if isinstance(value, int) and not -bound <= value < bound:
            raise _malformed(name, f"an integer of {bits + 1} bits")
        return _typed(value, name)

    return coerce


def _number(value: Any, name: str, unknown: list[str]) -> Any:
    if isinstance(value, str):
        if value in _NOTHING:
            return UNSET
        if not _NUMBER.fullmatch(value):
            raise _malformed(name, "a number")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return _typed(value, name)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _malformed(name, "a number")
    return number


def _boolean(value: Any, name: str, unknown: list[str]) -> Any:
    if not isinstance(value, str):
        return _typed(value, name)
    if value in _NOTHING:
        return UNSET
    truth = _BOOLEANS.get(value.lower())
    if truth is None:
        raise _malformed(name, "true or false")
    return truth


def _string(value: Any, name: str, unknown: list[str]) -> Any:
    return (value or UNSET) if isinstance(value, str) else _typed(value, name)


def _typed_leaf(value: Any, name: str, unknown: list[str]) -> Any:
    return _typed(value, name)


def _anything(value: Any, name: str, unknown: list[str]) -> Any:
    return UNSET if value is None or value == "" else value


_LEAVES: Final[dict[Any, Coercer]] = {"string": _string, "number": _number, "boolean": _boolean}


def _typed(value: Any, name: str) -> Any:
    """A value that needs no coercion; objects and lists are not a single value."""
    if isinstance(value, dict | list):
        raise _malformed(name, "a single value")
    return UNSET if value is None else value


def _fields(value: Any, name: str) -> dict[str, Any]:
    """The fields of an object; numbers are words to it."""
    if isinstance(value, dict):
        return value
    if isinstance(value, Items):
        return {str(number): item for number, item in zip(value.numbers, value, strict=True)}
    if value is None or value == "":
        return {}
    raise _malformed(name, "an object")


def _entries(value: Any, name: str, prefix: str) -> Iterator[tuple[str, Any]]:
    """The entries of a map; keys with dots, which `tree.parse` took for objects, are whole again."""
    if prefix.count(".") > MAX_DEPTH:
        raise _malformed(name, "a map of single values")
    for key, child in _fields(value, name).items():
        if isinstance(child, dict | Items):
            yield from _entries(child, name, f"{prefix}{key}.")
        else:
            yield prefix + key, child


def _malformed(name: str, kind: str) -> errors.EciError:
    return errors.InvalidFormat(parameter=name[:200], reason=f"it must be {kind}.")
