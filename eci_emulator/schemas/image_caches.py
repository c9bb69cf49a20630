"""Image caches: what the actions take, and how a cache is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Boolean, Integer, List, Nested, String
from msgspec import Struct, field

from eci_emulator.model.caches import ImageCache
from eci_emulator.model.group import Tag
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.caches import AnyCacheSchema, cache_view
from eci_emulator.schemas.containers import AcrRegistryInfoSchema, RegistryCredentialSchema, TagSchema


class ImageCacheValues(Struct):
    """Attributes of the record, those that were given. ``image_cache_id`` is empty for a new cache."""

    values: dict[str, Any]
    image_cache_id: str = ""


class ImageCacheSchema(AnyCacheSchema):
    """What CreateImageCache and UpdateImageCache are given."""

    makes = ImageCacheValues
    name = String(data_key="ImageCacheName")
    images = List(String(), data_key="Image")
    size = Integer(data_key="ImageCacheSize")
    auto_match_image_cache = Boolean()
    image_registry_credentials = List(Nested(RegistryCredentialSchema), data_key="ImageRegistryCredential")
    acr_registries = List(Nested(AcrRegistryInfoSchema), data_key="AcrRegistryInfo")
    flash = Boolean()
    standard_copy_count = Integer()
    flash_copy_count = Integer()
    elimination_strategy = String()

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"image_cache_id": data.pop("image_cache_id", ""), "values": data}


class CreateImageCacheSchema(ImageCacheSchema):
    zone_id = String()
    plain_http_registry = String()
    insecure_registry = String()
    os_type = String()
    annotations = String()


class UpdateImageCacheSchema(ImageCacheSchema):
    image_cache_id = String(required=True)


class ImageCacheReference(Struct):
    image_cache_id: str


class ImageCacheReferenceSchema(Request):
    makes = ImageCacheReference
    image_cache_id = String(required=True)


class ImageCacheQuery(Struct):
    image_cache_id: str = ""
    image_cache_name: str = ""
    snapshot_id: str = ""
    image: str = ""
    match_image: list[str] = field(default_factory=list)
    image_full_match: bool = False
    image_match_count_request: int = 0
    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)
    limit: int = 0
    next_token: str = ""


class ImageCacheQuerySchema(Request):
    makes = ImageCacheQuery
    image_cache_id = String()
    image_cache_name = String()
    snapshot_id = String()
    image = String()
    match_image = List(String())
    image_full_match = Boolean()
    image_match_count_request = Integer()
    resource_group_id = String()
    tag = List(Nested(TagSchema))
    limit = Integer()
    next_token = String()


def image_cache_view(cache: ImageCache) -> bytes:
    """One item of ImageCaches. Registry credentials are not shown."""
    return msgspec.json.encode(
        {
            **cache_view(cache),
            "ImageCacheId": cache.id,
            "ImageCacheName": cache.name,
            "Images": cache.images,
            "ImageCacheSize": cache.size,
            "EliminationStrategy": cache.elimination_strategy,
        }
    )
