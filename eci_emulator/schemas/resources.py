"""What the views of all resources have in common."""

from __future__ import annotations

from typing import Any

from eci_emulator.model.resource import Resource
from eci_emulator.model.times import iso
from eci_emulator.schemas.events import events_view

Json = dict[str, Any]


def common_view(resource: Resource) -> Json:
    return {
        "RegionId": resource.region,
        "ResourceGroupId": resource.resource_group_id,
        "Tags": [{"Key": tag.key, "Value": tag.value} for tag in resource.tags],
        "Events": events_view(resource.name or resource.id, resource.events),
        "CreationTime": iso(resource.creation_time),
    }
