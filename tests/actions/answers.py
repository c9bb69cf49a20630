"""Every answer that a test gets is held against the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from eci_emulator.app import load_document

Json = dict[str, Any]

DOCUMENT = load_document("eci-2018-08-08.yaml")
SCHEMAS = DOCUMENT["components"]["schemas"]


def check_answer(action: str, answer: Json) -> None:
    """Fails unless the answer has the document's types, no null, and no name that the document lacks."""
    content = DOCUMENT["paths"][f"/{action}"]["post"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    OAS30Validator({"components": DOCUMENT["components"]} | schema).validate(answer)
    strangers = list(_strangers(answer, schema, action))
    if strangers:
        pytest.fail("; ".join(strangers))


def _strangers(value: Any, schema: Json, where: str) -> Iterator[str]:
    schema = _resolved(schema)
    if value is None:
        yield f"{where} is null"
    elif isinstance(value, list):
        for item in value:
            yield from _strangers(item, schema["items"], where)
    elif isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from _strangers(inner, schema["properties"][name], f"{where}.{name}")
            else:
                yield f"{where}.{name} is not in the document"


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    return schema
