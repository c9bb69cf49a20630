"""The bill: a pure function of usage and a tariff.

Each instance is settled per clock hour: its items of the hour are added exactly, and the sum is
rounded half up to a hundredth. A rounded sum is then split over what it consists of (items, tags)
by largest remainder, so that every grouping of the same bill has the same total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final

from msgspec import Struct

from eci_emulator.billing import discounts as reductions
from eci_emulator.billing.discounts import Covered, Discounts
from eci_emulator.billing.ledger import hours
from eci_emulator.billing.tariff import GRAINS, INSTANCE_TYPE, Tariff
from eci_emulator.billing.usage import merged
from eci_emulator.model.times import iso
from eci_emulator.model.usage import Usage

BY: Final = ("group", "tag", "hour", "item")
UNTAGGED: Final = "(none)"

_HUNDREDTH: Final = GRAINS // 100


class Row(Struct):
    """One line of a bill: how long, what the list says, what is to be paid after discounts, and that by item.

    ``unrounded`` is what would be to be paid if no hour were rounded.
    """

    key: str
    seconds: int
    list_amount: Decimal
    amount: Decimal
    unrounded: Decimal
    items: dict[str, Decimal]


class Bill(Struct):
    """A bill of [start, end), its rows grouped ``by``."""

    prices: str
    currency: str
    by: str
    start: int
    end: int
    rows: list[Row]
    total: Row


class _Sum(Struct, gc=False):
    """Seconds and money: grains while an hour of an instance is added up, hundredths once it is settled.

    What is due is then kept in grains, too.
    """

    seconds: int = 0
    listed: int = 0
    due: int = 0
    grains: int = 0


_Labels = Callable[[Usage, int, str], str]  # of a usage, an hour and an item: the row that it goes to
_Parts = dict[tuple[str, str], _Sum]  # by row and item


def bill(
    usages: Iterable[Usage],
    tariff: Tariff,
    *,
    start: int,
    end: int,
    by: str = "group",
    discounts: Discounts | None = None,
) -> Bill:
    """The bill of the seconds of ``usages`` in [start, end); open intervals count up to ``end``.

    ``by``: group, hour, item, tag (all tags together) or ``tag:KEY`` (the value of one). The order
    of the usages, and whether some are there twice, makes no difference. Raises ValueError.
    """
    ordered = merged(usages)
    covered = reductions.cover(discounts, ordered, tariff, start, end) if discounts else {}
    labels = _labels(by)
    parts: _Parts = {}
    for _, own in groupby(ordered, key=lambda usage: usage.group):
        for cell in _hourly(own, tariff, start, end, covered, labels).values():
            _settle(cell, parts)
    seconds = sum(until - begun for usage in ordered for _, begun, until in hours(usage, start, end))
    return Bill(
        prices=tariff.prices.name,
        currency=tariff.prices.currency,
        by=by,
        start=start,
        end=end,
        rows=_rows(parts),
        total=_total(parts, seconds),
    )


def running_cost(usage: Usage, tariff: Tariff, at: float) -> Decimal:
    """What a live group costs a second at that moment, unrounded but for the tenth decimal."""
    return _exactly(tariff.per_hour(usage, at))


def _hourly(
    usages: Iterable[Usage], tariff: Tariff, start: int, end: int, covered: Covered, labels: _Labels
) -> dict[int, _Parts]:
    """The hours of one instance, each in grains."""
    cells: dict[int, _Parts] = {}
    for usage in usages:
        for hour, begun, until in hours(usage, start, end):
            cell = cells.setdefault(hour, {})
            told = None
            for item, listed in _charges(usage, tariff, begun, until):
                label = labels(usage, hour, item)
                part = cell.get((label, item))
                if part is None:
                    part = cell[label, item] = _Sum()
                if label != told:  # the items of a usage run side by side: a row counts their time once
                    part.seconds += until - begun
                    told = label
                part.listed += listed
                part.due += listed - covered.get((usage.id, hour, item), 0) if covered else listed
    return cells


def _charges(usage: Usage, tariff: Tariff, begun: int, until: int) -> Iterator[tuple[str, int]]:
    """Items and grains of a usage inside one hour."""
    for item, rate in tariff.steady(usage):
        yield item, rate * (until - begun)
    if usage.spot is not None:
        yield INSTANCE_TYPE, sum(seconds * rate for seconds, rate in tariff.wandering(usage, begun, until))


def _settle(cell: _Parts, parts: _Parts) -> None:
    """Round an hour of an instance and add it to the rest."""
    listed = _split([part.listed for part in cell.values()])
    due = _split([part.due for part in cell.values()])
    for (key, part), more_listed, more_due in zip(cell.items(), listed, due, strict=True):
        settled = parts.get(key)
        if settled is None:
            settled = parts[key] = _Sum()
        settled.seconds += part.seconds
        settled.listed += more_listed
        settled.due += more_due
        settled.grains += part.due


def _split(grains: list[int]) -> list[int]:
    """Hundredths for each, which together are the rounded sum: floors, then one more for the largest remainders."""
    total = (2 * sum(grains) + _HUNDREDTH) // (2 * _HUNDREDTH)
    if len(grains) == 1:
        return [total]
    shares = [amount // _HUNDREDTH for amount in grains]
    by_remainder = sorted(range(len(grains)), key=lambda i: -(grains[i] % _HUNDREDTH))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def _labels(by: str) -> _Labels:
    if by == "group":
        return lambda usage, hour, item: usage.group
    if by == "hour":
        return lambda usage, hour, item: iso(hour)
    if by == "item":
        return lambda usage, hour, item: item
    if by == "tag":
        return lambda usage, hour, item: usage.tags or UNTAGGED
    if by.startswith("tag:"):
        return _tag_value(by.removeprefix("tag:"))
    raise ValueError(f"a bill goes by {', '.join(BY)} or tag:KEY, not by {by}")


def _tag_value(key: str) -> _Labels:
    def label(usage: Usage, hour: int, item: str) -> str:
        values = (tag.partition(":") for tag in usage.tags.split(";"))
        return next((value for name, _, value in values if name == key), UNTAGGED)

    return label


def _rows(parts: _Parts) -> list[Row]:
    by_label = groupby(sorted(parts), key=itemgetter(0))
    return [_row(label, {item: parts[label, item] for _, item in own}) for label, own in by_label]


def _total(parts: _Parts, seconds: int) -> Row:
    items: dict[str, _Sum] = {}
    for (_, item), part in parts.items():
        whole = items.setdefault(item, _Sum())
        whole.listed += part.listed
        whole.due += part.due
        whole.grains += part.grains
    total = _row("total", dict(sorted(items.items())))
    total.seconds = seconds
    return total


def _row(key: str, items: dict[str, _Sum]) -> Row:
    return Row(
        key=key,
        seconds=sum(part.seconds for part in items.values()),
        list_amount=_money(sum(part.listed for part in items.values())),
        amount=_money(sum(part.due for part in items.values())),
        unrounded=_exactly(sum(part.grains for part in items.values())),
        items={item: _money(part.due) for item, part in items.items()},
    )


def _money(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _exactly(grains: int) -> Decimal:
    """To the tenth decimal."""
    return (Decimal(grains) / GRAINS).quantize(Decimal("0.0000000001")).normalize()
