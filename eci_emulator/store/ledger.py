"""Usage that has ended, kept for the bill. It is added to and never changed."""

from __future__ import annotations

from typing import Final, cast

import msgspec
from redis import Redis
from redis.client import Pipeline

from eci_emulator.model.usage import Usage
from eci_emulator.store import keys
from eci_emulator.store.table import Tenant

_CHUNK: Final = 10_000  # usages read in one go

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Usage)


class Ledger:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def add(self, pipe: Pipeline, usage: Usage) -> None:
        """Write an interval that has ended, in the transaction that ends it.

        Once written it stands: whoever writes the same interval again changes nothing.
        """
        owner = str(Tenant(usage.account, usage.region))
        end = float(usage.start if usage.end is None else usage.end)
        pipe.hsetnx(keys.USAGE, usage.id, cast(str, _ENCODER.encode(usage)))
        pipe.zadd(keys.usage_of(owner), {usage.id: end}, nx=True)
        pipe.sadd(keys.USAGE_OWNERS, owner)

    def ended(self, *, after: float = 0.0, account: str = "") -> list[Usage]:
        """The intervals that ended after a moment, of one account or of all."""
        ids: list[bytes] = []
        for owner in self._owners(account):
            ids += cast("list[bytes]", self._redis.zrangebyscore(keys.usage_of(owner), f"({after}", "+inf"))
        found: list[Usage] = []
        for start in range(0, len(ids), _CHUNK):
            chunk = [identity.decode() for identity in ids[start : start + _CHUNK]]
            raws = cast("list[bytes | None]", self._redis.hmget(keys.USAGE, chunk))
            found += [_DECODER.decode(raw) for raw in raws if raw]
        return found

    def _owners(self, account: str) -> list[str]:
        members = cast("set[bytes]", self._redis.smembers(keys.USAGE_OWNERS))
        owners = sorted(member.decode() for member in members)
        return [owner for owner in owners if not account or owner.partition("/")[0] == account]
