"""What falls due when, on the emulator's clock: one sorted set for the whole emulator.

A member is ``kind:id`` (``group:eci-...``). Each has one due time; setting it again moves it.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from redis import Redis
from redis.client import Pipeline

from eci_emulator.store import keys

_SET: Final = """
local first = redis.call('zrange', KEYS[1], 0, 0, 'withscores')[2]
redis.call('zadd', KEYS[1], ARGV[2], ARGV[1])
if not first or tonumber(ARGV[2]) < tonumber(first) then
    redis.call('del', KEYS[2])
    redis.call('rpush', KEYS[2], ARGV[1])
end
"""
_DONE: Final = """
local at = redis.call('zscore', KEYS[1], ARGV[1])
if at and tonumber(at) == tonumber(ARGV[2]) then return redis.call('zrem', KEYS[1], ARGV[1]) end
return 0
"""


#: Something happens to a container of a simulated engine.
ENGINE_TIMER: Final = "simulated"
#: The next look at whether a spot group may stay.
SPOT_TIMER: Final = "spot"


class Due(NamedTuple):
    kind: str
    id: str
    at: float


def set_timer(pipe: Pipeline, kind: str, record_id: str, at: float | None) -> None:
    """Set the due time of a thing, or clear it with None."""
    member = f"{kind}:{record_id}"
    if at is None:
        pipe.zrem(keys.TIMERS, member)
    else:
        pipe.eval(_SET, 2, keys.TIMERS, keys.TIMER_BELL, member, repr(at))


class Timers:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def next_due(self) -> float | None:
        rows = cast("list[tuple[bytes, float]]", self._redis.zrange(keys.TIMERS, 0, 0, withscores=True))
        return rows[0][1] if rows else None

    def wait(self, seconds: float) -> None:
        """Until a timer has been set that is due before all others, or the (real) time is over."""
        self._redis.blpop([keys.TIMER_BELL], timeout=max(seconds, 0.01))  # 0: for ever

    def due(self, until: float, limit: int = 1000) -> list[Due]:
        """What is due by then, earliest first. It stays until ``done``, so that a crash loses nothing."""
        rows = cast(
            "list[tuple[bytes, float]]",
            self._redis.zrange(
                keys.TIMERS, "-inf", until, byscore=True, withscores=True, offset=0, num=limit
            ),
        )
        parted = [(member.decode().partition(":"), at) for member, at in rows]
        return [Due(kind, record_id, at) for (kind, _, record_id), at in parted]

    def done(self, due: Due) -> None:
        """Clear a timer that fired, unless it was set to another time meanwhile."""
        self._redis.eval(_DONE, 1, keys.TIMERS, f"{due.kind}:{due.id}", repr(due.at))

    def set(self, kind: str, record_id: str, at: float | None) -> None:
        pipe = self._redis.pipeline()
        set_timer(pipe, kind, record_id, at)
        pipe.execute()
