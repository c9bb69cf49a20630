"""What each host says of its part of a cache."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct, field
from redis import Redis

from eci_emulator.store import keys


class Report(Struct, omit_defaults=True):
    """What a host has of one generation of a cache."""

    generation: int
    sizes: dict[str, int] = field(default_factory=dict)  # bytes of each thing it has
    progress: int = 0  # percent
    over: bool = False  # all of it is there, or ``error`` says why not
    error: str = ""
    notes: list[str] = field(default_factory=list)  # what is worth a warning

    @property
    def held(self) -> bool:
        return self.over and not self.error

    def fail(self, error: str) -> None:
        self.over, self.error = True, error

    def complete(self) -> None:
        self.over, self.error, self.progress = True, "", 100


class Reports:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def all(self, cache_id: str) -> dict[str, Report]:
        """By host."""
        raws = cast("dict[bytes, bytes]", self._redis.hgetall(keys.cache_reports(cache_id)))
        return {host.decode(): msgspec.json.decode(raw, type=Report) for host, raw in raws.items()}

    def put(self, cache_id: str, host: str, report: Report) -> None:
        self._redis.hset(keys.cache_reports(cache_id), host, cast(str, msgspec.json.encode(report)))

    def remove(self, cache_id: str, host: str) -> None:
        self._redis.hdel(keys.cache_reports(cache_id), host)
