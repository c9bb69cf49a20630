"""Every limit of the document, one beyond it: refused with the code that ECI has for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from eci_emulator.gateway.tree import flatten
from eci_emulator.gateway.validation import validator
from eci_emulator.model import errors
from tests.actions.answers import DOCUMENT
from tests.openapi.test_document import Document
from tests.wire.served import FORM, Served, encoded

ECI = Document("eci-2018-08-08.yaml")


class Beyond(NamedTuple):
    """A request that is beyond one limit, and its code."""

    action: str
    parameter: str
    arguments: dict[str, Any]
    code: str


def beyond_each(action: str) -> Iterator[Beyond]:
    whole = ECI.request(action)
    for path, schema in limited(whole, ()):
        for value, code in beyond(path[-1], schema):
            arguments = least(whole)
            put(arguments, whole, path, value)
            name = ".".join(path)
            yield Beyond(action, name, arguments, "NumberExceed.Tags" if (name, code) == TAGS else code)


MAX_INT = 2**31 - 1
TAGS = ("Tag", "InvalidParameter.ValueExceeded")


def limited(schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Everything below an object that has limits, by the names on the way."""
    for name, inner in ECI.resolve(schema).get("properties", {}).items():
        inner = ECI.resolve(inner)
        yield (*path, name), inner
        yield from limited(inner.get("items", inner), (*path, name))


def beyond(name: str, schema: Any) -> Iterator[tuple[Any, str]]:
    own = f"InvalidParameter.{name}"
    if schema["type"] == "array" and "maxItems" in schema:
        yield [something(schema["items"])] * (schema["maxItems"] + 1), "InvalidParameter.ValueExceeded"
    if schema.get("maximum", MAX_INT) < MAX_INT:  # beyond that it is no integer any more
        yield schema["maximum"] + 1, "InvalidParameter.ValueExceeded"
    if "minimum" in schema:
        yield schema["minimum"] - 1, own
    if "maxLength" in schema:
        yield "a" * (schema["maxLength"] + 1), "InvalidParameter.LengthExceeded"
    if "enum" in schema:
        yield "Sometimes", own


def least(schema: Any) -> Any:
    """The smallest value that fits."""
    schema = ECI.resolve(schema)
    match schema["type"]:
        case "object":
            return {name: least(schema["properties"][name]) for name in schema.get("required", [])}
        case "array":
            return [least(schema["items"])]
        case "string":
            return schema.get("enum", ["a" * max(2, schema.get("minLength", 2))])[0]
        case "boolean":
            return True
    return schema.get("minimum", 1)


def something(schema: Any) -> Any:
    """A value that is not empty, so that it leaves something on the wire."""
    made = least(schema)
    if made == {}:
        name, inner = next(iter(ECI.resolve(schema)["properties"].items()))
        return {name: something(inner)}
    return made


def put(tree: Any, schema: Any, path: tuple[str, ...], value: Any) -> None:
    """Set one thing in a request, making what is above it."""
    for name in path[:-1]:
        schema = ECI.resolve(ECI.resolve(schema)["properties"][name])
        is_list = schema["type"] == "array"
        schema = schema["items"] if is_list else schema
        tree = tree.setdefault(name, [least(schema)] if is_list else least(schema))
        tree = tree[0] if is_list else tree
    tree[path[-1]] = value


@pytest.mark.parametrize("action", [path.lstrip("/") for path in DOCUMENT["paths"]])
def test_one_beyond_each_limit(action: str) -> None:
    check = validator({**ECI.request(action), "components": DOCUMENT["components"]})
    check(least(ECI.request(action)))
    for case in beyond_each(action):
        with pytest.raises(errors.EciError) as refused:
            check(case.arguments)
        assert (case.parameter, refused.value.code) == (case.parameter, case.code)
        assert refused.value.http_status == 400
        assert case.parameter.split(".")[-1] in refused.value.message or case.code == "NumberExceed.Tags"


def test_limits_over_the_wire(served: Served) -> None:
    """The same through the whole application."""
    cases = [case for case in beyond_each("CreateContainerGroup") if len(flatten(case.arguments)) < 500]
    assert len(cases) > 40
    for case in cases:
        public = {"Action": case.action, "Format": "JSON"}
        answer = served("POST", b"/", [FORM], encoded(public | flatten(case.arguments)))
        assert (case.parameter, answer.status, answer.code) == (case.parameter, 400, case.code)


WRONG = {
    "integer": ["x", "1.5", "true", str(2**70)],
    "number": ["x", "NaN", "inf"],
    "boolean": ["maybe", "2"],
    "object": ["scalar"],
}


def of_a_wrong_type(action: str) -> Iterator[Beyond]:
    whole = ECI.request(action)
    for path, schema in limited(whole, ()):
        items = ECI.resolve(schema.get("items", schema))
        for value in WRONG.get(items["type"], ()):
            arguments = least(whole)
            put(arguments, whole, path, value)
            yield Beyond(action, ".".join(path), arguments, "InvalidParameter.Format")


def test_wrong_types_over_the_wire(served: Served) -> None:
    """A sample of all parameters of all actions; each refusal names the parameter."""
    cases = [case for path in DOCUMENT["paths"] for case in of_a_wrong_type(path.lstrip("/"))]
    assert len(cases) > 600
    for case in random.Random(1).sample(cases, 150):
        public = {"Action": case.action, "Format": "JSON"}
        answer = served("POST", b"/", [FORM], encoded(public | flatten(case.arguments)))
        assert (case.parameter, answer.status, answer.code) == (case.parameter, 400, case.code)
        assert case.parameter.split(".")[-1] in answer.json["Message"]
