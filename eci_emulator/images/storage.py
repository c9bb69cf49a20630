"""What of a host's disk is taken up by images, caches and volumes of ours: counted, for people to see."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct
from redis import Redis

from eci_emulator.store import keys


class Storage(Struct):
    """Numbers of things, and bytes where they are known; layers that images share count for each."""

    images: int = 0  # that were pulled, and may be collected one day
    image_bytes: int = 0
    images_held: int = 0  # of those: by image caches
    held_bytes: int = 0
    image_caches: int = 0
    data_caches: int = 0
    data_bytes: int = 0
    volumes: int = 0  # of groups


class Storages:
    """The latest count of each host."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def put(self, host: str, storage: Storage) -> None:
        self._redis.hset(keys.STORAGE, host, cast(str, msgspec.json.encode(storage)))

    def total(self) -> Storage:
        """Of all hosts together."""
        raws = cast("list[bytes]", self._redis.hvals(keys.STORAGE))
        counted = [msgspec.to_builtins(msgspec.json.decode(raw, type=Storage)) for raw in raws]
        names = Storage.__struct_fields__
        return Storage(**{name: sum(storage[name] for storage in counted) for name in names})
