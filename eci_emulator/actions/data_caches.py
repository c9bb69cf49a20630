"""Data caches: the records. Loading what they say is the workers' part."""

from __future__ import annotations

from typing import Any, Final

from eci_emulator.actions import caches
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import filters, listing
from eci_emulator.actions.paging import page_size
from eci_emulator.actions.records import find
from eci_emulator.model import errors, quotas
from eci_emulator.model.caches import (
    BUILDING,
    DATA_CACHE_ID,
    DEFAULT_BUCKET,
    RESERVED_BUCKET,
    CacheStatus,
    DataCache,
)
from eci_emulator.schemas.data_caches import CopyRequest, DataCacheQuery, DataCacheReference, DataCacheValues
from eci_emulator.store.table import Tenant

Json = dict[str, object]

MAX_PAGE: Final = 20

#: Of each source the options of which one must be given.
_SOURCES: Final = {
    "URL": ("url", "repoId"),
    "NAS": ("server",),
    "OSS": ("bucket", "url"),
    "SNAPSHOT": ("snapshotId",),
}
#: What a copy takes over from the cache it is made of, unless told otherwise.
_COPIED: Final = ("name", "bucket", "path", "size", "source_type", "source_options", "retention_days", "tags")


def create_data_cache(emulator: Emulator, caller: Caller, request: DataCacheValues) -> Json:
    """Answer with the id of the cache, Loading.

    Raises MandatoryParameter, MissingParameter, InvalidValue, QuotaExceeded, NotFound, VSwitchZoneMismatch.
    """
    values = request.values
    if not values.get("path"):
        raise errors.MandatoryParameter("Path")
    if not values.get("source_type"):
        raise errors.MissingParameter("DataSource.Type is mandatory for this action.")
    _check(values)
    cache = DataCache(
        **caches.identity(emulator, caller, DATA_CACHE_ID, caller.region),
        **caches.placed(emulator, caller, caches.with_size(values)),
        status=CacheStatus.LOADING,
    )
    return _insert(emulator, caller, cache)


def copy_data_cache(emulator: Emulator, caller: Caller, request: CopyRequest) -> Json:
    """Answer with the id of the copy, Loading, in the other region. Raises NotFound, IncorrectStatus, InvalidValue."""
    _check(request.values)
    source = find(emulator.store.data_caches, caller, "DataCacheId", request.data_cache_id)
    if source.status is not CacheStatus.AVAILABLE:
        raise errors.IncorrectStatus(f"The data cache {source.id} is {source.status}; it must be Available.")
    copied = {name: getattr(source, name) for name in _COPIED}
    cache = DataCache(
        **caches.identity(emulator, caller, DATA_CACHE_ID, request.destination_region_id),
        **{**copied, "resource_group_id": source.resource_group_id, **request.values},
        status=CacheStatus.LOADING,
        copy_of=source.id,
    )
    return _insert(emulator, caller, cache)


def _insert(emulator: Emulator, caller: Caller, cache: DataCache) -> Json:
    table = emulator.store.data_caches
    tenant = Tenant(cache.account, cache.region)
    if table.count(tenant) >= quotas.MAX_DATA_CACHES:
        raise errors.QuotaExceeded(resource="DataCache")
    if _at(emulator, tenant, cache.bucket, cache.path):
        raise errors.InvalidValue("Path", f"there is a data cache at {cache.path} of {cache.bucket}")
    cache.sequence = table.next_sequence()
    answer: Json = {"DataCacheId": cache.id}
    caches.insert(emulator, caller, table, cache, answer)
    return answer


def update_data_cache(emulator: Emulator, caller: Caller, request: DataCacheValues) -> Json:
    """Change a cache that is not being loaded; with another source or size it is loaded again.

    Raises MandatoryParameter, NotFound, IncorrectStatus, NoNeedUpdate, InvalidValue.
    """
    if not request.data_cache_id:
        raise errors.MandatoryParameter("DataCacheId")
    _check(request.values)
    table = emulator.store.data_caches
    caches.update(emulator, caller, table, request.data_cache_id, caches.with_size(request.values), _RULE)
    return {}


def delete_data_cache(emulator: Emulator, caller: Caller, request: DataCacheReference) -> Json:
    """The cache of that id, or at that place, is gone at once; who uses it keeps what it has.

    Raises MandatoryParameter, NotFound.
    """
    cache_id = request.data_cache_id
    if not cache_id:
        if not request.path:
            raise errors.MandatoryParameter("DataCacheId")
        found = _at(emulator, caller.tenant, request.bucket or DEFAULT_BUCKET, request.path)
        if not found:
            raise errors.NotFound(parameter="Path", value=request.path)
        cache_id = found[0]
    caches.delete(emulator, caller, emulator.store.data_caches, "DataCacheId", cache_id)
    return {}


def describe_data_caches(emulator: Emulator, caller: Caller, query: DataCacheQuery) -> bytes:
    wanted = {"bucket": query.bucket, "path": query.path, "resource-group": query.resource_group_id}
    return listing(
        caller,
        emulator.store.data_caches,
        "DataCaches",
        filters(wanted, query.tag),
        ids=query.data_cache_id,
        size=page_size(query.limit, MAX_PAGE),
        token=query.next_token,
    )


def _at(emulator: Emulator, tenant: Tenant, bucket: str, path: str) -> list[str]:
    return emulator.store.data_caches.select(tenant, [f"bucket={bucket}", f"path={path}"]).ids


def _check_idle(cache: DataCache) -> None:
    if cache.status in BUILDING:
        raise errors.IncorrectStatus(f"The data cache {cache.id} is {cache.status}.")


_RULE: Final = caches.Rule("DataCacheId", ("source_type", "source_options", "size"), _check_idle)


def _check(values: dict[str, Any]) -> None:
    caches.check_tags(values.get("tags", []))
    if values.get("bucket") == RESERVED_BUCKET:
        raise errors.InvalidValue("Bucket", f"{RESERVED_BUCKET} is the service's own")
    if values.get("path") and not values["path"].startswith("/"):
        raise errors.InvalidValue("Path", "it must be an absolute path")
    needed = _SOURCES.get(values.get("source_type", ""), ())
    options = values.get("source_options", {})
    if needed and not any(options.get(name) for name in needed):
        raise errors.MissingParameter(f"DataSource.Options.{needed[0]} is mandatory for this action.")
