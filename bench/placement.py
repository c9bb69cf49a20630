"""How many placements a second: batches of 500 groups over three zones, two types and four hosts; and how long it
takes, and how many trips to Redis, to create groups in one batch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from _redis import private_redis
from redis.connection import AbstractConnection

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.create_group import create_container_groups
from eci_emulator.market import catalogue, prices
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.placement import place
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import Ask, Host, MarketSnapshot, Placed, VSwitchRoom
from eci_emulator.market.spot import SpotMarket
from eci_emulator.market.stock import ANY, Level, StockKey
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerSpec, GroupSpec
from eci_emulator.nodes import Nodes
from eci_emulator.settings import Settings
from eci_emulator.store.database import Store, connect

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


@contextmanager
def trips() -> Iterator[list[int]]:
    """How often something is sent to Redis, a pipeline being sent at once."""
    count, send = [0], AbstractConnection.send_packed_command

    def counted(*arguments: Any, **options: Any) -> None:
        count[0] += 1
        send(*arguments, **options)  # type: ignore[no-untyped-call]

    with patch.object(AbstractConnection, "send_packed_command", counted):
        yield count


def create(emulator: Emulator, count: int) -> None:
    """Groups from request to record, in one batch."""
    caller = Caller(account="1", region="cn-hangzhou", action="CreateContainerGroup", request_id="bench")
    container = ContainerSpec(name="main", image="app:1")
    specs = [GroupSpec(name=f"g{n}", containers=[container], cpu=2.0, memory=4.0) for n in range(count)]
    began = time.perf_counter()
    with trips() as sent:
        made = create_container_groups(emulator, caller, specs)
    took = time.perf_counter() - began
    assert not any(isinstance(found, errors.EciError) for found in made)
    print(f"{'created in one batch':<22} {count:>3} in {took * 1000:6.1f} ms, {sent[0]} trips to Redis")


def create_batches() -> None:
    with private_redis() as url:
        settings = Settings(engine="simulated", redis_url=url, instance="bench", vcpu_quota=0.0)
        store = Store(connect(url))
        emulator = Emulator(settings, store, catalogue.load(), Nodes(store.redis, store.hosts))
        for count in (1, 1, 10, 100, 500):  # the first makes the network, too
            create(emulator, count)
        store.redis.close()


def main() -> None:
    place_batches()
    create_batches()


def place_batches() -> None:
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
