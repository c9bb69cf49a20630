"""The spot market: prices that wander in a reproducible way, and when an instance is taken back.

A price is a *discount*: the fraction of the on-demand price that is asked, 1 at most. It is
computed from the seed, the zone, the type and the time alone: no history is kept, and any moment
of the past or the future can be asked for. What a user sets stands from its time on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from eci_emulator.market.offers import Bid
from eci_emulator.market.stock import ANY

STEP: Final = 300  # seconds that a price holds at least, and between two checks of an instance
NOTICE: Final = 180  # seconds between the warning and the release

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR

#: (period in seconds, weight): slow swings with quicker, smaller ones on top.
_OCTAVES: Final = ((7 * _DAY, 8), (_DAY, 5), (6 * _HOUR, 3), (_HOUR, 2))
_WEIGHTS: Final = sum(weight for _, weight in _OCTAVES)
_MILLE: Final = 1000
_FLOOR: Final = 100  # per mille
_GRAIN: Final = 20  # per mille: a price moves in such steps, so it stands still for a while
_SWING: Final = 1000  # per mille between the lowest and the highest the noise could make


class SetPrice(Struct, frozen=True):
    """From ``since`` on the discount is ``discount``; None: back to the walk. ANY stands for all."""

    zone: str
    instance_type: str
    since: int
    discount: Decimal | None

    def covers(self, zone: str, instance_type: str) -> bool:
        return self.zone in (zone, ANY) and self.instance_type in (instance_type, ANY)


class SpotMarket(Struct, frozen=True):
    """The spot prices of all zones and types. ``settings``: what users set, oldest first."""

    seed: int = 0
    settings: tuple[SetPrice, ...] = ()

    def discount(self, zone: str, instance_type: str, at: float) -> Decimal:
        """What is asked at that time, as a fraction of the on-demand price."""
        for setting in reversed(self.settings):
            if setting.since <= at and setting.covers(zone, instance_type):
                if setting.discount is None:
                    break
                return min(setting.discount, Decimal(1))
        return _walk(self.seed, zone, instance_type, int(at) // STEP)

    def history(
        self, zone: str, instance_type: str, start: int, end: int
    ) -> Iterator[tuple[int, int, Decimal]]:
        """The discounts of [start, end) as (from, to, discount), equal neighbours joined."""
        begun, current = start, self.discount(zone, instance_type, start)
        for moment in self._moments(zone, instance_type, start, end):
            value = self.discount(zone, instance_type, moment)
            if value != current:
                yield begun, moment, current
                begun, current = moment, value
        if begun < end:
            yield begun, end, current

    def _moments(self, zone: str, instance_type: str, start: int, end: int) -> Iterable[int]:
        """When a discount may change inside (start, end)."""
        regular = range((start // STEP + 1) * STEP, end, STEP)
        extra = [s.since for s in self.settings if start < s.since < end and s.covers(zone, instance_type)]
        return sorted({*regular, *extra}) if extra else regular


class SpotDecision(Struct, frozen=True):
    """What a check found. ``reason`` is empty when the instance may stay until ``next_check``."""

    next_check: float
    release_at: float = 0.0
    reason: str = ""


def protected_until(bought: float, bid: Bid) -> float:
    """Until when an instance bought at ``bought`` is neither taken back nor re-priced."""
    return bought + bid.duration * _HOUR


def next_check(bought: float, bid: Bid, now: float) -> float:
    """The first check after ``now``: at the end of the protection, then every five minutes."""
    end = protected_until(bought, bid)
    return end if now < end else end + ((now - end) // STEP + 1) * STEP


def spot_decision(
    bid: Bid, bought: float, now: float, price: Decimal, *, in_stock: bool, notice: float = NOTICE
) -> SpotDecision:
    """Whether an instance stays: taken back, with notice, when it is not protected any more and
    the market price (an hour) is above its bid or its stock is gone."""
    following = next_check(bought, bid, now)
    if now < protected_until(bought, bid):
        return SpotDecision(following)
    if not in_stock:
        return SpotDecision(following, now + notice, "no stock")
    if bid.limit is not None and price > bid.limit:
        return SpotDecision(following, now + notice, "price above the bid")
    return SpotDecision(following)


@lru_cache(maxsize=1 << 16)
def _walk(seed: int, zone: str, instance_type: str, step: int) -> Decimal:
    key = f"{seed}/{zone}/{instance_type}"
    base = 220 + _hash(f"{key}/base") % 250
    noise = sum(weight * _noise(key, period, step * STEP) for period, weight in _OCTAVES)
    mille = base + _SWING * (noise - _WEIGHTS * _MILLE // 2) // (_WEIGHTS * _MILLE)
    return Decimal(min(max(mille, _FLOOR), _MILLE) // _GRAIN * _GRAIN) / _MILLE


def _noise(key: str, period: int, at: int) -> int:
    """0 to 1000: random at multiples of ``period``, on a straight line in between. Integers only,
    so that it is the same on every machine."""
    index, rest = divmod(at, period)
    left, right = _lattice(key, period, index), _lattice(key, period, index + 1)
    return left + (right - left) * rest // period


@lru_cache(maxsize=1 << 14)
def _lattice(key: str, period: int, index: int) -> int:
    return _hash(f"{key}/{period}/{index}") % (_MILLE + 1)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
