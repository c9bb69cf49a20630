"""One reconcile of a group at a time, and no wake-up lost in between.

A waker first raises the group's poke count, then tries to reconcile. Who holds the lease reads
the count before it looks at the world and again *after* it let go: a poke that came meanwhile,
whose own attempt found the lease taken, is seen by one of the two.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple, cast

from redis import Redis
from redis.client import Pipeline

from eci_emulator.store import keys
from eci_emulator.store.owners import let_go

LEASE_SECONDS: Final = 8
RENEW_SECONDS: Final = 2.0
POKES_SECONDS: Final = 86_400

_SETTLED: Final = """
if tonumber(redis.call('get', KEYS[1]) or '0') == tonumber(ARGV[2]) then
    return redis.call('srem', KEYS[2], ARGV[1])
end
return 0
"""
_RENEW: Final = (
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end return 0"
)


class Attention(NamedTuple):
    """What is being done about a group."""

    pokes: int
    heeded: bool  # a reconcile is through that knew of all pokes; until then somebody is still to come
    held: bool  # somebody is at work on it


class LeaseLost(Exception):
    """The lease ran out while it was held: somebody else may be at work, so stop."""


def unsettle(pipe: Pipeline, host: str, group_id: str) -> None:
    """Mark a group as one whose desired and observed states may differ."""
    poke(pipe, group_id)
    pipe.sadd(keys.unsettled(host), group_id)


def poke(pipe: Pipeline, group_id: str) -> None:
    """Something has happened that a reconcile which is under way may not have seen."""
    pipe.incr(keys.pokes(group_id))
    pipe.expire(keys.pokes(group_id), POKES_SECONDS)


def settled(redis: Redis, host: str, group_id: str, pokes: int) -> None:
    """A group has nothing left to do, unless it was poked since ``pokes`` were counted.

    ``redis`` may be a pipeline.
    """
    redis.eval(_SETTLED, 2, keys.pokes(group_id), keys.unsettled(host), group_id, str(pokes))


class Lease:
    def __init__(self, redis: Redis, key: str, token: str) -> None:
        self._redis = redis
        self._key = key
        self._token = token
        self._renewed = time.monotonic()

    def renew(self) -> None:
        """Hold on for another LEASE_SECONDS. Raises LeaseLost."""
        now = time.monotonic()
        if not self._redis.eval(_RENEW, 1, self._key, self._token, str(LEASE_SECONDS * 1000)):
            raise LeaseLost(self._key)
        self._renewed = now

    def check(self) -> None:
        """Raises LeaseLost when it has run out, for we have stood still. Costs nothing as long as it is renewed."""
        if time.monotonic() - self._renewed > LEASE_SECONDS / 2:
            self.renew()

    def release(self) -> None:
        let_go(self._redis, self._key, self._token)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew from a second thread while the block runs: an engine call may take its time."""
        ended = threading.Event()

        def keep() -> None:
            while not ended.wait(RENEW_SECONDS):
                with suppress(Exception):
                    self.renew()

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class Leases:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @contextmanager
    def hold(self, group_id: str) -> Iterator[Lease | None]:
        """The lease of a group for the duration of the block, None when someone else has it."""
        token = secrets.token_hex(8)
        key = keys.lease(group_id)
        if not self._redis.set(key, token, nx=True, ex=LEASE_SECONDS):
            yield None
            return
        lease = Lease(self._redis, key, token)
        try:
            yield lease
        finally:
            lease.release()

    def attend(self, group_id: str, settle: Callable[[Lease, int], None]) -> bool:
        """Hold a group's lease while ``settle`` works, which is told the pokes it can know of; again when there
        have been others. False when somebody else is at it.
        """
        while True:
            with self.hold(group_id) as lease:
                if lease is None:
                    return False
                pokes = self.pokes(group_id)
                try:
                    with lease.kept(), suppress(LeaseLost):
                        settle(lease, pokes)
                finally:
                    self.heed(group_id, pokes)
            if self.pokes(group_id) == pokes:
                return True

    def free(self, group_id: str) -> bool:
        return not self._redis.exists(keys.lease(group_id))

    def poke(self, group_id: str) -> None:
        pipe = self._redis.pipeline()
        poke(pipe, group_id)
        pipe.execute()

    def pokes(self, group_id: str) -> int:
        return int(cast("bytes | None", self._redis.get(keys.pokes(group_id))) or 0)

    def heed(self, group_id: str, pokes: int) -> None:
        """Note that a reconcile which knew of so many pokes is through, whatever came of it."""
        self._redis.set(keys.heeded(group_id), pokes, ex=POKES_SECONDS)

    def attention(self, group_ids: Collection[str]) -> dict[str, Attention]:
        """What is being done about some groups, in one trip."""
        if not group_ids:
            return {}
        names = [key(group_id) for key in (keys.pokes, keys.heeded, keys.lease) for group_id in group_ids]
        found = cast("list[bytes | None]", self._redis.mget(names))
        every = len(group_ids)
        rows = zip(group_ids, found[:every], found[every : 2 * every], found[2 * every :], strict=True)
        return {
            group_id: Attention(int(pokes or 0), heeded == (pokes or b"0"), lease is not None)
            for group_id, pokes, heeded, lease in rows
        }
