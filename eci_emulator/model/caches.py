"""Image caches and data caches: what groups find ready on disk when they start."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from msgspec import field

from eci_emulator.model.group import AcrRegistry, Record, RegistryCredential
from eci_emulator.model.resource import Resource

DEFAULT_GIB: Final = 20
DEFAULT_BUCKET: Final = "default"
RESERVED_BUCKET: Final = "eci-system"
DAY_SECONDS: Final = 86_400.0
#: How long a failed image cache is kept, and an automatic one before its first and after its last use.
FAILED_DAYS: Final = 1
UNUSED_DAYS: Final = 7
USED_DAYS: Final = 30
#: How the name of an automatic cache begins; the id of the group that missed it follows.
AUTOMATIC_NAME: Final = "auto-create-for-"
#: GiB of its disk that cost nothing.
AUTOMATIC_FREE_GIB: Final = 30
#: How ids begin.
IMAGE_CACHE_ID: Final = "imc"
DATA_CACHE_ID: Final = "edc"

#: Options of a data source that are credentials: kept for the loading, never shown.
SECRET_OPTIONS: Final = frozenset({"accessToken", "akId", "akSecret"})


class CacheStatus(StrEnum):
    """Statuses of both kinds; the first row is of image caches, the second of data caches."""

    PREPARING = "Preparing"
    CREATING = "Creating"
    READY = "Ready"
    LOADING = "Loading"
    AVAILABLE = "Available"
    FAILED = "Failed"
    UPDATING = "Updating"
    UPDATE_FAILED = "UpdateFailed"


#: What there is of a cache: somebody at work on it, a snapshot, or nothing.
Phase = Literal["building", "kept", "failed"]

#: A cache that is being built may not be changed.
BUILDING: Final = frozenset(
    {CacheStatus.PREPARING, CacheStatus.LOADING, CacheStatus.CREATING, CacheStatus.UPDATING}
)

#: Groups can start from it.
USABLE: Final = frozenset({CacheStatus.READY, CacheStatus.AVAILABLE})


class EipRequest(Record):
    """The public address made for the time a cache is built."""

    bandwidth: int = 0
    common_bandwidth_package: str = ""
    internet_charge_type: str = ""
    public_ip_address_pool_id: str = ""
    isp: str = ""


class Cache(Resource, kw_only=True):
    """What both kinds have. ``generation`` grows when what the cache holds is to change."""

    status: CacheStatus
    size: int = DEFAULT_GIB  # GiB it may hold
    used_bytes: int = 0
    since: float = 0.0  # when it entered its phase
    progress: int = 0  # percent
    generation: int = 1
    built_generation: int = 0  # the one that is on disk; another one: it is to be built
    v_switch_id: str = ""
    security_group_id: str = ""
    zone_id: str = ""
    eip_instance_id: str = ""
    retention_days: int = 0  # 0: kept
    expire_time: float = 0.0  # 0: never
    last_matched_time: float = 0.0
    container_group_id: str = ""  # of the instance that builds it
    snapshot_id: str = ""
    flash_snapshot_id: str = ""

    @property
    def phase(self) -> Phase:
        if self.status in BUILDING:
            return "building"
        return "failed" if self.status is CacheStatus.FAILED else "kept"

    def enter(self, status: CacheStatus, now: float) -> None:
        before = self.phase
        self.status = status
        if self.phase != before:
            self.since = now

    def due(self) -> float:
        """When it is deleted by itself; 0: never."""
        return self.expire_time

    def retain(self, days: int, now: float) -> None:
        """Keep the cache for so many days from ``now`` on; 0: for ever."""
        self.retention_days = days
        self.expire_time = now + days * DAY_SECONDS if days else 0.0


class ImageCache(Cache, kw_only=True):
    images: list[str]
    automatic: bool = False  # made after a miss, not by CreateImageCache
    auto_match_image_cache: bool = False  # build on top of a fitting older cache
    image_registry_credentials: list[RegistryCredential] = field(default_factory=list)
    acr_registries: list[AcrRegistry] = field(default_factory=list)
    plain_http_registry: str = ""
    insecure_registry: str = ""
    flash: bool = False
    standard_copy_count: int = 0
    flash_copy_count: int = 0
    elimination_strategy: str = ""  # LRU, or nothing is dropped
    os_type: str = ""
    annotations: str = ""  # JSON

    def due(self) -> float:
        times = [self.expire_time]
        if self.phase == "failed":
            times.append(self.since + FAILED_DAYS * DAY_SECONDS)
        elif self.automatic:
            days = USED_DAYS if self.last_matched_time else UNUSED_DAYS
            times.append((self.last_matched_time or self.creation_time) + days * DAY_SECONDS)
        return min((time for time in times if time), default=0.0)


class DataCache(Cache, kw_only=True):
    bucket: str = DEFAULT_BUCKET
    path: str
    source_type: str = ""  # URL | NAS | OSS | SNAPSHOT
    source_options: dict[str, str] = field(default_factory=dict)
    copy_of: str = ""  # the cache, maybe of another region, that this one is a copy of
    eip: EipRequest | None = None
