"""Discounts bought beforehand: reserved-instance coupons and savings plans. They cover usage first.

What they cost themselves was paid in advance and is not on the bill; what they cover is free.
Spot instances and disks are never covered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from eci_emulator.billing.ledger import Line, lines
from eci_emulator.billing.tariff import GRAINS, HOUR, Tariff
from eci_emulator.market import files
from eci_emulator.model.usage import Usage

COVERED_ITEMS = frozenset({"cpu", "mem", "instance_type"})

#: (usage, clock hour, item) -> grains that need not be paid.
Covered = dict[tuple[str, int, str], int]


class Coupon(Struct, frozen=True, kw_only=True):
    """``count`` reserved instances of a type. With a zone: that type there; without: its whole family
    in the region, by vCPUs."""

    id: str
    instance_type: str
    region: str
    zone: str = ""
    count: int = 1


class SavingsPlan(Struct, frozen=True, kw_only=True):
    """``hourly``: the money committed to every hour; ``rate``: the fraction of the list price it buys at."""

    id: str
    hourly: Decimal
    rate: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if not 0 < self.rate <= 1:
            raise ValueError(f"the rate of {self.id} is {self.rate}, not above 0 and up to 1")


class Discounts(Struct, frozen=True, kw_only=True):
    """A discount file."""

    coupons: tuple[Coupon, ...] = ()
    savings_plans: tuple[SavingsPlan, ...] = ()


def load(path: Path) -> Discounts:
    """Read a YAML or JSON file; raises msgspec.ValidationError."""
    return files.read_path(path, Discounts)


class _Open(Struct):
    """A line and what of it is still to be paid."""

    usage: Usage
    line: Line
    due: int


def cover(discounts: Discounts, usages: Iterable[Usage], tariff: Tariff, start: int, end: int) -> Covered:
    """What is covered of the usage in [start, end): each hour on its own, oldest usage first."""
    if not discounts.coupons and not discounts.savings_plans:
        return {}
    covered: Covered = {}
    for dues in _by_hour(usages, tariff, start, end):
        for coupon in sorted(discounts.coupons, key=lambda coupon: coupon.id):
            _redeem(coupon, dues, tariff)
        for plan in sorted(discounts.savings_plans, key=lambda plan: plan.id):
            _spend(plan, dues)
        for due in dues:
            if due.due < due.line.amount:
                covered[due.usage.id, due.line.hour, due.line.item] = due.line.amount - due.due
    return covered


def _by_hour(usages: Iterable[Usage], tariff: Tariff, start: int, end: int) -> Iterator[list[_Open]]:
    dues: defaultdict[int, list[_Open]] = defaultdict(list)
    for usage in sorted(usages, key=lambda usage: (usage.start, usage.id)):
        if usage.spot is None:
            for line in lines(usage, tariff, start, end):
                if line.item in COVERED_ITEMS:
                    dues[line.hour].append(_Open(usage, line, line.amount))
    yield from dues.values()


def _redeem(coupon: Coupon, dues: list[_Open], tariff: Tariff) -> None:
    """A coupon covers vCPU-seconds, as many as its instances have in an hour."""
    kind = tariff.catalogue.instance_type(coupon.instance_type)
    left = int(coupon.count * kind.cpu * HOUR)
    for due in dues:
        usage = due.usage
        there = coupon.zone in ("", usage.zone) and coupon.region == usage.region
        if not there or not usage.instance_type or not due.due:
            continue
        own = tariff.catalogue.instance_type(usage.instance_type)
        if own.name == kind.name or (not coupon.zone and own.family == kind.family):
            wanted = int(own.cpu * due.line.seconds)
            taken = min(left, wanted * due.due // due.line.amount)
            left -= taken
            due.due = max(0, due.due - due.line.amount * taken // wanted)


def _spend(plan: SavingsPlan, dues: list[_Open]) -> None:
    left = int(plan.hourly * GRAINS)
    for due in dues:
        taken = min(due.due, int(left / plan.rate))
        due.due -= taken
        left -= int(taken * plan.rate)
