"""Waking the workers: RQ carries the call, the records stay the truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from redis import Redis
from redis.client import Pipeline
from rq import Queue

from eci_emulator.store import keys
from eci_emulator.store.lease import poke

RECONCILE: Final = "eci_workers.jobs.reconcile"
COMMIT: Final = "eci_workers.jobs.commit"
RECONCILE_CACHE: Final = "eci_workers.jobs.reconcile_cache"
JOB_SECONDS: Final = 120
WORK_SECONDS: Final = 3600


class Wakeups:
    """Enqueues ``reconcile(group_id)`` on the queue of the group's host."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues: dict[str, Queue] = {}

    def queue(self, host: str) -> Queue:
        if host not in self._queues:
            self._queues[host] = Queue(keys.queue(host), connection=self._redis, default_timeout=JOB_SECONDS)
        return self._queues[host]

    def wake(self, host: str, group_id: str, pipe: Pipeline | None = None) -> None:
        """Have a group reconciled soon; in ``pipe``, together with the write that makes it needed."""
        self.queue(host).enqueue_call(
            RECONCILE, args=(group_id,), result_ttl=0, failure_ttl=60, ttl=600, pipeline=pipe
        )

    def begin(self, host: str, job: str, record_id: str, pipe: Pipeline | None = None) -> None:
        """Have a longer piece of work done on a host. It is run again until ``finish`` says it is done."""
        with self._transaction(pipe) as write:
            write.sadd(keys.work(host), f"{job} {record_id}")
            self.run(host, job, record_id, write)

    def run(self, host: str, job: str, record_id: str, pipe: Pipeline | None = None) -> None:
        """Have somebody look at a longer piece of work, or look again who is at it."""
        with self._transaction(pipe) as write:
            poke(write, keys.worked_on(host, record_id))
            self.queue(host).enqueue_call(
                job, args=(record_id,), timeout=WORK_SECONDS, result_ttl=0, failure_ttl=60, pipeline=write
            )

    @contextmanager
    def _transaction(self, pipe: Pipeline | None) -> Iterator[Pipeline]:
        """The one that is given, or one for this alone."""
        if pipe is not None:
            yield pipe
            return
        with self._redis.pipeline() as own:
            own.multi()
            yield own
            own.execute()

    def unfinished(self, host: str) -> list[tuple[str, str]]:
        """Job and record id of the longer pieces of work that a host has still to do."""
        members = cast("set[bytes]", self._redis.smembers(keys.work(host)))
        parted = [member.decode().partition(" ") for member in members]
        return [(job, record_id) for job, _, record_id in parted]

    def finish(self, host: str, job: str, record_id: str) -> None:
        self._redis.srem(keys.work(host), f"{job} {record_id}")

    def pending(self, host: str) -> int:
        return self.queue(host).count
