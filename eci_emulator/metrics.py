"""The API server's own counters, in Prometheus' form."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which nobody asks for

REQUESTS = Counter(
    "eci_emulator_requests",
    "Calls of the API by action and error code.",
    ["action", "code"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "eci_emulator_request_seconds",
    "Time from request to answer.",
    ["action"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30),
    registry=REGISTRY,
)
GROUPS = Gauge("eci_emulator_groups", "Container groups by status.", ["status"], registry=REGISTRY)
QUEUED = Gauge(
    "eci_emulator_queued_jobs", "Wake-ups waiting for a worker, by host.", ["host"], registry=REGISTRY
)
STORED = Gauge("eci_emulator_stored", "Things on the hosts' disks.", ["what"], registry=REGISTRY)
STORED_BYTES = Gauge("eci_emulator_stored_bytes", "The room they take.", ["what"], registry=REGISTRY)
HOSTS = Gauge("eci_emulator_hosts", "Docker hosts alive.", registry=REGISTRY)


def text() -> str:
    return generate_latest(REGISTRY).decode()
