"""The neighbours' document against the functions behind it."""

from __future__ import annotations

import msgspec
import pytest
from openapi_spec_validator import validate

from eci_emulator.actions.registry import Action
from eci_emulator.neighbours.registry import ACTIONS

from .conftest import DOCUMENT, Json, resolved


def test_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_operation_has_a_function_and_every_function_an_operation() -> None:
    assert {path: item["post"]["operationId"] for path, item in DOCUMENT["paths"].items()} == {
        path_of(operation): operation for operation in ACTIONS
    }


def path_of(operation: str) -> str:
    return "/" + operation.replace(".", "/")


@pytest.mark.parametrize(("operation", "action"), ACTIONS.items())
def test_a_request_is_what_the_document_says(operation: str, action: Action) -> None:
    post = DOCUMENT["paths"][path_of(operation)]["post"]
    document = resolved(post["requestBody"]["content"]["application/json"]["schema"])
    assert isinstance(action.schema, type)
    record = msgspec.json.schema_components([action.schema])[1][action.schema.__name__]
    for name in record["properties"].keys() & document["properties"].keys():
        assert resolved(document["properties"][name])["type"] in types(record["properties"][name]), name
    assert set(record["required"]) <= set(document.get("required", []))


def types(schema: Json) -> set[str]:
    return {part.get("type", "object") for part in schema.get("anyOf", [schema])}
