"""Every action of the document is served, and every parameter reaches the action that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from marshmallow import Schema
from marshmallow.fields import List, Nested

from eci_emulator.actions.registry import ACTIONS

from .answers import DOCUMENT, SCHEMAS
from .conftest import Json

#: Used up by the gateway before the action is called.
OF_THE_GATEWAY = {"RegionId", "ClientToken", "DryRun"}


@pytest.mark.parametrize("action", ACTIONS)
def test_no_parameter_is_lost(action: str) -> None:
    reader = ACTIONS[action].schema
    wanted = properties(SCHEMAS[f"{action}Request"])
    if isinstance(reader, Schema):
        assert not list(lost(wanted, reader, action))
    else:
        read = {field.encode_name for field in msgspec.structs.fields(reader)}
        assert set(wanted) - read <= OF_THE_GATEWAY


def lost(wanted: Json, reader: Schema, where: str) -> Iterator[str]:
    """Wire names that the reader does not read."""
    fields = {field.data_key: field for field in reader.fields.values()}
    for name, schema in wanted.items():
        if name not in fields:
            if where not in ACTIONS or name not in OF_THE_GATEWAY:
                yield f"{where}.{name}"
            continue
        field = fields[name]
        inner = field.inner if isinstance(field, List) else field
        if isinstance(inner, Nested):
            yield from lost(properties(schema), inner.schema, f"{where}.{name}")


def properties(schema: Json) -> Json:
    """The fields of an object, or of the objects in a list."""
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        return properties(schema["items"])
    merged: Json = {}
    for part in schema.get("allOf", []):
        merged |= properties(part)
    return merged | schema.get("properties", {})


def test_every_action_of_the_document_is_served() -> None:
    assert {path.strip("/") for path in DOCUMENT["paths"]} == ACTIONS.keys()
