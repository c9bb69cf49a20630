"""Image caches: the records. Building what they say is the workers' part."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from redis.client import Pipeline

from eci_emulator.actions import caches
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import answer, filters, listing
from eci_emulator.actions.paging import page_size
from eci_emulator.actions.records import change, remove
from eci_emulator.model import errors, quotas
from eci_emulator.model.caches import BUILDING, DEFAULT_GIB, CacheStatus, ImageCache, match_degree
from eci_emulator.schemas.image_caches import ImageCacheQuery, ImageCacheReference, ImageCacheValues

Json = dict[str, object]

MAX_PAGE: Final = 50

#: What a cache must be built again for.
_CONTENT: Final = ("images", "size", "flash")


def create_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheValues) -> Json:
    """Answer with the ids of the cache, Preparing, and of the instance that builds it.

    Raises InvalidValue, QuotaExceeded, NotFound, VSwitchZoneMismatch.
    """
    table, now = emulator.store.image_caches, emulator.store.clock.now()
    _check(request.values)
    automatic = table.select(caller.tenant, ["automatic=True"], limit=0).total
    if table.count(caller.tenant) - automatic >= quotas.MAX_IMAGE_CACHES:
        raise errors.QuotaExceeded(resource="ImageCache")
    cache = ImageCache(
        **caches.identity(emulator, caller, "imc", caller.region),
        **caches.placed(emulator, caller, _given(request.values)),
        status=CacheStatus.PREPARING,
        sequence=table.next_sequence(),
    )
    cache.retain(cache.retention_days, now)
    told: Json = {"ImageCacheId": cache.id, "ContainerGroupId": cache.container_group_id}

    def also(pipe: Pipeline) -> None:
        caller.remember(pipe, told)
        caches.wake_hosts(emulator, cache.id, pipe)

    table.save(cache, also=also)
    return told


def update_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheValues) -> Json:
    """Change a cache that is not being built; with other content it is built again.

    Raises NotFound, ImageCacheStatus, NoNeedUpdate, InvalidValue.
    """
    _check(request.values)

    def apply(cache: ImageCache) -> None:
        if cache.status in BUILDING:
            raise errors.ImageCacheStatus(f"The image cache {cache.id} is {cache.status}.")
        content = [getattr(cache, name) for name in _CONTENT]
        caches.apply(cache, _given(request.values), emulator.store.clock.now())
        if content != [getattr(cache, name) for name in _CONTENT]:
            cache.status = CacheStatus.UPDATING
            cache.generation += 1

    def also(pipe: Pipeline, cache: ImageCache) -> None:
        caches.wake_hosts(emulator, cache.id, pipe)

    change(emulator.store.image_caches, caller, "ImageCacheId", request.image_cache_id, apply, also)
    return {}


def delete_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheReference) -> Json:
    """The cache is gone at once; the hosts let go of its images. Raises NotFound."""

    def also(pipe: Pipeline, cache: ImageCache) -> None:
        caches.wake_hosts(emulator, cache.id, pipe)

    remove(emulator.store.image_caches, caller, "ImageCacheId", request.image_cache_id, also)
    return {}


def describe_image_caches(emulator: Emulator, caller: Caller, query: ImageCacheQuery) -> bytes:
    """The caches asked for, in order of creation; with MatchImage the best ones first, on one page."""
    table, size = emulator.store.image_caches, page_size(query.limit, MAX_PAGE)
    wanted = {
        "name": query.image_cache_name,
        "snapshot": query.snapshot_id,
        "image": query.image,
        "resource-group": query.resource_group_id,
    }
    entries = filters(wanted, query.tag)
    ids = [query.image_cache_id] if query.image_cache_id else []
    if not query.match_image:
        return listing(caller, table, "ImageCaches", entries, ids=ids, size=size, token=query.next_token)
    found = table.get_many([i for i in table.select(caller.tenant, entries).ids if i in ids or not ids])
    best = _matching(found, query.match_image, full=query.image_full_match)
    most = page_size(query.image_match_count_request, size)
    return answer(caller, table, "ImageCaches", [cache.id for cache in best[:most]], len(best))


def _matching(found: list[ImageCache], images: list[str], *, full: bool) -> list[ImageCache]:
    """Best first: by degree of match, then the smaller, then the newer one."""
    least = 2 * len(images) if full else 1
    degrees = {cache.id: match_degree(cache.images, images) for cache in found}
    matching = [cache for cache in found if degrees[cache.id] >= least]
    return sorted(matching, key=lambda cache: (-degrees[cache.id], cache.size, -cache.sequence))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Values for a record; a size of 0 means the default."""
    return {**values, "size": values["size"] or DEFAULT_GIB} if "size" in values else values


def _check(values: dict[str, Any]) -> None:
    images = values.get("images", [])
    if len(set(images)) < len(images):
        raise errors.InvalidValue("Image", "each image may be given once")
    if values.get("os_type") == "Windows":
        raise errors.NotEmulated(feature="OsType Windows")
    caches.check_tags(values.get("tags", []))
    try:
        msgspec.json.decode(values.get("annotations") or "{}", type=dict[str, object])
    except msgspec.DecodeError:
        raise errors.InvalidFormat(parameter="Annotations", reason="it must be a JSON object") from None
