"""How requests become typed records: marshmallow schemas in the API's spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias, cast

import msgspec
from marshmallow import EXCLUDE, Schema, ValidationError, post_load
from marshmallow.fields import Field
from msgspec import Struct

from eci_emulator.model import errors

_REQUIRED = Field.default_error_messages["required"]
_WORD = re.compile(r"(?:^|_)([a-z0-9])")


def pascal(name: str) -> str:
    """``v_switch_id`` -> ``VSwitchId``."""
    return _WORD.sub(lambda match: match[1].upper(), name)


class Request(Schema):
    """A schema whose fields are the API's names in snake_case and that makes a record of what it loads.

    ``makes`` is the record's type; without one the loaded values stay a dict. What the document does
    not name is left out here: the gateway's trace shows it.
    """

    makes: ClassVar[type[Struct] | None] = None

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        if field_obj.data_key is None:
            field_obj.data_key = pascal(field_name)

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        """Bring loaded values into the record's form (flatten objects, rename); the record's types check them."""
        return data

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        shaped = self.shape(data)
        return self.makes(**shaped) if self.makes else shaped


#: How a request is read: by a schema, or straight into a record where nothing needs shaping.
Reader: TypeAlias = Schema | type[Struct]


def load(reader: Reader, body: Mapping[str, Any]) -> Any:
    """The record a request body describes. Raises InvalidValue and MissingParameter, naming the parameter."""
    if isinstance(reader, type):
        return msgspec.convert(body, reader)  # the document's types are the record's
    try:
        return reader.load(body)
    except ValidationError as error:
        name, text = _first(cast("dict[Any, Any]", error.messages))
        if text == _REQUIRED:
            raise errors.MissingParameter(f"{name} is mandatory for this action.") from None
        raise errors.InvalidValue(name, text) from None


def _first(messages: Mapping[Any, Any]) -> tuple[str, str]:
    """The first thing wrong, as wire name (lists count from 1) and text."""
    path: list[str] = []
    inner: Any = messages
    while isinstance(inner, Mapping):
        key, inner = next(iter(inner.items()))
        path.append(str(key + 1) if isinstance(key, int) else str(key))
    text = inner[0] if isinstance(inner, list) else inner
    return ".".join(part for part in path if part != "_schema"), str(text)
