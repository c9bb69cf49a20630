"""Counters of containers, from the kernel's own files where they can be seen: the engine's call
takes a second."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from docker.errors import NotFound as NotFoundAnswer

from eci_emulator.engine.docker import cgroups
from eci_emulator.engine.docker.commands import is_local
from eci_emulator.engine.docker.connection import Connection, translated
from eci_emulator.engine.driver import NotFound
from eci_emulator.engine.stats import Stats


class Statistics(Connection):
    """The part of the driver about counters."""

    def stats(self, name: str) -> Stats | None:
        with translated():
            try:
                answer = self._api.inspect_container(name)
                if not answer["State"]["Running"]:
                    return None
                pid = answer["State"]["Pid"]
                if is_local(pid, answer["Id"]):
                    with suppress(OSError):  # control groups may be out of sight, or it ended meanwhile
                        return cgroups.read_stats(pid)
                answer = self._api.stats(name, stream=False)
            except NotFoundAnswer:
                return None
        return None if answer["read"].startswith("0001-") else from_engine(answer)

    def written_bytes(self, name: str) -> int:
        with translated():
            try:
                answer = self._request("GET", f"/containers/{name}/json", params={"size": "true"}).json()
            except NotFound:
                return 0
        return int(answer.get("SizeRw", 0))


def from_engine(answer: dict[str, Any]) -> Stats:
    """The counters in the answer of the engine's own call."""
    memory = answer["memory_stats"]
    detail: dict[str, int] = memory.get("stats", {})
    usage = memory.get("usage", 0)
    inactive = detail.get("total_inactive_file", detail.get("inactive_file", 0))
    networks = (answer.get("networks") or {}).values()
    return Stats(
        time=time.time(),
        cpu_nanoseconds=answer["cpu_stats"]["cpu_usage"]["total_usage"],
        memory_usage=usage,
        memory_working_set=max(0, usage - inactive),
        memory_cache=detail.get("cache", detail.get("file", 0)),
        memory_rss=detail.get("rss", detail.get("anon", 0)),
        memory_limit=memory.get("limit", 0),
        **{
            f"{short}_{counter}": sum(network[f"{short}_{counter}"] for network in networks)
            for short in ("rx", "tx")
            for counter in ("bytes", "packets", "errors", "dropped")
        },
        **_disk(answer.get("blkio_stats") or {}),
    )


def _disk(answer: dict[str, Any]) -> dict[str, int]:
    counters = {"read_bytes": 0, "write_bytes": 0, "read_ios": 0, "write_ios": 0}
    for table, unit in (("io_service_bytes_recursive", "bytes"), ("io_serviced_recursive", "ios")):
        for row in answer.get(table) or []:
            name = f"{row['op'].lower()}_{unit}"
            if name in counters:
                counters[name] += row["value"]
    return counters
