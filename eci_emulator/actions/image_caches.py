"""Image caches: the records. Building what they say is the workers' part."""

from __future__ import annotations

from typing import Any, Final

from eci_emulator.actions import caches
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import answer, filters, listing
from eci_emulator.actions.paging import page_size
from eci_emulator.controller.caches import delete_record
from eci_emulator.images.matching import is_full, least_used, ranked
from eci_emulator.model import errors, quotas
from eci_emulator.model.caches import BUILDING, IMAGE_CACHE_ID, CacheStatus, ImageCache
from eci_emulator.schemas.image_caches import ImageCacheQuery, ImageCacheReference, ImageCacheValues
from eci_emulator.schemas.json_texts import check_object

Json = dict[str, object]

MAX_PAGE: Final = 50

#: The strategy that lets a cache go when there are too many.
LEAST_USED: Final = "LRU"


def create_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheValues) -> Json:
    """Answer with the ids of the cache, Preparing, and of the instance that builds it.

    Raises InvalidValue, QuotaExceeded, NotFound, VSwitchZoneMismatch.
    """
    table = emulator.store.image_caches
    _check(request.values)
    cache = ImageCache(
        **caches.identity(emulator, caller, IMAGE_CACHE_ID, caller.region),
        **caches.placed(emulator, caller, caches.with_size(request.values)),
        status=CacheStatus.PREPARING,
    )
    _make_room(emulator, caller)
    cache.sequence = table.next_sequence()
    told: Json = {"ImageCacheId": cache.id, "ContainerGroupId": cache.container_group_id}
    caches.insert(emulator, caller, table, cache, told)
    return told


def _make_room(emulator: Emulator, caller: Caller) -> None:
    """At the quota, give up the least used cache of those that may be eliminated. Raises QuotaExceeded."""
    table = emulator.store.image_caches
    automatic = set(table.select(caller.tenant, ["automatic=True"]).ids)
    manual = [cache_id for cache_id in table.select(caller.tenant).ids if cache_id not in automatic]
    if len(manual) < quotas.MAX_IMAGE_CACHES:
        return
    expendable = [cache for cache in table.get_many(manual) if cache.elimination_strategy == LEAST_USED]
    if not expendable:
        raise errors.QuotaExceeded(resource="ImageCache")
    delete_record(emulator.store, least_used(expendable).id)


def update_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheValues) -> Json:
    """Change a cache that is not being built; with other content it is built again.

    Raises NotFound, ImageCacheStatus, NoNeedUpdate, InvalidValue.
    """
    _check(request.values)
    table = emulator.store.image_caches
    caches.update(emulator, caller, table, request.image_cache_id, caches.with_size(request.values), _RULE)
    return {}


def delete_image_cache(emulator: Emulator, caller: Caller, request: ImageCacheReference) -> Json:
    """The cache is gone at once; the hosts let go of its images. Raises NotFound."""
    caches.delete(emulator, caller, emulator.store.image_caches, "ImageCacheId", request.image_cache_id)
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
    best = ranked(found, query.match_image)
    if query.image_full_match:
        best = [cache for cache in best if is_full(cache.images, query.match_image)]
    most = page_size(query.image_match_count_request, size)
    return answer(caller, table, "ImageCaches", [cache.id for cache in best[:most]], len(best))


def _check_idle(cache: ImageCache) -> None:
    if cache.status in BUILDING:
        raise errors.ImageCacheStatus(f"The image cache {cache.id} is {cache.status}.")


_RULE: Final = caches.Rule("ImageCacheId", ("images", "size", "flash"), _check_idle)


def _check(values: dict[str, Any]) -> None:
    images = values.get("images", [])
    if len(set(images)) < len(images):
        raise errors.InvalidValue("Image", "each image may be given once")
    if values.get("os_type") == "Windows":
        raise errors.NotEmulated(feature="OsType Windows")
    caches.check_tags(values.get("tags", []))
    check_object("Annotations", values.get("annotations", ""))
