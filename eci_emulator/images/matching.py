"""Which image cache serves a group best (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from eci_emulator.model.caches import CacheStatus, ImageCache


def degree(held: Iterable[str], wanted: Iterable[str]) -> int:
    """How well a cache's images serve the wanted ones: two for each that is held, one for another tag of it."""
    images = set(held)
    repositories = {repository(image) for image in images}
    return sum(2 if image in images else repository(image) in repositories for image in wanted)


def is_full(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether every wanted image is held."""
    return set(wanted) <= set(held)


def ranked(caches: Iterable[ImageCache], wanted: Collection[str]) -> list[ImageCache]:
    """Those that serve at all, the best first: by degree of match, then the smaller, then the newer one."""
    degrees = [(degree(cache.images, wanted), cache) for cache in caches]
    order = sorted(
        (pair for pair in degrees if pair[0]), key=lambda pair: (-pair[0], pair[1].size, -pair[1].sequence)
    )
    return [cache for _, cache in order]


def best(caches: Iterable[ImageCache], wanted: Collection[str], room: int) -> ImageCache | None:
    """The cache to start a group from whose disk has ``room`` GiB; None: no cache has anything of it."""
    usable = (cache for cache in caches if cache.status is CacheStatus.READY and cache.size <= room)
    return next(iter(ranked(usable, wanted)), None)


def least_used(caches: Iterable[ImageCache]) -> ImageCache:
    """The one to give up when there are too many."""
    return min(caches, key=lambda cache: (cache.last_matched_time or cache.creation_time, cache.sequence))


def repository(image: str) -> str:
    """An image's name without tag or digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]
