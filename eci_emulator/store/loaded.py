"""What volumes were loaded with from buckets, to tell later what has been changed: path -> checksum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from redis import Redis

from eci_emulator.store import keys


def note(redis: Redis, group_id: str, volume: str, checksums: Mapping[str, str]) -> None:
    """The volume holds what the bucket does: these files."""
    redis.hset(keys.loaded(group_id), volume, msgspec.json.encode(checksums))


def noted(redis: Redis, group_id: str, volume: str) -> dict[str, str] | None:
    """None when the volume has never been loaded."""
    raw = cast("bytes | None", redis.hget(keys.loaded(group_id), volume))
    return msgspec.json.decode(raw, type=dict[str, str]) if raw else None


def forget(redis: Redis, group_id: str) -> None:
    redis.delete(keys.loaded(group_id))
