"""Writes the generated modules of eci_sdk from the OpenAPI documents: ``python sdk/generate.py``.

types.py holds a TypedDict for every object of the ECI API, actions.py a method for every action and an
iterator for every action that answers in pages, control_types.py a TypedDict for every answer of the
emulator's own API. Names are those of the documents, so that their texts and the service's own apply as they
are. An object that occurs in requests and in answers becomes two types, for what may be left out differs.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sdk" / "eci_sdk"
WIDTH = 106
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
JSON_LIST = "JSON list in a string"
READING = ("Describe", "List")

HEADER = '"""{title}\n\nMade by sdk/generate.py from openapi/{source}; change those instead."""\n\n'
FUTURE = "from __future__ import annotations\n\n"

TYPES_HEADER = (
    HEADER.format(title="The objects of the ECI API, as typed dictionaries.", source="eci-2018-08-08.yaml")
    + FUTURE
    + "from collections.abc import Sequence\nfrom typing import Any, Literal, NotRequired, TypedDict\n\n"
    + "#: Not Sequence[str]: a single string would pass for one.\n"
    + "Strings = list[str] | tuple[str, ...]\n"
)
ACTIONS_HEADER = (
    HEADER.format(title="The actions of the ECI API, a method each.", source="eci-2018-08-08.yaml")
    + FUTURE
    + "from collections.abc import Iterator, Sequence\nfrom typing import Literal\n\n"
    + "from eci_sdk import types as t\nfrom eci_sdk.calling import Caller, json_list, new_token\n"
)
CONTROL_HEADER = (
    HEADER.format(title="The answers of the emulator's own API.", source="control.yaml")
    + FUTURE
    + "from typing import Any, Literal, NotRequired, TypedDict\n"
)


class Document:
    """An OpenAPI document whose references are followed on the way."""

    def __init__(self, name: str) -> None:
        self.tree: Json = yaml.load((ROOT / "openapi" / name).read_text("utf-8"), Loader=yaml.CSafeLoader)
        self.schemas: Json = self.tree["components"]["schemas"]

    def operations(self) -> Iterator[tuple[str, Json]]:
        """The actions of the ECI document, in its order."""
        for path, item in self.tree["paths"].items():
            yield path.strip("/"), item["post"]

    def request(self, operation: Json) -> Json:
        """What an operation takes."""
        return self.resolve(request_of(operation))

    def answer(self, operation: Json) -> Json:
        """What an operation gives."""
        return self.resolve(answer_of(operation))

    def resolve(self, schema: Json) -> Json:
        """The schema with its reference followed and its ``allOf`` merged."""
        if "$ref" in schema:
            return self.resolve(self.schemas[ref_name(schema)])
        merged: Json = {"properties": {}, "required": []}
        for part in map(self.resolve, schema.get("allOf", [])):
            properties = merged["properties"] | part.get("properties", {})
            required = merged["required"] + part.get("required", [])
            merged |= part | {"properties": properties, "required": required}
        return (merged if "allOf" in schema else {}) | {k: v for k, v in schema.items() if k != "allOf"}


class Types:
    """Writes the types that the annotations it gives refer to. ``prefix`` goes before their names there."""

    def __init__(self, document: Document, *, prefix: str = "", complete: bool = False) -> None:
        self.written: dict[str, str] = {}
        self._document = document
        self._prefix = prefix
        self._complete = complete  # answers hold every field, as ECI's do

    def request(self, schema: Json, name: str) -> str:
        """The annotation of something sent; ``name`` is what an object without a name is called."""
        return self._annotation(schema, name, sent=True)

    def answer(self, schema: Json, name: str) -> str:
        """The annotation of something received."""
        return self._annotation(schema, name, sent=False)

    def _annotation(self, schema: Json, name: str, *, sent: bool) -> str:
        if len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        name = ref_name(schema) if "$ref" in schema else name
        resolved = self._document.resolve(schema)
        if resolved.get("properties"):
            return self._prefix + self._object(resolved, _sided(name, sent), sent=sent)
        if "enum" in resolved:
            literal = f"Literal[{', '.join(map(quoted, resolved['enum']))}]"
            return self._prefix + self._alias(name, literal) if "$ref" in schema else literal
        kind = resolved.get("type", "object")
        if kind == "array":
            return self._array(resolved["items"], name, sent=sent)
        if kind == "object":
            inner = resolved.get("additionalProperties")
            return f"dict[str, {self._annotation(inner, name, sent=sent) if inner else 'Any'}]"
        return SCALARS[kind] + (" | None" if resolved.get("nullable") else "")

    def _array(self, items: Json, name: str, *, sent: bool) -> str:
        inner = self._annotation(items, name, sent=sent)
        if not sent:
            return f"list[{inner}]"
        return f"{self._prefix}Strings" if inner == "str" else f"Sequence[{inner}]"

    def _alias(self, name: str, literal: str) -> str:
        self.written[name] = f"{name} = {literal}\n"
        return name

    def _object(self, schema: Json, name: str, *, sent: bool) -> str:
        if name not in self.written:
            self.written[name] = ""  # takes its place: what it refers to comes after it
            prefix, self._prefix = self._prefix, ""
            self.written[name] = "".join(self._class(schema, name, sent=sent))
            self._prefix = prefix
        return name

    def _class(self, schema: Json, name: str, *, sent: bool) -> Iterator[str]:
        yield f"class {name}(TypedDict):\n"
        if "description" in schema:
            yield docstring(schema["description"], 4) + "\n"
        optional = {"RegionId"} if sent else set()
        required = set(schema.get("required", [])) - optional
        stem = re.sub("(Request|Response)$", "", name)
        for field, inner in schema["properties"].items():
            annotation = self._annotation(inner, stem + capitalized(field), sent=sent)
            if field not in required and (sent or not self._complete):
                annotation = f"NotRequired[{annotation}]"
            yield f"    {field}: {annotation}\n"
            text = self._document.resolve(inner).get("description")
            if text:
                yield docstring(text, 4)


class Method:
    """An action as a method, and as an iterator when it answers in pages."""

    def __init__(self, action: str, operation: Json, document: Document, types: Types) -> None:
        self.action = action
        self.name = snake(action)
        self.summary = operation["summary"]
        types.request(request_of(operation), action)
        self.result = types.answer(answer_of(operation), action)
        self._parameters = document.request(operation)
        self._answer = document.answer(operation)
        self._document = document
        self._types = types

    def text(self) -> Iterator[str]:
        yield f"def {self.name}(self, *,\n{self._signature()}) -> {self.result}:\n"
        yield docstring(f"{self.summary}.", 4, self._described())
        values = ", ".join(f"{name}={self._value(name)}" for name in self._parameters["properties"])
        yield f'    answer: {self.result} = self._call("{self.action}", {values})\n'
        yield "    return answer\n\n"

    def iterator(self) -> Iterator[str]:
        """The same over all pages, item by item; nothing for an action without pages."""
        fields = self._answer["properties"]
        if "NextToken" not in fields:
            return
        name, items = next((name, field) for name, field in fields.items() if field.get("type") == "array")
        item = self._types.answer(items["items"], re.sub("^(Describe|List)", "", self.action))
        skipped = ("NextToken",)
        yield f"def iter_{re.sub('^(describe|list)_', '', self.name)}(self, *,\n"
        yield f"{self._signature(skipped)}) -> Iterator[{item}]:\n"
        yield docstring(f"{self.summary}: all of them, page by page.", 4, self._described(skipped))
        names = [name for name in self._parameters["properties"] if name not in skipped]
        values = ", ".join(f"{name}={name}" for name in names)
        yield f'    return self._pages(self.{self.name}, "{name}", {values})\n\n'

    def _signature(self, skipped: tuple[str, ...] = ()) -> str:
        lines = []
        for name, schema in self._parameters["properties"].items():
            annotation = self._types.request(schema, self.action + name)
            if self._is_json_list(name):
                annotation = f"{annotation} | t.Strings"
            if name not in self._parameters.get("required", []) or name == "RegionId":
                annotation = f"{annotation} | None = None"
            if name not in skipped:
                lines.append(f"    {name}: {annotation},\n")
        return "".join(lines)

    def _described(self, skipped: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        for name, schema in self._parameters["properties"].items():
            text = schema.get("description") or self._document.resolve(schema).get("description")
            if text and name not in skipped:
                yield name, text + (" Or a list." if self._is_json_list(name) else "")

    def _value(self, name: str) -> str:
        if name == "RegionId" and "$ref" in self._parameters["properties"][name]:
            return "RegionId or self.region"
        if name == "ClientToken" and not self.action.startswith(READING):
            return "ClientToken or new_token()"
        return f"json_list({name})" if self._is_json_list(name) else name

    def _is_json_list(self, name: str) -> bool:
        schema = self._document.resolve(self._parameters["properties"][name])
        return JSON_LIST in schema.get("description", "")


def request_of(operation: Json) -> Json:
    schema: Json = operation["requestBody"]["content"]["application/json"]["schema"]
    return schema


def answer_of(operation: Json) -> Json:
    schema: Json = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def ref_name(schema: Json) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _sided(name: str, sent: bool) -> str:
    return name if not sent or name.endswith("Request") else f"{name}Request"


def capitalized(name: str) -> str:
    return name[0].upper() + name[1:]


def snake(name: str) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


def quoted(value: object) -> str:
    return f'"{value}"'


def docstring(text: str, indent: int, arguments: Iterable[tuple[str, str]] = ()) -> str:
    """A docstring of a text and named arguments, wrapped and indented."""
    paragraphs = [wrapped(part) for part in text.strip().split("\n\n")]
    described = [wrapped(f"{name}: {meaning}", "    ", "        ") for name, meaning in arguments]
    if described:
        paragraphs.append("\n".join(["Args:", *described]))
    body = "\n\n".join(paragraphs)
    closing = "\n" if "\n" in body else ""
    return textwrap.indent(f'"""{body}{closing}"""\n', " " * indent, lambda line: bool(line.strip()))


def wrapped(text: str, first: str = "", others: str = "") -> str:
    # A break after a slash or a hyphen would cut names apart.
    return textwrap.fill(
        " ".join(text.split()), WIDTH - 8, initial_indent=first, subsequent_indent=others,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def eci_modules() -> tuple[str, str]:
    """The texts of types.py and actions.py."""
    document = Document("eci-2018-08-08.yaml")
    types = Types(document, prefix="t.", complete=True)
    methods = [Method(action, operation, document, types) for action, operation in document.operations()]
    body = "".join(part for method in methods for part in [*method.text(), *method.iterator()])
    actions = f'class Actions(Caller):\n    """Every action of the API."""\n\n{textwrap.indent(body, "    ")}'
    return TYPES_HEADER + classes(types), f"{ACTIONS_HEADER}\n\n{actions}"


def control_module() -> str:
    """The text of control_types.py."""
    document = Document("control.yaml")
    types = Types(document)
    for name in document.schemas:
        types.answer({"$ref": f"#/components/schemas/{name}"}, name)
    return CONTROL_HEADER + classes(types)


def classes(types: Types) -> str:
    aliases = [text for text in types.written.values() if not text.startswith("class")]
    return "".join(
        ["\n", *aliases, *(f"\n\n{text}" for text in types.written.values() if text.startswith("class"))]
    )


def formatted(text: str, name: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PACKAGE / name), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def modules() -> dict[str, str]:
    """The generated files by name, as they should be."""
    types, actions = eci_modules()
    texts = {"types.py": types, "actions.py": actions, "control_types.py": control_module()}
    return {name: formatted(text, name) for name, text in texts.items()}


if __name__ == "__main__":
    for name, text in modules().items():
        (PACKAGE / name).write_text(text, "utf-8")
