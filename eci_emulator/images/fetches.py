"""What a host is to fetch, for whom, and what came of it: the words between askers and the coordinator.

Everything is in Redis, so that neither end has to be there when the other speaks. Who asks for the
same thing again while it is being fetched, shares it; each asker collects the result once, by
asking again.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import Any, Final, cast

import msgspec
from msgspec import Struct
from redis import Redis, WatchError

from eci_emulator.engine import driver
from eci_emulator.engine.driver import EngineError, PullProgress, RegistryAuth
from eci_emulator.store import keys

#: Fetches at a time on a host; the others wait for their turn.
MOST_AT_ONCE: Final = 16
#: A result that nobody collects is forgotten after this long.
RESULT_SECONDS: Final = 600

_ASK: Final = """
local result = redis.call('getdel', KEYS[1])
if result then return result end
redis.call('hset', KEYS[2], ARGV[1], ARGV[2])
if redis.call('hsetnx', KEYS[3], ARGV[3], ARGV[4]) == 1 then redis.call('rpush', KEYS[4], ARGV[3]) end
return false
"""


class ImageFetch(Struct, frozen=True, tag="image"):
    reference: str
    auth: RegistryAuth | None = None


class DataFetch(Struct, frozen=True, tag="data"):
    """What a generation of a data cache holds."""

    cache: str
    generation: int


Fetch = ImageFetch | DataFetch


class Fetched(Struct, frozen=True, omit_defaults=True):
    """How a fetch ended: ``error`` is the name of an EngineError and its text, or empty."""

    size: int = 0  # bytes
    seconds: float = 0.0
    error: tuple[str, str] | None = None

    def check(self) -> None:
        """Raises the EngineError it ended with, if any."""
        if self.error:
            kind: type[EngineError] = getattr(driver, self.error[0], EngineError)
            raise kind(self.error[1])


def failure(error: EngineError) -> Fetched:
    return Fetched(error=(type(error).__name__, str(error)))


class Fetches:
    """The fetches of one host."""

    def __init__(self, redis: Redis, host: str) -> None:
        self._redis = redis
        self._host = host
        self._open = keys.fetches(host)
        self._progress = keys.fetch_progress(host)
        self._bell = keys.fetch_bell(host)

    # --- who asks --------------------------------------------------------------------------------

    def ask(self, fetch: Fetch, waiter: str, *, fresh: bool = False) -> Fetched | PullProgress:
        """Have something fetched; its result if it is through, else how far it is.

        ``waiter`` is the id of the record that is woken when it is through. ``fresh``: what may be
        there already is not good enough.
        """
        key = _key(fetch)
        found = self._redis.eval(
            _ASK,
            4,
            keys.fetched(self._host, key, waiter),
            keys.fetch_waiters(self._host, key),
            self._open,
            self._bell,
            waiter,
            str(int(fresh)),
            key,
            cast(str, msgspec.json.encode(fetch)),
        )
        if found:
            return msgspec.json.decode(cast(bytes, found), type=Fetched)
        return self.progress(key)

    def awaits(self, fetch: Fetch, waiter: str) -> bool:
        """Whether ``waiter`` has asked for it and has not collected the result."""
        key = _key(fetch)
        return bool(
            self._redis.exists(keys.fetched(self._host, key, waiter))
            or self._redis.hexists(keys.fetch_waiters(self._host, key), waiter)
        )

    def progress(self, key: str) -> PullProgress:
        raw = cast("bytes | None", self._redis.hget(self._progress, key))
        return msgspec.json.decode(raw, type=PullProgress) if raw else PullProgress(done=0, total=0)

    def not_begun(self) -> int:
        """How many are asked for, and nobody has heard of it yet."""
        return max(0, min(MOST_AT_ONCE, self._redis.hlen(self._open)) - self._redis.hlen(self._progress))

    # --- who fetches -----------------------------------------------------------------------------

    def open(self) -> dict[str, Fetch]:
        """What is to be fetched, by key; it survives a restart."""
        raws = cast("dict[bytes, bytes]", self._redis.hgetall(self._open))
        return {key.decode(): msgspec.json.decode(raw, type=Fetch) for key, raw in raws.items()}

    def wait(self, seconds: int) -> None:
        """Wait until something new is asked for, or the time is over."""
        self._redis.blpop([self._bell], timeout=seconds)

    def waiters(self, key: str) -> dict[str, bool]:
        """Who waits, and whether it wants it fresh."""
        found = cast("dict[bytes, bytes]", self._redis.hgetall(keys.fetch_waiters(self._host, key)))
        return {waiter.decode(): fresh == b"1" for waiter, fresh in found.items()}

    def note(self, key: str, progress: PullProgress) -> None:
        self._redis.hset(self._progress, key, cast(str, msgspec.json.encode(progress)))

    def finish(self, key: str, result: Fetched) -> list[str]:
        """Leave the result for each waiter; gives the waiters."""
        return self._close(key, msgspec.json.encode(result)) or []

    def drop(self, key: str, waiters: set[str]) -> bool:
        """Forget a fetch that nobody wants any more; False when somebody else has joined ``waiters``."""
        return self._close(key, None, waiters) is not None

    def _close(self, key: str, result: bytes | None, known: set[str] | None = None) -> list[str] | None:
        waiting = keys.fetch_waiters(self._host, key)
        while True:
            with suppress(WatchError), self._redis.pipeline() as pipe:
                pipe.watch(waiting)  # type: ignore[no-untyped-call]
                waiters = [waiter.decode() for waiter in cast("list[bytes]", pipe.hkeys(waiting))]
                if known is not None and not known.issuperset(waiters):
                    return None
                pipe.multi()
                self._write_end(pipe, key, waiters, result)
                pipe.execute()
                return waiters

    def _write_end(self, pipe: Any, key: str, waiters: list[str], result: bytes | None) -> None:
        pipe.delete(keys.fetch_waiters(self._host, key))
        pipe.hdel(self._open, key)
        pipe.hdel(self._progress, key)
        for waiter in waiters if result else ():
            pipe.set(keys.fetched(self._host, key, waiter), result, ex=RESULT_SECONDS)


def _key(fetch: Fetch) -> str:
    """The same for the same thing asked for with the same credentials."""
    return blake2b(msgspec.json.encode(fetch), digest_size=12).hexdigest()
