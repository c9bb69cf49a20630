"""Signature nonces that have been spent, as the API server remembers them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

#: Twice the window of a timestamp: after that no call with the nonce would be accepted any more.
NONCE_SECONDS: Final = 1800.0
#: Older ones are forgotten early when so many come, so that memory stays bounded (100 bytes each).
MAX_NONCES: Final = 1_000_000


class SpentNonces:
    """In memory, for it is one process that serves the API, and a trip to Redis costs as much as
    verifying the signature does. In two generations: the older one is dropped as a whole.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.clear()

    def clear(self) -> None:
        self._young: set[tuple[str, str]] = set()
        self._old: set[tuple[str, str]] = set()
        self._began = self._now()

    def add(self, access_key_id: str, nonce: str) -> bool:
        """Spend a nonce; False if it was spent before."""
        if self._now() - self._began >= NONCE_SECONDS or len(self._young) >= MAX_NONCES:
            self._young, self._old, self._began = set(), self._young, self._now()
        spent = (access_key_id, nonce)
        if spent in self._young or spent in self._old:
            return False
        self._young.add(spent)
        return True
