"""Keys that say whose a thing is at the moment: let go of by their owner alone."""

from __future__ import annotations

from typing import Final, cast

from redis import Redis

_LET_GO: Final = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0"


def owner(redis: Redis, key: str) -> str:
    """Whose the thing is; empty: nobody's."""
    return (cast("bytes | None", redis.get(key)) or b"").decode()


def let_go(redis: Redis, key: str, by: str) -> None:
    """Make it nobody's, if it is still the one's who lets it go; ``redis`` may be a pipeline."""
    redis.eval(_LET_GO, 1, key, by)
