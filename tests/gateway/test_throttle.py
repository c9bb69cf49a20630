"""The token buckets."""

from __future__ import annotations

import pytest
import redis

from eci_emulator.clock import Clock
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.throttle import RATES, Rate, Throttle
from eci_emulator.model import errors


class Caller:
    """Calls one action again and again, on a clock that stands still."""

    def __init__(self, client: redis.Redis, action: str, account: str = "1") -> None:
        self.clock = Clock(client)
        self.clock.freeze()
        self.throttle = Throttle(client, self.clock)
        self.action, self.account = action, account

    def call(self) -> bool:
        exchange = Exchange(method="POST", path="/", query=b"", headers=[], body=b"")
        exchange.operation, exchange.account = self.action, self.account
        try:
            self.throttle(exchange)
        except errors.ThrottlingUser:
            return False
        return True

    def passed(self, calls: int) -> int:
        return sum(self.call() for _ in range(calls))

    def wait(self, seconds: float) -> None:
        self.clock.set(self.clock.now() + seconds)


def test_a_burst_and_then_the_refill(redis_client: redis.Redis) -> None:
    caller = Caller(redis_client, "CreateContainerGroup")
    assert caller.passed(150) == 100
    caller.wait(1)
    assert caller.passed(50) == 20
    caller.wait(0.06)
    assert caller.passed(5) == 1


def test_a_bucket_never_holds_more_than_its_burst(redis_client: redis.Redis) -> None:
    caller = Caller(redis_client, "CreateContainerGroup")
    caller.call()
    caller.wait(86_400)
    assert caller.passed(150) == 100


def test_a_clock_that_is_set_back_takes_nothing_away(redis_client: redis.Redis) -> None:
    caller = Caller(redis_client, "CreateContainerGroup")
    assert caller.passed(50) == 50
    caller.wait(-3600)
    assert caller.passed(100) == 50


def test_calls_a_minute(redis_client: redis.Redis) -> None:
    caller = Caller(redis_client, "CreateImageCache")
    assert caller.passed(300) == 200
    caller.wait(60)
    assert caller.passed(300) == 200


def test_buckets_are_of_one_account_and_action(redis_client: redis.Redis) -> None:
    assert Caller(redis_client, "CreateContainerGroup").passed(101) == 100
    assert Caller(redis_client, "DeleteContainerGroup").call()
    assert Caller(redis_client, "CreateContainerGroup", "2").call()


def test_the_processes_share_them(redis_client: redis.Redis) -> None:
    one, other = (Caller(redis_client, "CreateContainerGroup") for _ in range(2))
    assert one.passed(60) + other.passed(60) == 100


def test_what_has_no_published_limit_has_none(redis_client: redis.Redis) -> None:
    assert Caller(redis_client, "DescribeRegions").passed(300) == 300
    assert list(redis_client.scan_iter("eci:bucket:*")) == []


@pytest.mark.parametrize(
    ("action", "burst", "refill"),
    [("DescribeContainerGroups", 2000, 2000 / 60), ("UpdateContainerGroup", 500, 500 / 60)],
)
def test_the_published_rates(action: str, burst: int, refill: float) -> None:
    assert RATES[action] == Rate(burst, refill)
