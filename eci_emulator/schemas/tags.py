"""TagResources, UntagResources, ListTagResources: what they take."""

from __future__ import annotations

from marshmallow.fields import Boolean, List, Nested, String
from msgspec import Struct, field

from eci_emulator.model.group import Tag
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.containers import TagSchema


class TagRequest(Struct):
    resource_type: str
    resource_id: list[str]
    tag: list[Tag]


class TagRequestSchema(Request):
    makes = TagRequest
    resource_type = String(required=True)
    resource_id = List(String(), required=True)
    tag = List(Nested(TagSchema), required=True)


class UntagRequest(Struct):
    resource_type: str
    resource_id: list[str]
    tag_key: list[str] = field(default_factory=list)
    all: bool = False


class UntagRequestSchema(Request):
    makes = UntagRequest
    resource_type = String(required=True)
    resource_id = List(String(), required=True)
    tag_key = List(String())
    all = Boolean()


class TagQuery(Struct):
    resource_type: str
    resource_id: list[str] = field(default_factory=list)
    tag: list[Tag] = field(default_factory=list)
    limit: str = ""  # a number
    next_token: str = ""


class TagQuerySchema(Request):
    makes = TagQuery
    resource_type = String(required=True)
    resource_id = List(String())
    tag = List(Nested(TagSchema))
    limit = String()
    next_token = String()
