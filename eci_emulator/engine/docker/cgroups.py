"""Counters of a process's control group and network, from the kernel's files (cgroup v1 and v2)."""

from __future__ import annotations

import time
from pathlib import Path

from eci_emulator.engine.stats import Stats

ROOT = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60  # bytes; a v1 limit above this means none
_NETWORK_COLUMNS = {
    "rx_bytes": 0,
    "rx_packets": 1,
    "rx_errors": 2,
    "rx_dropped": 3,
    "tx_bytes": 8,
    "tx_packets": 9,
    "tx_errors": 10,
    "tx_dropped": 11,
}


def read_stats(pid: int) -> Stats:
    """The counters of the container whose main process is ``pid``.

    Raises:
        FileNotFoundError: the process has ended.
    """
    groups = _groups(pid)
    counters = _version_2(groups[""]) if "memory" not in groups else _version_1(groups)
    return Stats(time=time.time(), **counters, **_network(pid))


def _groups(pid: int) -> dict[str, Path]:
    """The process's control group by controller; "" is the one of version 2."""
    groups = {}
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            groups[controller] = ROOT / controller / path.lstrip("/")
    return groups


def _version_1(groups: dict[str, Path]) -> dict[str, int]:
    memory, disk = groups["memory"], groups["blkio"]
    detail = _table(memory / "memory.stat")
    limit = _number(memory / "memory.limit_in_bytes")
    transferred = _by_operation(disk / "blkio.throttle.io_service_bytes_recursive")
    operations = _by_operation(disk / "blkio.throttle.io_serviced_recursive")
    return {
        "cpu_nanoseconds": _number(groups["cpuacct"] / "cpuacct.usage"),
        **_memory(_number(memory / "memory.usage_in_bytes"), detail["total_inactive_file"]),
        "memory_cache": detail["total_cache"],
        "memory_rss": detail["total_rss"],
        "memory_limit": 0 if limit > _UNLIMITED else limit,
        "read_bytes": transferred.get("Read", 0),
        "write_bytes": transferred.get("Write", 0),
        "read_ios": operations.get("Read", 0),
        "write_ios": operations.get("Write", 0),
    }


def _version_2(group: Path) -> dict[str, int]:
    detail = _table(group / "memory.stat")
    limit = (group / "memory.max").read_text().strip()
    disk = _summed_pairs(group / "io.stat")
    return {
        "cpu_nanoseconds": _table(group / "cpu.stat")["usage_usec"] * 1000,
        **_memory(_number(group / "memory.current"), detail["inactive_file"]),
        "memory_cache": detail["file"],
        "memory_rss": detail["anon"],
        "memory_limit": 0 if limit == "max" else int(limit),
        "read_bytes": disk.get("rbytes", 0),
        "write_bytes": disk.get("wbytes", 0),
        "read_ios": disk.get("rios", 0),
        "write_ios": disk.get("wios", 0),
    }


def _memory(usage: int, inactive_file: int) -> dict[str, int]:
    return {"memory_usage": usage, "memory_working_set": max(0, usage - inactive_file)}


def _network(pid: int) -> dict[str, int]:
    """Sums over the interfaces of the process's network, without the loopback."""
    totals = dict.fromkeys(_NETWORK_COLUMNS, 0)
    for line in Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]:
        interface, values = line.split(":", 1)
        if interface.strip() != "lo":
            columns = values.split()
            for name, column in _NETWORK_COLUMNS.items():
                totals[name] += int(columns[column])
    return totals


def _number(path: Path) -> int:
    return int(path.read_text())


def _table(path: Path) -> dict[str, int]:
    """A file of lines ``name value``."""
    return {name: int(value) for name, value in (line.split() for line in path.read_text().splitlines())}


def _by_operation(path: Path) -> dict[str, int]:
    """A file of lines ``device operation value``, summed over devices; the line of totals is left out."""
    sums: dict[str, int] = {}
    for line in path.read_text().splitlines():
        if len(fields := line.split()) == 3:
            sums[fields[1]] = sums.get(fields[1], 0) + int(fields[2])
    return sums


def _summed_pairs(path: Path) -> dict[str, int]:
    """A file of lines ``device name=value ...``, summed over devices."""
    sums: dict[str, int] = {}
    for line in path.read_text().splitlines():
        for pair in line.split()[1:]:
            name, value = pair.split("=")
            sums[name] = sums.get(name, 0) + int(value)
    return sums
