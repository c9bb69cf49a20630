"""Data caches: what the actions take, and how a cache is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Dict, Integer, List, Nested, String
from msgspec import Struct, field

from eci_emulator.model.caches import SECRET_OPTIONS, DataCache, EipRequest
from eci_emulator.model.group import Tag
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.caches import AnyCacheSchema, cache_view
from eci_emulator.schemas.containers import TagSchema


class DataSourceSchema(Request):
    type = String()
    options = Dict(keys=String(), values=String())


class EipCreateParamSchema(Request):
    makes = EipRequest
    bandwidth = Integer()
    common_bandwidth_package = String()
    internet_charge_type = String()
    public_ip_address_pool_id = String()
    isp = String(data_key="ISP")


class DataCacheValues(Struct):
    """Attributes of the record, those that were given. ``data_cache_id`` is empty for a new cache."""

    values: dict[str, Any]
    data_cache_id: str = ""


class CreateDataCacheSchema(AnyCacheSchema):
    makes = DataCacheValues
    name = String()
    bucket = String()
    path = String()
    size = Integer()
    data_source = Nested(DataSourceSchema)
    eip = Nested(EipCreateParamSchema, data_key="EipCreateParam")

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        source = data.pop("data_source", {})
        values = {f"source_{name}": value for name, value in source.items()}
        return {"data_cache_id": data.pop("data_cache_id", ""), "values": {**data, **values}}


class UpdateDataCacheSchema(CreateDataCacheSchema):
    data_cache_id = String()


class CopyRequest(Struct):
    data_cache_id: str
    destination_region_id: str
    values: dict[str, Any]


class CopyDataCacheSchema(Request):
    makes = CopyRequest
    data_cache_id = String(required=True)
    destination_region_id = String(required=True)
    name = String()
    bucket = String()
    path = String()
    retention_days = Integer()
    resource_group_id = String()
    tags = List(Nested(TagSchema), data_key="Tag")

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        named = {name: data.pop(name) for name in ("data_cache_id", "destination_region_id")}
        return {**named, "values": data}


class DataCacheReference(Struct):
    data_cache_id: str = ""
    bucket: str = ""
    path: str = ""


class DataCacheReferenceSchema(Request):
    makes = DataCacheReference
    data_cache_id = String()
    bucket = String()
    path = String()


class DataCacheQuery(Struct):
    data_cache_id: list[str] = field(default_factory=list)
    bucket: str = ""
    path: str = ""
    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)
    limit: int = 0
    next_token: str = ""


class DataCacheQuerySchema(Request):
    makes = DataCacheQuery
    data_cache_id = List(String())
    bucket = String()
    path = String()
    resource_group_id = String()
    tag = List(Nested(TagSchema))
    limit = Integer()
    next_token = String()


def data_cache_view(cache: DataCache) -> bytes:
    """One item of DataCaches. The source's credentials are not shown."""
    options = {name: value for name, value in cache.source_options.items() if name not in SECRET_OPTIONS}
    return msgspec.json.encode(
        {
            **cache_view(cache),
            "DataCacheId": cache.id,
            "Name": cache.name,
            "Bucket": cache.bucket,
            "Path": cache.path,
            "Size": cache.size,
            "DataSource": {"Type": cache.source_type, "Options": msgspec.json.encode(options).decode()},
        }
    )
