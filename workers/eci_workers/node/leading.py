"""Of several node agents one leads: it fires what falls due, and notices hosts that are lost."""

from __future__ import annotations

import secrets
import time
from typing import Final

from redis import Redis

from eci_emulator.store import keys

#: A leader that is not heard of for this long (real seconds) is followed by another.
LEADER_SECONDS: Final = 5

_ME: Final = secrets.token_hex(8).encode()


class Lead:
    """The lead, as seen by one task of this process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._sure_until = 0.0  # it was renewed less than half its time ago

    def is_ours(self) -> bool:
        """Whether this process leads, or does from now on."""
        if time.monotonic() < self._sure_until:
            return True
        mine = self._redis.set(keys.TIMEKEEPER, _ME, nx=True, ex=LEADER_SECONDS)
        if not mine and self._redis.get(keys.TIMEKEEPER) != _ME:
            return False
        self._redis.expire(keys.TIMEKEEPER, LEADER_SECONDS)
        self._sure_until = time.monotonic() + LEADER_SECONDS / 2
        return True
