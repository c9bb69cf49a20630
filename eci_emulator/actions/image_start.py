"""The image cache that a new group starts from: the one it names, or the best, or one made for the next time."""

from __future__ import annotations

from collections.abc import Callable

from redis.client import Pipeline

from eci_emulator.actions import caches
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.controller import cache_records
from eci_emulator.controller.caches import change_record, delete_record
from eci_emulator.images.matching import best, is_full, least_used
from eci_emulator.model import errors, events, quotas
from eci_emulator.model.caches import (
    AUTOMATIC_FREE_GIB,
    AUTOMATIC_NAME,
    IMAGE_CACHE_ID,
    CacheStatus,
    ImageCache,
)
from eci_emulator.model.group import FREE_STORAGE_GIB, ContainerGroup, GroupSpec
from eci_emulator.store.table import Tenant

#: What is written with the group.
Write = Callable[[Pipeline], None]


def check(emulator: Emulator, caller: Caller, spec: GroupSpec) -> None:
    """Raises ImageSnapshotNotFound, ImageSnapshotStatus of a cache that the spec names."""
    if spec.image_snapshot_id:
        named_cache(emulator, caller.tenant, spec.image_snapshot_id)


def named_cache(emulator: Emulator, tenant: Tenant, wanted: str) -> ImageCache:
    """The cache of that id, or of that snapshot. Raises ImageSnapshotNotFound, ImageSnapshotStatus."""
    table = emulator.store.image_caches
    by_snapshot = table.get_many(table.select(tenant, [f"snapshot={wanted}"]).ids)
    cache = table.get_for(tenant, wanted) or next(iter(by_snapshot), None)
    if cache is None:
        raise errors.ImageSnapshotNotFound()
    if cache.status is not CacheStatus.READY:
        raise errors.ImageSnapshotStatus(f"The image cache {cache.id} is {cache.status}; it must be Ready.")
    return cache


def begin(emulator: Emulator, caller: Caller, group: ContainerGroup) -> Write:
    """Give a new group the cache it starts from, with its events; returns what else to write with the group."""
    spec = group.spec
    if spec.image_snapshot_id:
        _hit(emulator, group, named_cache(emulator, caller.tenant, spec.image_snapshot_id))
    elif spec.auto_match_image_cache:
        return _match(emulator, caller, group)
    return lambda pipe: None


def _match(emulator: Emulator, caller: Caller, group: ContainerGroup) -> Write:
    """Start from the best cache; when none has all the images, one that does is made for the next time."""
    table, wanted = emulator.store.image_caches, _images(group.spec)
    known = table.get_many(table.select(caller.tenant).ids)
    found = best(known, wanted, FREE_STORAGE_GIB + group.spec.ephemeral_storage)
    if found:
        _hit(emulator, group, found)
    else:
        group.state.tell(events.IMAGE_CACHE_MISSED, group.state.creation_time)
    if any(is_full(cache.images, wanted) and cache.phase != "failed" for cache in known):
        return lambda pipe: None  # there is one that has not been finished, or does not fit
    return _make(emulator, caller, group, [cache for cache in known if cache.automatic])


def _hit(emulator: Emulator, group: ContainerGroup, cache: ImageCache) -> None:
    group.state.images = list(cache.images)
    group.state.placement.cache_disk = max(0, cache.size - (AUTOMATIC_FREE_GIB if cache.automatic else 0))
    now = group.state.creation_time
    group.state.tell(events.IMAGE_CACHE_HIT, now, cache=cache.id)

    def touch(matched: ImageCache) -> None:
        matched.last_matched_time = max(matched.last_matched_time, now)

    change_record(emulator.store, cache.id, touch)


def _make(emulator: Emulator, caller: Caller, group: ContainerGroup, others: list[ImageCache]) -> Write:
    store, spec, placed = emulator.store, group.spec, group.state.placement
    cache = ImageCache(
        **caches.identity(emulator, caller, IMAGE_CACHE_ID, caller.region),
        name=f"{AUTOMATIC_NAME}{group.id}",
        automatic=True,
        status=CacheStatus.PREPARING,
        since=group.state.creation_time,
        images=_images(spec),
        size=AUTOMATIC_FREE_GIB + spec.ephemeral_storage,
        sequence=store.image_caches.next_sequence(),
        resource_group_id=spec.resource_group_id,
        security_group_id=spec.security_group_id,
        v_switch_id=placed.v_switch_id,
        zone_id=placed.zone_id,
        image_registry_credentials=spec.image_registry_credentials,
        acr_registries=spec.acr_registries,
        plain_http_registry=spec.plain_http_registry,
        insecure_registry=spec.insecure_registry,
    )
    if len(others) >= quotas.MAX_AUTO_IMAGE_CACHES:
        delete_record(store, least_used(others).id)
    group.state.tell(events.IMAGE_CACHE_CREATED, group.state.creation_time, cache=cache.id)

    def write(pipe: Pipeline) -> None:
        store.image_caches.insert(pipe, cache)
        cache_records.enter(pipe, store, None, cache)

    return write


def _images(spec: GroupSpec) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(container.image for container in (*spec.init_containers, *spec.containers)))
