"""What happens to simulated containers, when, and who is told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from eci_emulator.engine.driver import EngineEvent, Stream
from eci_emulator.engine.simulated.records import Container
from eci_emulator.engine.simulated.space import ENCODE, Records

_KEPT = 1000  # events, about
_BLOCK = 500  # milliseconds a listener waits before it looks whether it was closed
_DECODER = msgspec.msgpack.Decoder(EngineEvent)

Happening = Literal["start", "end"]


class Events(Records):
    """The part of the driver that tells what happens.

    A container starts and ends by the clock alone; events of it are only published when somebody
    calls ``tick`` at or after that time.
    """

    def next_due(self) -> float | None:
        """When the next container starts or ends by itself; None: nothing lies ahead."""
        first = self._redis.zrange(self._key("due"), 0, 0, withscores=True)
        return float(first[0][1]) if first else None

    def tick(self) -> int:
        """Publish what has fallen due, in the order it happened; returns how many happenings."""
        count = 0
        while due := self._redis.zrangebyscore(self._key("due"), "-inf", self._now(), start=0, num=1):
            happening, name = due[0].decode().split(":", 1)
            record = self._load(name)
            # Only one of those who tick at the same time takes it away and tells.
            if self._redis.zrem(self._key("due"), due[0]) and record:
                count += 1
                self._happen(self._redis, happening, record)
        return count

    def _happen(self, pipeline: Any, happening: Happening, record: Container) -> None:
        if happening == "start":
            self._publish(pipeline, record, "start", record.started_at)
            self._expect(pipeline, "end", record, record.end())
            return
        if record.info(record.end()).oom_killed:
            self._publish(pipeline, record, "oom", record.end())
        self._publish(pipeline, record, "die", record.end(), record.exit_code())

    def _expect(self, pipeline: Any, happening: Happening, record: Container, at: float) -> None:
        """Note what happens to a container by itself, and when; publish it if that is now."""
        if at <= self._now():
            self._happen(pipeline, happening, record)
        elif at < math.inf:
            pipeline.zadd(self._key("due"), {f"{happening}:{record.config.name}": at})
            self._on_due(record.config.name, at)

    def _forget_due(self, pipeline: Any, name: str) -> None:
        pipeline.zrem(self._key("due"), f"start:{name}", f"end:{name}")

    def _publish(
        self, pipeline: Any, record: Container, action: str, at: float, exit_code: int | None = None
    ) -> None:
        event = EngineEvent(
            action=action,
            container_id=record.id,
            name=record.config.name,
            labels=record.config.labels,
            time=at,
            exit_code=exit_code,
        )
        pipeline.xadd(self._key("events"), {"event": ENCODE(event)}, maxlen=_KEPT, approximate=True)

    def events(self, labels: Mapping[str, str], since: float = 0.0) -> Stream[EngineEvent]:
        key = self._key("events")
        last = self._redis.xrevrange(key, count=1) if not since else []
        begin = "0" if since or not last else last[0][0].decode()
        return _Listening(self._redis, key, begin, labels, since)


class _Listening:
    """Events from a place in the stream on."""

    def __init__(self, client: Any, key: str, begin: str, labels: Mapping[str, str], since: float) -> None:
        self._redis = client
        self._key = key
        self._last = begin
        self._labels = labels
        self._since = since
        self._closed = False
        self._events = self._read()

    def __iter__(self) -> Iterator[EngineEvent]:
        return self

    def __next__(self) -> EngineEvent:
        return next(self._events)

    def close(self) -> None:
        self._closed = True

    def _read(self) -> Iterator[EngineEvent]:
        while not self._closed:
            for _, entries in self._redis.xread({self._key: self._last}, block=_BLOCK) or ():
                for identity, fields in entries:
                    self._last = identity
                    event = _DECODER.decode(fields[b"event"])
                    if event.time >= self._since and carries(event.labels, self._labels):
                        yield event


def carries(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all wanted labels are there ("" stands for any value)."""
    return all(name in labels and value in ("", labels[name]) for name, value in wanted.items())
