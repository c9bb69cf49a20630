"""The ledger: usage as lines, one per clock hour, item and price. Lines are never changed, only added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from eci_emulator.billing.tariff import HOUR, INSTANCE_TYPE, Tariff
from eci_emulator.model.usage import Usage


class Line(Struct, rename="pascal", frozen=True, gc=False):
    """So many seconds of one item inside one clock hour. ``rate`` in nano-units an hour."""

    usage: str
    group: str
    hour: int  # when the clock hour began
    item: str
    seconds: int
    rate: int

    @property
    def amount(self) -> int:
        """In grains, see ``tariff``."""
        return self.seconds * self.rate


def lines(usage: Usage, tariff: Tariff, start: int, end: int) -> Iterator[Line]:
    """The ledger of the part of ``usage`` that lies in [start, end)."""
    for hour, begun, until in hours(usage, start, end):
        for item, rate in tariff.steady(usage):
            yield Line(usage.id, usage.group, hour, item, until - begun, rate)
        if usage.spot is not None:
            for rate, seconds in _by_rate(usage, tariff, begun, until).items():
                yield Line(usage.id, usage.group, hour, INSTANCE_TYPE, seconds, rate)


def hours(usage: Usage, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The clock hours a usage touches inside [start, end): (hour, from, to)."""
    begun, last = max(usage.start, start), end if usage.end is None else min(usage.end, end)
    while begun < last:
        hour = begun - begun % HOUR
        until = min(hour + HOUR, last)
        yield hour, begun, until
        begun = until


def _by_rate(usage: Usage, tariff: Tariff, start: int, end: int) -> Counter[int]:
    seconds: Counter[int] = Counter()
    for length, rate in tariff.wandering(usage, start, end):
        seconds[rate] += length
    return seconds
