"""The control document: valid, and coherent in itself."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

DOCUMENT: dict[str, Any] = yaml.safe_load(
    resources.files("eci_openapi").joinpath("control.yaml").read_text("utf-8")
)
OPERATIONS = [
    pytest.param(path, operation, id=f"{method} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_operation(path: str, operation: dict[str, Any]) -> None:
    assert path.startswith("/_eci/") or path == "/metrics"
    assert operation["operationId"].startswith("eci_emulator.control.")
    assert operation["summary"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}


def test_every_component_is_used() -> None:
    text = yaml.dump(DOCUMENT)
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            assert f"#/components/{kind}/{name}'" in text or f"#/components/{kind}/{name}\n" in text, name
