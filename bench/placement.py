"""How many placements a second: batches of 500 groups over three zones, two types and four hosts."""

from __future__ import annotations

import time

from eci_emulator.market import catalogue, prices
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.placement import place
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, Placed, VSwitchRoom
from eci_emulator.market.spot import SpotMarket
from eci_emulator.market.stock import ANY, Level, StockKey

BATCH = 500
ROUNDS = 20
ZONES = ("cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j")


def snapshot() -> MarketSnapshot:
    return MarketSnapshot(
        now=0.0,
        catalogue=catalogue.load(),
        prices=prices.load("china"),
        spot=SpotMarket(),
        v_switches={f"vsw-{zone}": VSwitchRoom(zone, 4000) for zone in ZONES},
        hosts=tuple(Host(name=f"host{n}", groups=1000) for n in range(4)),
        stock={StockKey(ZONES[0], "2-4Gi"): Level(100), StockKey(ANY, "ecs.c6"): Level(50)},
        quota={("1", "cn-hangzhou"): 10_000.0},
    )


def asks(*, spot: bool, in_order: bool) -> list[Ask]:
    market = catalogue.load()
    offers = (Offer(Size(2, 4)), Offer(Size(2, 4), market.types["ecs.c6.large"]))
    return [
        Ask(
            id=f"eci-{number}",
            account="1",
            region="cn-hangzhou",
            offers=offers,
            v_switches=tuple(f"vsw-{zone}" for zone in ZONES),
            in_order=in_order,
            bid=Bid() if spot else None,
            tags={"app": f"a{number % 10}"},
        )
        for number in range(BATCH)
    ]


def main() -> None:
    market = snapshot()
    for spot in (False, True):
        for in_order in (True, False):
            batch = asks(spot=spot, in_order=in_order)
            assert all(isinstance(found, Placed) for found in place(batch, market))
            start = time.perf_counter()
            for _ in range(ROUNDS):
                place(batch, market)
            took = (time.perf_counter() - start) / ROUNDS
            kind = f"{'spot' if spot else 'on demand'}, {'in order' if in_order else 'random'}"
            print(f"{kind:<22} {BATCH} in {took * 1000:6.1f} ms, {BATCH / took:9.0f} placements/s")


if __name__ == "__main__":
    main()
