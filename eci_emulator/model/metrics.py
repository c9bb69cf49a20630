"""What a group uses of its CPU, memory, network and disks: samples of counters, and records made of them.

Pure. Times are seconds since the epoch, sizes bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

from msgspec import Struct, field

#: Two samples further apart (in the engine's time) say nothing about the time between them.
MAX_GAP_SECONDS: Final = 60.0


class Traffic(Struct, array_like=True):
    """Counters of a network interface."""

    rx_bytes: int = 0
    rx_packets: int = 0
    rx_errors: int = 0
    rx_dropped: int = 0
    tx_bytes: int = 0
    tx_packets: int = 0
    tx_errors: int = 0
    tx_dropped: int = 0


class Storage(Struct, array_like=True):
    """Counters of what went to and from disks, and what lies on them."""

    read_bytes: int = 0
    read_ios: int = 0
    write_bytes: int = 0
    write_ios: int = 0
    used: int = 0


class ContainerSample(Struct, array_like=True):
    """One container; ``cpu`` is cumulative, in nanoseconds."""

    name: str
    cpu: int
    usage: int
    working_set: int
    cache: int
    rss: int


class Sample(Struct, array_like=True):
    """One group at one moment: ``at`` on the emulator's clock, ``time`` on the engine's, ``taken`` in real time."""

    at: float
    time: float
    taken: float
    containers: list[ContainerSample]
    traffic: Traffic = field(default_factory=Traffic)
    storage: Storage = field(default_factory=Storage)


class Usage(Struct):
    """One container in a record; ``nano_cores`` is its mean over the record's time."""

    sample: ContainerSample
    nano_cores: int


class MetricRecord(Struct):
    at: float
    containers: list[Usage]
    traffic: Traffic
    storage: Storage


def records(samples: Sequence[Sample], period: int, start: float, end: float) -> list[MetricRecord]:
    """A record for each ``period`` seconds in which samples were taken, at its beginning on the clock.

    A sample needs one before it, to tell what happened in between.
    """
    pairs = [
        (before, after)
        for before, after in pairwise(samples)
        if start <= after.at <= end and 0 <= after.time - before.time <= MAX_GAP_SECONDS
    ]
    return [
        _record(begin * period, list(group)) for begin, group in groupby(pairs, lambda p: p[1].at // period)
    ]


def _record(at: float, pairs: list[tuple[Sample, Sample]]) -> MetricRecord:
    last = pairs[-1][1]
    seconds = sum(after.time - before.time for before, after in pairs)
    usages = [
        Usage(now, round(sum(_used(now.name, *pair) for pair in pairs) / seconds) if seconds else 0)
        for now in last.containers
    ]
    return MetricRecord(at, usages, last.traffic, last.storage)


def _used(name: str, before: Sample, after: Sample) -> int:
    """Nanoseconds of CPU that a container used between two samples; one that restarted counts from zero."""
    first, last = (_cpu(sample, name) for sample in (before, after))
    return last - first if last >= first else last


def _cpu(sample: Sample, name: str) -> int:
    return next((container.cpu for container in sample.containers if container.name == name), 0)
