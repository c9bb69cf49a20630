"""The latest samples of groups that are asked about: some, and for some time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import msgspec
from redis import Redis

from eci_emulator.model.metrics import Sample
from eci_emulator.store import keys

#: Of each group this many samples are kept: an hour of them.
MOST_SAMPLES: Final = 240
KEPT_SECONDS: Final = 3600
#: A group is sampled for this long (real time) after somebody asked.
WATCHED_SECONDS: Final = 900.0

_ENCODE: Final = msgspec.msgpack.encode
_DECODER: Final = msgspec.msgpack.Decoder(Sample)


class Samples:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def watch(self, host: str, group_ids: Iterable[str], real_now: float) -> None:
        """Somebody asks about groups of a host."""
        self._redis.zadd(keys.watched(host), dict.fromkeys(group_ids, real_now))

    def watched(self, host: str, real_now: float) -> list[str]:
        """The groups of a host that were asked about lately; the others are forgotten."""
        self._redis.zremrangebyscore(keys.watched(host), "-inf", real_now - WATCHED_SECONDS)
        members = cast("list[bytes]", self._redis.zrange(keys.watched(host), 0, -1))
        return [member.decode() for member in members]

    def add(self, group_id: str, sample: Sample) -> None:
        key = keys.samples(group_id)
        pipe = self._redis.pipeline()
        pipe.rpush(key, _ENCODE(sample))
        pipe.ltrim(key, -MOST_SAMPLES, -1)
        pipe.expire(key, KEPT_SECONDS)
        pipe.execute()

    def of(self, group_id: str, latest: int = MOST_SAMPLES) -> list[Sample]:
        """A group's samples, the oldest first."""
        raws = cast("list[bytes]", self._redis.lrange(keys.samples(group_id), -latest, -1))
        return [_DECODER.decode(raw) for raw in raws]
