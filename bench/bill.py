"""The bill of a million ledger lines: seconds, lines a second, peak memory. Each case in a process of its own.

And the ledger in Redis: how many intervals are written a second, each in a transaction of its own, and read again.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from _redis import private_redis

from eci_emulator.billing.bill import bill
from eci_emulator.billing.ledger import lines
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import usage_id
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.usage import Usage
from eci_emulator.store.database import connect
from eci_emulator.store.ledger import Ledger

LINES = 1_000_000
WRITTEN = 20_000
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


def write_and_read() -> None:
    with private_redis() as url:
        redis = connect(url)
        ledger, usages = Ledger(redis), list(islice(long_running(), WRITTEN))
        began = time.perf_counter()
        for usage in usages:
            with redis.pipeline() as pipe:
                ledger.add(pipe, usage)
                pipe.execute()
        written = time.perf_counter()
        assert len(ledger.ended()) == WRITTEN
        read = time.perf_counter()
        redis.close()
    print(
        f"ledger         {WRITTEN / (written - began):9,.0f} writes/s,"
        f" {WRITTEN / (read - written):9,.0f} intervals read/s"
    )


def main() -> None:
    write_and_read()
    for case in ("long_running", "short_running", "on_spot"):
        for by in ("item", "group"):
            process = multiprocessing.Process(target=measure, args=(case, by))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
