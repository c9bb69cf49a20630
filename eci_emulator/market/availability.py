"""The content of DescribeAvailableResource: what is in stock in which zone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from eci_emulator.market import stock
from eci_emulator.market.instance_types import InstanceType
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import MarketSnapshot
from eci_emulator.model import errors

TYPE: Final = "InstanceType"
FAMILY: Final = "InstanceTypeFamily"

#: Best first: a family shows the best of its types.
_STATUSES: Final = ("WithStock", "ClosedWithStock", "WithoutStock", "ClosedWithoutStock")


class SupportedResource(Struct, rename="pascal", frozen=True):
    """A type or a family in a zone."""

    value: str
    status_category: str


def available(
    market: MarketSnapshot,
    zones: Iterable[str],
    category: str,
    value: str = "",
    size: Size | None = None,
    bid: Bid | None = None,
) -> dict[str, list[SupportedResource]]:
    """Per zone the types (or families) of that name or size, and whether there is stock.

    No name and no size: all. With a bid only what the spot market sells for it counts. Raises
    InvalidValue for a category there is not, NotFound for an unknown name, SpotNotMatched when
    the bid buys nothing in any zone.
    """
    if category not in (TYPE, FAMILY):
        raise errors.InvalidValue("DestinationResource.Category", f"it must be {TYPE} or {FAMILY}")
    kinds = [kind for kind in market.catalogue.types.values() if _wanted(kind, category, value, size)]
    if not kinds:
        raise errors.NotFound(parameter="DestinationResource.Value", value=value or size)
    found = {zone: _statuses(market, zone, category, kinds, bid) for zone in zones}
    if not any(found.values()):
        raise errors.SpotNotMatched(reason="The market price is higher than the price limit")
    return found


def _wanted(kind: InstanceType, category: str, value: str, size: Size | None) -> bool:
    named = not value or value == (kind.name if category == TYPE else kind.family)
    return named and (size is None or kind.size == size)


def _statuses(
    market: MarketSnapshot, zone: str, category: str, kinds: Iterable[InstanceType], bid: Bid | None
) -> list[SupportedResource]:
    best: dict[str, str] = {}
    for kind in kinds:
        if bid and not _affordable(market, zone, kind, bid):
            continue
        status = stock.category(market.stock, zone, Offer(kind.size, kind), spot=bid is not None)
        name = kind.name if category == TYPE else kind.family
        best[name] = min(best.get(name, status), status, key=_STATUSES.index)
    return [SupportedResource(name, status) for name, status in best.items()]


def _affordable(market: MarketSnapshot, zone: str, kind: InstanceType, bid: Bid) -> bool:
    discount = market.spot.discount(zone, kind.name, market.now)
    return bid.limit is None or market.prices.spot_hour(kind, discount) <= bid.limit
