"""Stock: how many units are left of each type and size, by zone. Plentiful unless a level was set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Final, NamedTuple

from msgspec import Struct

from eci_emulator.market.offers import Offer

ANY: Final = "*"


class StockKey(NamedTuple):
    """What a level is about; ``zone`` and ``what`` may be ANY.

    ``what`` is a type (``ecs.c6.large``), a size (``2-4Gi``), a family (``ecs.c6``; ``eci``: all
    sizes by vCPU and memory). ``spot`` levels limit spot instances only, the others limit both.
    """

    zone: str
    what: str
    spot: bool = False


class Level(Struct, frozen=True):
    """``units`` left (None: plenty); ``closed``: not for sale, whatever is left."""

    units: int | None = None
    closed: bool = False


Stock = Mapping[StockKey, Level]


def keys(zone: str, offer: Offer, *, spot: bool) -> Iterator[StockKey]:
    """All levels that may limit ``offer`` in ``zone``; buying takes a unit of each that is set."""
    for kind in (False, True) if spot else (False,):
        for place in (zone, ANY):
            for what in (offer.name, offer.family, ANY):
                yield StockKey(place, what, kind)


def limits(stock: Stock, zone: str, offer: Offer, *, spot: bool) -> tuple[StockKey, ...]:
    """The levels that were set, of those that may limit ``offer`` in ``zone``."""
    return tuple(key for key in keys(zone, offer, spot=spot) if key in stock) if stock else ()


def left(stock: Stock, limits: tuple[StockKey, ...]) -> float:
    """How many units the scarcest of some levels has, inf for plenty; 0 if one is closed."""
    least = inf
    for key in limits:
        level = stock[key]
        least = min(least, 0 if level.closed else inf if level.units is None else level.units)
    return least


def on_sale(stock: Stock, zone: str) -> bool:
    """Whether the zone sells anything at all."""
    return not any(
        level.closed for level in (stock.get(StockKey(place, ANY)) for place in (zone, ANY)) if level
    )


def category(stock: Stock, zone: str, offer: Offer, *, spot: bool = False) -> str:
    """DescribeAvailableResource's word for it: (Closed)WithStock or (Closed)WithoutStock."""
    levels = [level for level in map(stock.get, keys(zone, offer, spot=spot)) if level]
    closed = any(level.closed for level in levels)
    empty = any(level.units is not None and level.units <= 0 for level in levels)
    return f"{'Closed' if closed else ''}{'WithoutStock' if empty else 'WithStock'}"
