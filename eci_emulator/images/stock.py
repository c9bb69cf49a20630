"""The images that were brought to a host, and which of them may go again.

Images that were there before are the user's: they are used, and never touched. One that was
brought stays as long as a group or a cache needs it. After that it is kept for a while, for
whoever comes next, and then removed; the longest unneeded go first when together they take too
much of the disk.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import msgspec
import structlog
from msgspec import Struct
from redis import Redis

from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.model.quantity import GIB
from eci_emulator.store import keys

log = structlog.get_logger()


class Brought(Struct):
    """An image that was pulled for a group or a cache. Times are real: so is the disk."""

    reference: str  # or its id, if it has lost its name
    needed_at: float  # when it was last seen to be needed
    size: int = 0  # bytes; layers that images share count for each


class Stock:
    """The brought images of one host."""

    def __init__(self, redis: Redis, host: str) -> None:
        self._redis = redis
        self._key = keys.brought(host)

    def add(self, image: Brought) -> None:
        self._redis.hset(self._key, image.reference, cast(str, msgspec.json.encode(image)))

    def remove(self, reference: str) -> None:
        self._redis.hdel(self._key, reference)

    def has(self, reference: str) -> bool:
        return bool(self._redis.hexists(self._key, reference))

    def all(self) -> list[Brought]:
        raws = cast("list[bytes]", self._redis.hvals(self._key))
        return [msgspec.json.decode(raw, type=Brought) for raw in raws]


def collectable(
    images: Collection[Brought], needed: Collection[str], now: float, *, hours: float, gib: float
) -> list[Brought]:
    """Those that may go: unneeded for so many hours (0: never), or beyond what they may take together."""
    unneeded = sorted(
        (image for image in images if image.reference not in needed), key=lambda image: image.needed_at
    )
    excess = sum(image.size for image in images) - gib * GIB if gib else 0.0
    gone = []
    for image in unneeded:
        if (hours and now - image.needed_at >= hours * 3600) or excess > 0:
            gone.append(image)
            excess -= image.size
    return gone


class Collector:
    """Garbage collection of one host's images."""

    def __init__(self, engine: Engine, stock: Stock, *, hours: float, gib: float) -> None:
        self._engine = engine
        self._stock = stock
        self._hours = hours
        self._gib = gib

    def collect(self, needed: Collection[str], now: float) -> None:
        """Remove what may go; ``needed``: references that a group or a cache needs."""
        images = self._stock.all()
        for image in images:
            if image.reference in needed:
                image.needed_at = now
                self._stock.add(image)
        kept = set(needed)
        while gone := collectable(images, kept, now, hours=self._hours, gib=self._gib):
            removed = {image.reference for image in gone if self._remove(image)}
            images = [image for image in images if image.reference not in removed]
            kept |= {image.reference for image in gone} - removed  # others have to make room instead

    def _remove(self, image: Brought) -> bool:
        """False: the engine refuses, for a container has it, whoever's. It stays in stock."""
        try:
            self._engine.remove_image(image.reference)
        except EngineError:
            return False
        self._stock.remove(image.reference)
        log.info("image removed, nothing has needed it", image=image.reference)
        return True
