"""The jobs that RQ carries. Thin: each finds the process's runtime and calls the controller."""

from __future__ import annotations

from eci_emulator import settings
from eci_workers.runtime import Runtime

_runtime: Runtime | None = None


def runtime() -> Runtime:
    """This process's runtime, made on first use and kept: an engine client costs more than a job."""
    global _runtime
    if _runtime is None:
        _runtime = Runtime(settings.load().with_instance())
    return _runtime


def reconcile(group_id: str) -> None:
    runtime().reconciler.reconcile(group_id)


def commit(task_id: str) -> None:
    runtime().committer.run(task_id)


def reconcile_cache(cache_id: str) -> None:
    runtime().caches.reconcile(cache_id)
