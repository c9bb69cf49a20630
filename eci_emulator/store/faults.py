"""The faults that lie in wait, and how often each has fired."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from typing import Any, Final, cast

import msgspec
from redis import Redis

from eci_emulator.model.fault import Fault, Kind, Occasion
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store import keys
from eci_emulator.trace import MAX_REQUESTS, TracedRequest

#: What another process added or removed is seen after this long (real seconds) at the most.
SEEN_AFTER_SECONDS: Final = 1.0

_ENCODE: Final = msgspec.json.encode


class Faults:
    """Looking for faults costs nothing while there are none."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._known: list[Fault] = []
        self._read_at = 0.0

    # --- what users say ----------------------------------------------------------------------------

    def add(self, fault: Fault) -> Fault:
        """Raises InvalidValue, MissingParameter."""
        fault.check()
        fault.id = f"fault-{self._redis.incr(keys.FAULT_SEQUENCE)}"
        self._redis.hset(keys.FAULTS, fault.id, cast(str, _ENCODE(fault)))
        self.refresh()
        return fault

    def remove(self, fault_id: str) -> bool:
        removed = self._redis.hdel(keys.FAULTS, fault_id)
        self._redis.hdel(keys.FAULTS_FIRED, fault_id, f"{fault_id} tried")
        self.refresh()
        return bool(removed)

    def clear(self) -> None:
        self._redis.delete(keys.FAULTS, keys.FAULTS_FIRED)
        self.refresh()

    def refresh(self) -> None:
        """Look at the next occasion what there is."""
        self._read_at = 0.0

    def all(self) -> list[Fault]:
        """In the order in which they were added, which is the one they are tried in."""
        raws = cast("list[bytes]", self._redis.hvals(keys.FAULTS))
        faults = [msgspec.json.decode(raw, type=Fault) for raw in raws]
        return sorted(faults, key=lambda fault: int(fault.id.rpartition("-")[2]))

    def fired(self, fault_id: str) -> int:
        return int(cast("bytes | None", self._redis.hget(keys.FAULTS_FIRED, fault_id)) or 0)

    # --- occasions ---------------------------------------------------------------------------------

    def of(self, kinds: Collection[Kind]) -> list[Fault]:
        """The faults of some kinds; no trip to Redis for a second."""
        now = time.monotonic()
        if not self._read_at or now - self._read_at > SEEN_AFTER_SECONDS:
            self._known, self._read_at = self.all(), now
        return [fault for fault in self._known if fault.kind in kinds]

    def firing(self, kinds: Collection[Kind], occasion: Occasion, now: float) -> Iterator[Fault]:
        """The faults that fire on an occasion; each is counted."""
        for fault in self.of(kinds):
            if occasion.meets(fault) and self._fires(fault, now):
                yield fault

    def _fires(self, fault: Fault, now: float) -> bool:
        if fault.until and now >= fault.until:
            return False
        if fault.probability is not None:
            number = self._redis.hincrby(keys.FAULTS_FIRED, f"{fault.id} tried", 1)
            if not fault.hits(number):
                return False
        if self._redis.hincrby(keys.FAULTS_FIRED, fault.id, 1) <= (fault.times or float("inf")):
            return True
        self._redis.hincrby(keys.FAULTS_FIRED, fault.id, -1)
        return False

    def active(self, kind: Kind, occasion: Occasion, now: float) -> Fault | None:
        """A fault that lasts (a host is lost, a clock is off) and is not over; it is not counted."""
        for fault in self.of({kind}):
            if occasion.meets(fault) and not (fault.until and now >= fault.until):
                return fault
        return None

    def count(self, fault: Fault) -> None:
        """It was active, and something came of it."""
        self._redis.hincrby(keys.FAULTS_FIRED, fault.id, 1)

    # --- what has fired away from the API ----------------------------------------------------------

    def tell(
        self,
        fault: Fault,
        action: str,
        host: str,
        now: float,
        *,
        group: ContainerGroup | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        """Have a firing that no request met shown among the requests: ``engine.pull``, ``host.loss`` ..."""
        firing = TracedRequest(
            request_id="",
            action=action,
            account=group.account if group else "",
            region=group.region if group else "",
            dialect=action.partition(".")[0],
            client=host,
            status=0,
            parameters=parameters or {},
            fault=fault.label,
            time=now,
        )
        self._redis.lpush(keys.FAULT_FIRINGS, cast(str, _ENCODE(firing)))
        self._redis.ltrim(keys.FAULT_FIRINGS, 0, MAX_REQUESTS - 1)

    def told(self) -> list[TracedRequest]:
        """Newest first."""
        raws = cast("list[bytes]", self._redis.lrange(keys.FAULT_FIRINGS, 0, -1))
        return [msgspec.json.decode(raw, type=TracedRequest) for raw in raws]

    def untell(self) -> None:
        self._redis.delete(keys.FAULT_FIRINGS)
