"""Metering: turns the life of a container group into usage, the append-only source of truth of the bill."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b
from math import inf
from typing import Final

from msgspec import Struct

from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.offers import bid
from eci_emulator.market.prices import PriceList
from eci_emulator.market.sizes import Size
from eci_emulator.market.spot import protected_until
from eci_emulator.model.caches import Cache, ImageCache
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import BILLED
from eci_emulator.model.usage import Usage

#: The instance that makes an image cache.
CACHE_BUILDER: Final = Size(2.0, 4.0)


class Meter(Struct, frozen=True):
    """Turns container groups into usage. ``prices`` is the list in which spot prices are agreed."""

    catalogue: Catalogue
    prices: PriceList

    def open(self, group: ContainerGroup, start: float, disk: int = 0) -> Usage:
        """The usage of a group from ``start`` on; ``disk``: GiB of the manual image cache it started from."""
        placed, spec = group.state.placement, group.spec
        offered = bid(spec)
        kind = self.catalogue.types.get(placed.instance_type)
        if offered and not kind:
            kind = self.catalogue.spot_types[Size(placed.cpu, placed.memory)]
        return Usage(
            id=usage_id(group.id, group.generation, int(start)),
            group=group.id,
            account=group.account,
            region=group.region,
            zone=placed.zone_id,
            tags=tag_label((tag.key, tag.value) for tag in spec.tags),
            generation=group.generation,
            start=int(start),
            cpu=placed.cpu,
            memory=placed.memory,
            category=placed.compute_category,
            instance_type=kind.name if kind else "",
            spot=self.prices.discount_of(kind, Decimal(str(placed.spot_price))) if offered and kind else None,
            protected_until=int(protected_until(group.state.creation_time, offered)) if offered else 0,
            storage=spec.ephemeral_storage,
            disk=disk,
        )

    def move(
        self, before: ContainerGroup, after: ContainerGroup | None, at: float, disk: int = 0
    ) -> tuple[Usage | None, float]:
        """What a change of a group's record at ``at`` means: the interval it ends, and the new ``billed_from``.

        ``after`` None: the group is gone. An interval goes on as long as the group is in a billed
        status and everything its price depends on stays the same. To be stored in the transaction
        that stores the change.
        """
        since = before.state.billed_from
        current = self.open(before, since, disk) if since else None
        if after is None or after.state.status not in BILLED:
            return current.closed(at) if current else None, 0.0
        if current is None:
            return None, at
        if self.open(after, since, disk) == current:
            return None, since
        return current.closed(at), at


def usage_id(group: str, generation: int, start: int) -> str:
    """The same interval always has the same id, so that storing it twice changes nothing."""
    return blake2b(f"{group}/{generation}/{start}".encode(), digest_size=10).hexdigest()


def tag_label(tags: Iterable[tuple[str, str]]) -> str:
    """Tags as one text: ``app:web;team:a``."""
    return ";".join(sorted(f"{key}:{value}" for key, value in tags))


def merged(usages: Iterable[Usage]) -> list[Usage]:
    """Each interval once, in order of group and time; the record that ends first counts, an open one last."""
    found: dict[str, Usage] = {}
    for usage in usages:
        known = found.get(usage.id)
        if known is None or _ends(usage) < _ends(known):
            found[usage.id] = usage
    return sorted(found.values(), key=lambda usage: (usage.group, usage.start, _ends(usage), usage.id))


def _ends(usage: Usage) -> float:
    return inf if usage.end is None else usage.end


def cache_usage(cache: Cache) -> Usage | None:
    """The open interval of a cache; None when nothing is paid for: it failed, or was made automatically."""
    if cache.phase == "failed" or (isinstance(cache, ImageCache) and cache.automatic):
        return None
    interval = cache_building if cache.phase == "building" else cache_keeping
    return interval(cache.id, cache.account, cache.region, cache.zone_id, cache.size, cache.since)


def cache_building(cache_id: str, account: str, region: str, zone: str, size: int, start: float) -> Usage:
    """Making a manual image cache of ``size`` GiB: an instance and a disk. Automatic ones are free."""
    return Usage(
        id=usage_id(cache_id, 1, int(start)),
        group=cache_id,
        account=account,
        region=region,
        zone=zone,
        start=int(start),
        cpu=CACHE_BUILDER.cpu,
        memory=CACHE_BUILDER.memory,
        disk=size,
    )


def cache_keeping(cache_id: str, account: str, region: str, zone: str, size: int, start: float) -> Usage:
    """Keeping a manual image cache of ``size`` GiB: its snapshot."""
    return Usage(
        id=usage_id(cache_id, 2, int(start)),
        group=cache_id,
        account=account,
        region=region,
        zone=zone,
        generation=2,
        start=int(start),
        snapshot=size,
    )
