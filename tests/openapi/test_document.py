"""The ECI document against the published facts, samples and the official SDK."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from eci_emulator.model.errors import BY_CODE

FACTS = Path(__file__).parents[1] / "facts"
ACTIONS = json.loads((FACTS / "eci-2018-08-08.json").read_text("utf-8"))["actions"]
SAMPLES = json.loads((FACTS / "samples.json").read_text("utf-8"))
COMMON = {"OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"}

Json = dict[str, Any]

each_action = pytest.mark.parametrize("action", ACTIONS)


class Document:
    """An OpenAPI document whose references are followed on the way."""

    def __init__(self, name: str) -> None:
        text = resources.files("eci_openapi").joinpath(name).read_text("utf-8")
        self.tree: Json = yaml.load(text, Loader=yaml.CSafeLoader)

    def operation(self, action: str) -> Json:
        operation: Json = self.tree["paths"][f"/{action}"]["post"]
        return operation

    def request(self, action: str) -> Json:
        return self.resolve(self.operation(action)["requestBody"]["content"]["application/json"]["schema"])

    def response(self, action: str) -> Json:
        answer = self.operation(action)["responses"]["200"]
        return self.resolve(answer["content"]["application/json"]["schema"])

    def resolve(self, schema: Json) -> Json:
        """The schema with its reference followed and its ``allOf`` merged."""
        if "$ref" in schema:
            return self.resolve(self.tree["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        merged: Json = {}
        for part in map(self.resolve, schema.get("allOf", [])):
            merged |= part
        return merged | {key: value for key, value in schema.items() if key != "allOf"}

    def flatten(self, schema: Json, prefix: str = "") -> dict[str, Json]:
        """Every parameter below an object by its wire name, list indexes written as N."""
        schema = self.resolve(schema)
        found: dict[str, Json] = {}
        for name, inner in schema.get("properties", {}).items():
            inner = self.resolve(inner)
            wire = prefix + name + (".N" if inner["type"] == "array" else "")
            found[wire] = inner | {"mandatory": name in schema.get("required", [])}
            found |= self.flatten(inner.get("items", inner), wire + ".")
        return found


@pytest.fixture(scope="module")
def eci() -> Document:
    return Document("eci-2018-08-08.yaml")


def siblings(action: str) -> set[str]:
    """The action, and with it the one that creates or updates the same thing: they share schemas."""
    verb, _, noun = re.split("(?<=[a-z])()(?=[A-Z])", action, maxsplit=1)
    verbs = {"Create", "Update"} if verb in {"Create", "Update"} else {verb}
    return {verb + noun for verb in verbs} & set(ACTIONS)


def without_indexes(names: Iterable[str]) -> set[str]:
    return {re.sub(r"\.N(?=\.|$)", "", name) for name in names}


def test_document_is_valid_openapi(eci: Document) -> None:
    validate(eci.tree)


def test_every_action_is_there_and_no_other(eci: Document) -> None:
    assert set(eci.tree["paths"]) == {f"/{action}" for action in ACTIONS}


@each_action
def test_operation(eci: Document, action: str) -> None:
    operation = eci.operation(action)
    assert operation["operationId"] == action
    assert operation["x-eci-methods"] == ACTIONS[action]["methods"]
    assert operation.get("x-eci-errors", []) == sorted(ACTIONS[action]["errors"])
    assert set(operation.get("x-eci-errors", [])) <= set(BY_CODE)


@each_action
def test_every_parameter_has_its_published_type(eci: Document, action: str) -> None:
    documented = eci.flatten(eci.request(action))
    for name, fact in ACTIONS[action]["parameters"].items():
        schema = documented[name]
        assert schema["type"] == fact["type"], name
        assert schema.get("format") == fact.get("format"), name
        assert schema["mandatory"] == fact.get("required", False), name
        assert ("additionalProperties" in schema) == fact.get("map", False), name
        if fact["type"] == "array":
            assert eci.resolve(schema["items"])["type"] == fact["items"], name


@each_action
def test_no_parameter_was_invented(eci: Document, action: str) -> None:
    known = {name for other in siblings(action) for name in ACTIONS[other]["parameters"]}
    parents = {name.rsplit(".", depth)[0] for name in known for depth in range(1, name.count(".") + 1)}
    assert set(eci.flatten(eci.request(action))) <= known | parents


@each_action
def test_limits_lie_within_the_published_caps(eci: Document, action: str) -> None:
    for name, schema in eci.flatten(eci.request(action)).items():
        facts = [ACTIONS[other]["parameters"].get(name, {}) for other in siblings(action)]
        if schema["type"] == "array":
            assert schema["maxItems"] <= max(fact.get("maxItems", 0) for fact in facts), name
        if schema["type"] == "integer":
            assert 0 <= schema["minimum"] < schema["maximum"], name


@each_action
def test_every_field_of_the_answer_has_its_published_type(eci: Document, action: str) -> None:
    compare(eci, ACTIONS[action]["response"], eci.response(action), action)


def compare(eci: Document, fact: Any, schema: Json, where: str) -> None:
    schema = eci.resolve(schema)
    if isinstance(fact, list):
        assert schema["type"] == "array", where
        compare(eci, fact[0], schema["items"], where)
    elif fact == {"*": "any"}:
        assert schema == schema | {"type": "object", "additionalProperties": {}}, where
    elif isinstance(fact, dict):
        for name, inner in fact.items():
            compare(eci, inner, schema["properties"][name], f"{where}.{name}")
    else:
        assert schema.get("format", schema["type"]) == fact, where


@each_action
def test_published_sample_fits_the_schema(eci: Document, action: str) -> None:
    components = {"components": eci.tree["components"]}
    OAS30Validator(components | eci.response(action)).validate(SAMPLES[action])
    assert not list(unknown(eci, SAMPLES[action], eci.response(action), action))


def unknown(eci: Document, sample: Any, schema: Json, where: str) -> Iterator[str]:
    """Names of the sample that the schema does not have."""
    schema = eci.resolve(schema)
    if isinstance(sample, list):
        for item in sample:
            yield from unknown(eci, item, schema["items"], where)
    elif isinstance(sample, dict) and "properties" in schema:
        yield from (f"{where}.{name}" for name in sample if name not in schema["properties"])
        for name in sample.keys() & schema["properties"].keys():
            yield from unknown(eci, sample[name], schema["properties"][name], f"{where}.{name}")


class Recorder(dict[str, Any]):
    """Stands in for a message and notes, in ``names``, what an SDK model asks it for."""

    def __init__(self, names: set[str], prefix: str = "") -> None:
        self.names, self.prefix = names, prefix

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: str) -> Recorder:
        self.names.add(self.prefix + key)
        return Recorder(self.names, f"{self.prefix}{key}.")

    def get(self, key: str, default: Any = None) -> Recorder:
        return self[key]

    def __iter__(self) -> Iterator[Any]:
        return iter([Recorder(self.names, self.prefix)])  # as a list of one


def names_of_the_sdk(model: str) -> set[str]:
    names: set[str] = set()
    getattr(importlib.import_module("alibabacloud_eci20180808.models"), model)().from_map(Recorder(names))
    return names - COMMON


@each_action
def test_request_has_not_drifted_from_the_official_sdk(eci: Document, action: str) -> None:
    documented = without_indexes(eci.flatten(eci.request(action)))
    missing = names_of_the_sdk(f"{action}Request") - documented
    assert not missing


@each_action
def test_answer_has_not_drifted_from_the_official_sdk(eci: Document, action: str) -> None:
    documented = without_indexes(eci.flatten(eci.response(action)))
    missing = names_of_the_sdk(f"{action}ResponseBody") - documented
    assert not missing
