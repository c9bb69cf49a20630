"""What usage costs: a price list, and the spot market for what is bought there.

Money is counted in whole *grains*: nano-units of the currency, times seconds, per hour. Every
price by the second and by the hour is a whole number of nano-units an hour, so sums are exact and
only the bill rounds, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from eci_emulator.market import prices as price_lists
from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.prices import PriceList
from eci_emulator.market.sizes import Size
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.usage import Usage

HOUR: Final = 3600
NANO: Final = 10**9

#: Grains in one unit of the currency.
GRAINS: Final = HOUR * NANO

INSTANCE_TYPE: Final = "instance_type"
SYSTEM_DISK: Final = "systemdisk"
IMAGE_CACHE: Final = "imagecache"
SNAPSHOT: Final = "snapshot"

#: An item of the bill and its price, in nano-units an hour.
Rate = tuple[str, int]


class Tariff:
    """Prices of usage by one list."""

    def __init__(self, catalogue: Catalogue, prices: PriceList, spot: SpotMarket) -> None:
        self.catalogue = catalogue
        self.prices = prices
        self.spot = spot
        self._steady = lru_cache(maxsize=4096)(self._steady_rates)
        self._history = lru_cache(maxsize=1 << 15)(self._market_hour)

    def steady(self, usage: Usage) -> tuple[Rate, ...]:
        """The items whose price stays the same all along: all but the instance of a spot group."""
        return self._steady(
            0.0 if usage.spot is not None else usage.cpu,
            usage.memory,
            usage.category,
            usage.instance_type,
            usage.storage,
            usage.disk,
            usage.snapshot,
        )

    def wandering(self, usage: Usage, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A spot instance in [start, end), inside one hour: (seconds, price) in turn.

        The deal until the protection ends, the market price after.
        """
        if usage.spot is None:
            return
        kind = self.catalogue.instance_type(usage.instance_type)
        free = min(max(start, usage.protected_until), end)
        if start < free:
            yield free - start, _nano(self.prices.spot_hour(kind, usage.spot))
        if free < end:
            for begun, until, price in self._history(usage.zone, usage.instance_type, start // HOUR):
                seconds = min(until, end) - max(begun, free)
                if seconds > 0:
                    yield seconds, price

    def per_hour(self, usage: Usage, at: float) -> int:
        """All that a live group costs at that moment, in nano-units an hour."""
        now = int(at)
        steady = sum(price for _, price in self.steady(usage))
        return steady + sum(price for _, price in self.wandering(usage, now, now + 1))

    def _steady_rates(
        self, cpu: float, memory: float, category: str, kind: str, storage: int, disk: int, snapshot: int
    ) -> tuple[Rate, ...]:
        prices = self.prices
        rates: dict[str, Decimal] = {}
        if cpu:
            bought_as = self.catalogue.instance_type(kind) if kind else None
            rates |= price_lists.items(prices, Size(cpu, memory), bought_as, category)
        rates[SYSTEM_DISK] = prices.storage_hour * storage
        rates[IMAGE_CACHE] = prices.disk_hour * disk
        rates[SNAPSHOT] = prices.snapshot_hour * snapshot
        return tuple((item, _nano(price)) for item, price in rates.items() if price)

    def _market_hour(self, zone: str, kind_name: str, hour: int) -> tuple[tuple[int, int, int], ...]:
        kind = self.catalogue.instance_type(kind_name)
        history = self.spot.history(zone, kind_name, hour * HOUR, (hour + 1) * HOUR)
        return tuple((begun, end, _nano(self.prices.spot_hour(kind, part))) for begun, end, part in history)


def _nano(price: Decimal) -> int:
    return int((price * NANO).to_integral_value(ROUND_HALF_UP))
