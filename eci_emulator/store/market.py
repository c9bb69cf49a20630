"""The state of the market: stock levels, spot prices that were set, and how much of what is in use.

What a group takes is counted in the transaction that writes the group, and given back in the one
that ends it, so that the counts are right whatever crashes.
"""

from __future__ import annotations

from typing import Final, cast

import msgspec
from msgspec import Struct
from redis import Redis
from redis.client import Pipeline

from eci_emulator.market.spot import SetPrice
from eci_emulator.market.stock import Level, StockKey
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store import keys

#: Counts are whole numbers: thousandths of a vCPU, and MiB.
MILLI: Final = 1000
MIB_PER_GIB: Final = 1024

_GIVE_BACK: Final = """
if redis.call('hexists', KEYS[1], ARGV[1]) == 1 then return redis.call('hincrby', KEYS[1], ARGV[1], 1) end
return 0
"""
_ENCODE: Final = msgspec.json.encode


class HostUse(Struct, frozen=True):
    """What the groups of a Docker host have bought."""

    cpu: float = 0.0
    memory: float = 0.0
    groups: int = 0


class MarketState(Struct, frozen=True, kw_only=True):
    """Everything at one moment."""

    stock: dict[StockKey, Level]
    sold_out: frozenset[StockKey]  # levels that were set to nothing, not bought empty
    spot: tuple[SetPrice, ...]
    used: dict[str, int]

    def vcpus(self, account: str, region: str) -> float:
        """In use by an account in a region."""
        return self.used.get(_vcpus(account, region), 0) / MILLI

    def host(self, name: str) -> HostUse:
        cpu, memory, groups = (self.used.get(field, 0) for field in _host_fields(name))
        return HostUse(cpu / MILLI, memory / MIB_PER_GIB, groups)


class Market:
    #: What placement decides upon: whoever takes something watches these.
    WATCHED: Final = (keys.STOCK, keys.STOCK_LEFT, keys.USED)

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    # --- reading -----------------------------------------------------------------------------------

    def state(self) -> MarketState:
        """One trip to Redis, whatever there is."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.hgetall(keys.STOCK)
        pipe.hgetall(keys.STOCK_LEFT)
        pipe.hgetall(keys.USED)
        pipe.lrange(keys.SPOT_PRICES, 0, -1)
        levels, left, used, prices = pipe.execute()
        return MarketState(
            stock=_levels(levels, left),
            sold_out=frozenset(key for key, level in _levels(levels, {}).items() if level.units == 0),
            spot=tuple(msgspec.json.decode(raw, type=SetPrice) for raw in prices),
            used={field.decode(): int(count) for field, count in used.items()},
        )

    # --- what users set ----------------------------------------------------------------------------

    def set_level(self, key: StockKey, level: Level) -> None:
        """From now on so many are left; plenty that is for sale is no level at all."""
        pipe = self._redis.pipeline()
        pipe.hdel(keys.STOCK, stock_field(key))
        pipe.hdel(keys.STOCK_LEFT, stock_field(key))
        if level != Level():
            pipe.hset(keys.STOCK, stock_field(key), cast(str, _ENCODE(level)))
        if level.units is not None:
            pipe.hset(keys.STOCK_LEFT, stock_field(key), level.units)
        pipe.execute()

    def clear_levels(self) -> None:
        self._redis.delete(keys.STOCK, keys.STOCK_LEFT)

    def set_price(self, setting: SetPrice) -> None:
        self._redis.rpush(keys.SPOT_PRICES, cast(str, _ENCODE(setting)))


def take(pipe: Pipeline, group: ContainerGroup) -> None:
    """Count what a group has bought, and take it off the stock."""
    _count(pipe, group, +1)
    for field in group.state.placement.stock:
        pipe.hincrby(keys.STOCK_LEFT, field, -1)


def give_back(pipe: Pipeline, group: ContainerGroup) -> None:
    """The group has ended: all of it is free again, where the stock is still limited."""
    _count(pipe, group, -1)
    for field in group.state.placement.stock:
        pipe.eval(_GIVE_BACK, 1, keys.STOCK_LEFT, field)


def recount(pipe: Pipeline, before: ContainerGroup, after: ContainerGroup) -> None:
    """The group has been bought anew, in another size."""
    _count(pipe, before, -1)
    _count(pipe, after, +1)


def stock_field(key: StockKey) -> str:
    """``cn-hangzhou-i/2-4Gi/spot``"""
    return f"{key.zone}/{key.what}/{'spot' if key.spot else 'all'}"


def _stock_key(field: bytes) -> StockKey:
    zone, what, kind = field.decode().split("/")
    return StockKey(zone, what, kind == "spot")


def _levels(raws: dict[bytes, bytes], left: dict[bytes, bytes]) -> dict[StockKey, Level]:
    levels = {}
    for field, raw in raws.items():
        level = msgspec.json.decode(raw, type=Level)
        levels[_stock_key(field)] = Level(int(left[field]), level.closed) if field in left else level
    return levels


def _count(pipe: Pipeline, group: ContainerGroup, sign: int) -> None:
    placed = group.state.placement
    cpu, memory = sign * round(placed.cpu * MILLI), sign * round(placed.memory * MIB_PER_GIB)
    pipe.hincrby(keys.USED, _vcpus(group.account, group.region), cpu)
    for field, amount in zip(_host_fields(placed.host), (cpu, memory, sign), strict=True):
        pipe.hincrby(keys.USED, field, amount)


def _vcpus(account: str, region: str) -> str:
    return f"cpu {account} {region}"


def _host_fields(name: str) -> tuple[str, str, str]:
    return f"host-cpu {name}", f"host-memory {name}", f"host-groups {name}"
