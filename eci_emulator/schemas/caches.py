"""What the views and the requests of image caches and data caches have in common."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Integer, List, Nested, String

from eci_emulator.model.caches import Cache
from eci_emulator.model.times import iso
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.containers import TagSchema
from eci_emulator.schemas.resources import common_view

Json = dict[str, Any]


class AnyCacheSchema(Request):
    """Loads attributes of the record, those that were given."""

    v_switch_id = String()
    security_group_id = String()
    eip_instance_id = String()
    resource_group_id = String()
    retention_days = Integer()
    tags = List(Nested(TagSchema), data_key="Tag")


def cache_view(cache: Cache) -> Json:
    return {
        **common_view(cache),
        "Status": cache.status.value,
        "Progress": f"{cache.progress}%",
        "ContainerGroupId": cache.container_group_id,
        "SnapshotId": cache.snapshot_id,
        "FlashSnapshotId": cache.flash_snapshot_id,
        "ExpireDateTime": iso(cache.expire_time),
        "LastMatchedTime": iso(cache.last_matched_time),
    }
