"""The Docker hosts (nodes) that run groups: each announces itself and renews that by heartbeat."""

from __future__ import annotations

import time
from typing import Final, cast

import msgspec
from redis import Redis

from eci_emulator.store import keys

#: A host that has not been heard of for this long (real seconds) is taken for lost.
LOST_AFTER_SECONDS: Final = 15.0


class Host(msgspec.Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """One Docker host as it announces itself."""

    name: str
    zones: list[str] = msgspec.field(default_factory=list)  # that it serves; none: all
    engine: str = ""  # docker | simulated
    engine_version: str = ""
    base_image: str = ""
    cpus: int = 0
    memory: int = 0  # bytes
    runtimes: list[str] = msgspec.field(default_factory=list)
    gpus: int = 0
    subnets: list[str] = msgspec.field(default_factory=list)  # ranges in use on it, by whomever
    agent: str = ""  # where its node agent listens: unix:///path or http://host:port
    draining: bool = False
    silenced: bool = False  # lost on demand
    heartbeat: float = 0.0  # real time

    def alive(self, real_now: float) -> bool:
        return not self.silenced and real_now - self.heartbeat < LOST_AFTER_SECONDS


class Hosts:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def drain(self, name: str, draining: bool) -> None:
        """A drained host gets no new groups; the mark stays until it is taken back."""
        if draining:
            self._redis.sadd(keys.DRAINED, name)
        else:
            self._redis.srem(keys.DRAINED, name)

    def announce(self, host: Host) -> None:
        host.heartbeat = time.time()
        self._redis.hset(keys.HOSTS, host.name, msgspec.json.encode(host))
        self._redis.hdel(keys.REFUSALS, host.name)

    def silence(self, host: Host) -> None:
        """Take a host for lost now, until it announces itself again."""
        host.silenced = True
        self._redis.hset(keys.HOSTS, host.name, msgspec.json.encode(host))

    def refuse(self, name: str, reason: str) -> None:
        """A node agent cannot work as it is set up, and says why."""
        self._redis.hset(keys.REFUSALS, name, reason)

    def refusals(self) -> list[str]:
        """Why the hosts that cannot work do not."""
        found = cast("dict[bytes, bytes]", self._redis.hgetall(keys.REFUSALS))
        return [f"{name.decode()}: {reason.decode()}" for name, reason in sorted(found.items())]

    def withdraw(self, name: str) -> None:
        self._redis.hdel(keys.HOSTS, name)

    def all(self) -> list[Host]:
        raws = cast("list[bytes]", self._redis.hvals(keys.HOSTS))
        drained = cast("set[bytes]", self._redis.smembers(keys.DRAINED))
        hosts = [msgspec.json.decode(raw, type=Host) for raw in raws]
        for host in hosts:
            host.draining = host.name.encode() in drained
        return sorted(hosts, key=lambda host: host.name)

    def get(self, name: str) -> Host | None:
        raw = cast("bytes | None", self._redis.hget(keys.HOSTS, name))
        return msgspec.json.decode(raw, type=Host) if raw else None

    def alive(self) -> list[Host]:
        now = time.time()
        return [host for host in self.all() if host.alive(now)]

    def subnets(self) -> list[str]:
        """The ranges that networks of any of the hosts already use."""
        return [subnet for host in self.all() for subnet in host.subnets]

    def worker_beats(self, worker: str) -> None:
        """A worker process says that it is there (real time)."""
        self._redis.zadd(keys.WORKERS, {worker: time.time()})

    def worker_ends(self, worker: str) -> None:
        self._redis.zrem(keys.WORKERS, worker)

    def workers(self) -> list[str]:
        """The worker processes heard of lately; those that were not are forgotten."""
        self._redis.zremrangebyscore(keys.WORKERS, "-inf", time.time() - LOST_AFTER_SECONDS)
        members = cast("list[bytes]", self._redis.zrange(keys.WORKERS, 0, -1))
        return [member.decode() for member in members]
