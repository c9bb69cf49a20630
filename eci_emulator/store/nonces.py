"""Signature nonces that have been spent."""

from __future__ import annotations

from typing import Final

from redis import Redis

from eci_emulator.store import keys

#: Twice the window of a timestamp: after that no call with the nonce would be accepted any more.
NONCE_SECONDS: Final = 1800


class RedisNonces:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def add(self, access_key_id: str, nonce: str) -> bool:
        """Spend a nonce; False if it was spent before."""
        return bool(self._redis.set(f"{keys.NONCES}{access_key_id}:{nonce}", b"", nx=True, ex=NONCE_SECONDS))
