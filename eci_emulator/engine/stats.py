"""What an engine counts of a running container."""

from __future__ import annotations

from msgspec import Struct


class Stats(Struct, kw_only=True):
    """Counters of one container at one moment."""

    time: float
    cpu_nanoseconds: int = 0  # cumulative
    memory_usage: int = 0  # bytes
    memory_working_set: int = 0
    memory_cache: int = 0
    memory_rss: int = 0
    memory_limit: int = 0
    rx_bytes: int = 0
    tx_bytes: int = 0
    rx_packets: int = 0
    tx_packets: int = 0
    rx_errors: int = 0
    tx_errors: int = 0
    rx_dropped: int = 0
    tx_dropped: int = 0
    read_bytes: int = 0
    write_bytes: int = 0
    read_ios: int = 0
    write_ios: int = 0
