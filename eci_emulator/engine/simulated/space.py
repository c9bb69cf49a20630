"""Where the simulated engine keeps its state in Redis, and its index of labels."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
import redis

from eci_emulator.engine.driver import NotFound
from eci_emulator.engine.simulated.records import Container

Kind = Literal["container", "network", "volume"]
#: What a caller wants to be told: at this time something happens to the container of that name.
OnDue = Callable[[str, float], None]

ENCODE = msgspec.msgpack.encode
_DECODER = msgspec.msgpack.Decoder(Container)


class Space:
    """Base of the driver's parts: the Redis client, the names of keys, the clock.

    Args:
        client: gives bytes (no ``decode_responses``); each stream of events holds a connection of
            it for half a second at a time. All processes that share its database and the prefix
            share the engine.
        prefix: of all keys.
        now: the clock that containers live by, seconds since the epoch.
        on_due: told when the next thing to happen to a container falls due; ``tick`` is to be
            called then.
    """

    def __init__(
        self,
        client: redis.Redis,
        prefix: str = "engine",
        *,
        now: Callable[[], float] = time.time,
        on_due: OnDue | None = None,
    ) -> None:
        self._redis: Any = client  # whose methods are typed as if they might be coroutines
        self._prefix = prefix
        self._now = now
        self._on_due = on_due or (lambda _name, _at: None)

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))

    def _label_keys(self, kind: Kind, labels: Mapping[str, str]) -> list[str]:
        """The sets that list the things of a kind which carry these labels ("": any value)."""
        return [
            self._key(kind, "label", f"{name}={value}" if value else name) for name, value in labels.items()
        ]

    def _index(self, pipeline: Any, kind: Kind, name: str, labels: Mapping[str, str]) -> None:
        """Enter a thing under each of its labels."""
        pipeline.sadd(self._key(kind, "all"), name)
        for key in self._label_keys(kind, labels) + self._label_keys(kind, dict.fromkeys(labels, "")):
            pipeline.sadd(key, name)

    def _unindex(self, pipeline: Any, kind: Kind, name: str, labels: Mapping[str, str]) -> None:
        pipeline.srem(self._key(kind, "all"), name)
        for key in self._label_keys(kind, labels) + self._label_keys(kind, dict.fromkeys(labels, "")):
            pipeline.srem(key, name)

    def _labelled(self, kind: Kind, labels: Mapping[str, str]) -> list[str]:
        """Names of the things that carry all these labels, in order."""
        keys = self._label_keys(kind, labels) or [self._key(kind, "all")]
        return sorted(name.decode() for name in self._redis.sinter(keys))

    def close(self) -> None:
        """Nothing to let go of: the client is the caller's."""


class Records(Space):
    """The containers' records."""

    def _load(self, name: str) -> Container | None:
        stored = self._redis.get(self._container_key(name))
        return _DECODER.decode(stored) if stored else None

    def _loaded(self, name: str) -> Container:
        """The record; raises NotFound."""
        record = self._load(name)
        if record is None:
            raise NotFound(f"no such container: {name}")
        return record

    def _load_all(self, names: list[str]) -> list[Container]:
        stored = self._redis.mget([self._container_key(name) for name in names]) if names else []
        return [_DECODER.decode(record) for record in stored if record]

    def _container_key(self, name: str) -> str:
        return self._key("container", "record", name)
