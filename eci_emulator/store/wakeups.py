"""Waking the workers: RQ carries the call, the records stay the truth."""

from __future__ import annotations

from typing import Final

from redis import Redis
from redis.client import Pipeline
from rq import Queue

from eci_emulator.store import keys

RECONCILE: Final = "eci_workers.jobs.reconcile"
JOB_SECONDS: Final = 120


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

    def pending(self, host: str) -> int:
        return self.queue(host).count
