"""Ends of containers that an engine has told of.

Docker tells of an end, then tidies up after the container, and until that is done answers no question
about it: that alone can take longer than all the rest from an exit until it is visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis import Redis

from eci_emulator.store import keys

#: By then an engine answers again, in real seconds.
TOLD_SECONDS: Final = 10


class Exit(msgspec.Struct, array_like=True, frozen=True):
    code: int
    at: float  # the engine's real time


class Exits:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def tell(self, container: str, exited: Exit) -> None:
        self._redis.set(keys.exit_of(container), msgspec.json.encode(exited), ex=TOLD_SECONDS)

    def of(self, containers: Sequence[str]) -> dict[str, Exit]:
        """Those of some containers, by their names in the engine, that were told of lately."""
        if not containers:
            return {}
        found = cast("list[bytes | None]", self._redis.mget([keys.exit_of(name) for name in containers]))
        return {
            name: msgspec.json.decode(raw, type=Exit)
            for name, raw in zip(containers, found, strict=True)
            if raw
        }
