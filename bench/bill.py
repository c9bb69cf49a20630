"""The bill of a million ledger lines: seconds, lines a second, peak memory. Each case in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator
from decimal import Decimal

from eci_emulator.billing.bill import bill
from eci_emulator.billing.ledger import lines
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.usage import Usage

LINES = 1_000_000
START = 1_700_000_000 // 3600 * 3600
ZONE = "cn-hangzhou-i"


def long_running() -> Iterator[Usage]:
    """20,000 groups for 25 hours by vCPU and memory."""
    return (_usage(number, START + number % 3600, 25 * 3600 - 3600) for number in range(LINES // 50))


def short_running() -> Iterator[Usage]:
    """500,000 groups for five minutes, each inside one hour."""
    return (
        _usage(number, START + number // 6000 * 3600 + number % 3000, 300) for number in range(LINES // 2)
    )


def on_spot() -> Iterator[Usage]:
    """Spot groups of ten hours at prices that change inside the hour."""
    spot = {"instance_type": "ecs.c6.large", "spot": Decimal("0.3")}
    return (_usage(number, START + number % 3600, 36000, **spot) for number in range(LINES // 26))


def _usage(number: int, start: int, length: int, **fields: object) -> Usage:
    group = f"eci-bp1{number:017}"
    base = {
        "id": usage_id(group, 1, start),
        "group": group,
        "account": "1",
        "region": "cn-hangzhou",
        "zone": ZONE,
        "tags": f"app:a{number % 50}",
        "start": start,
        "end": start + length,
        "cpu": 2.0,
        "memory": 4.0,
        "protected_until": start + 3600,
    }
    return Usage(**(base | fields))  # type: ignore[arg-type]


def measure(case: str, by: str) -> None:
    tariff = Tariff(catalogue.load(), prices.load("china"), SpotMarket())
    usages = list(globals()[case]())
    end = max(usage.end or 0 for usage in usages)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    made = bill(usages, tariff, start=START, end=end, by=by)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(1 for usage in usages for _ in lines(usage, tariff, START, end))
    print(
        f"{case:<14} by {by:<6} {count:>9,} lines of {len(usages):>7,} intervals: {took:5.2f} s,"
        f" {count / took:>9,.0f} lines/s, peak {peak / 1024:4.0f} MiB (of which usage {before / 1024:.0f}),"
        f" {made.total.amount} {made.currency}"
    )


def main() -> None:
    for case in ("long_running", "short_running", "on_spot"):
        for by in ("item", "group"):
            process = multiprocessing.Process(target=measure, args=(case, by))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
