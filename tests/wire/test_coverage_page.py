"""The coverage page says what is so."""

from __future__ import annotations

import pytest

from tests.coverage_page import ACTED_ON, EXCEPTIONS, FACTS, KINDS, PAGE, TESTS, is_read, page, status
from tests.openapi.test_document import Document

LIMITS = (TESTS.parent / "docs" / "limits.md").read_text("utf-8")

each_action = pytest.mark.parametrize("action", FACTS)


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make docs"


@each_action
def test_every_parameter_is_in_the_document(action: str) -> None:
    document = Document("eci-2018-08-08.yaml")
    assert set(FACTS[action]["parameters"]) <= set(document.flatten(document.request(action)))


@each_action
def test_every_parameter_is_read(action: str) -> None:
    assert [name for name in FACTS[action]["parameters"] if not is_read(action, name)] == []


@each_action
def test_exceptions_are_parameters_and_told_of_in_the_limits(action: str) -> None:
    told = EXCEPTIONS.get(action, {})
    assert set(told) <= set(KINDS)
    for name in (name for kind in told.values() for name in kind):
        published = FACTS[action]["parameters"]
        assert any(other == name or other.startswith(f"{name}.") for other in published), name
        assert f"`{name.rpartition('.')[2]}" in LIMITS, name


def test_exceptions_are_of_actions() -> None:
    assert set(EXCEPTIONS) <= set(FACTS)
    assert status("CreateContainerGroup", "Cpu") == (ACTED_ON, "")
    assert status("CreateVirtualNode", "Taint.N.Key")[0] == "stored"
