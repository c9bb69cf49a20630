"""Limits of the rate of calls, as published: a token bucket for each account and action.

Buckets are in Redis, so that all processes share them, and fill by the emulator's clock: while it
stands still nothing is filled, moving it on fills them.
"""

from __future__ import annotations

import math
from typing import Final

from msgspec import Struct
from redis import Redis

from eci_emulator.clock import Clock
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.model import errors
from eci_emulator.store import keys


class Rate(Struct, frozen=True):
    """How many calls may come at once, and how many per second in the long run."""

    burst: int
    refill: float

    @classmethod
    def per_minute(cls, calls: int) -> Rate:
        return cls(calls, calls / 60)


#: Published limits; an action that is not here has none.
RATES: Final = {
    "CreateContainerGroup": Rate(100, 20),
    "DeleteContainerGroup": Rate(100, 20),
    "DescribeContainerGroups": Rate.per_minute(2000),
    "DescribeContainerGroupMetric": Rate.per_minute(2000),
    "DescribeContainerGroupPrice": Rate.per_minute(1000),
    "DescribeMultiContainerGroupMetric": Rate.per_minute(500),
    "DescribeContainerLog": Rate.per_minute(500),
    "ExecContainerCommand": Rate.per_minute(500),
    "RestartContainerGroup": Rate.per_minute(500),
    "UpdateContainerGroup": Rate.per_minute(500),
    "CreateImageCache": Rate.per_minute(200),
}

#: A bucket that nobody has asked for in this long (real seconds) is full again.
_KEPT_SECONDS: Final = 3600

_TAKE: Final = """
local now, burst, refill = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = redis.call('hmget', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * refill)
local taken = tokens >= 1
if taken then tokens = tokens - 1 end
redis.call('hset', KEYS[1], 'tokens', tostring(tokens), 'at', ARGV[1])
redis.call('expire', KEYS[1], ARGV[4])
return taken and 1 or 0
"""


class Throttle:
    """A stage of the request path. Raises ThrottlingUser when the bucket is empty."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._take = redis.register_script(_TAKE)
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        rate = RATES.get(exchange.operation)
        if rate is None:
            return
        bucket = keys.bucket(exchange.account, exchange.operation)
        arguments: list[str | float] = [repr(self._clock.now()), rate.burst, rate.refill, _KEPT_SECONDS]
        if not self._take(keys=[bucket], args=arguments):
            refused = errors.ThrottlingUser()
            refused.retry_after = math.ceil(1000 / rate.refill)
            raise refused
