"""The files in a state folder by which the command line finds a running emulator."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from eci_emulator.settings import Settings, load


class Process(Struct, kw_only=True):
    """One supervised process; ``pid`` 0 while it waits to be started again."""

    name: str
    pid: int = 0
    started_at: float = 0.0  # seconds since the epoch
    restarts: int = 0


class Endpoint(Struct, kw_only=True):
    """One run of the emulator: where it answers and the settings it runs with.

    The file is written before anything is made in an engine and removed by ``down``: while it is
    there, running or not, something of this instance may exist.
    """

    url: str
    pid: int
    version: str
    engine: str
    instance: str
    started_at: float
    engine_note: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def run_settings(self) -> Settings:
        """The settings of the run, whatever this process's environment says."""
        return load({}, **self.settings)


def endpoint_path(state_dir: Path) -> Path:
    return state_dir / "endpoint.json"


def processes_path(state_dir: Path) -> Path:
    return state_dir / "processes.json"


def logs_dir(state_dir: Path) -> Path:
    return state_dir / "logs"


def read_endpoint(state_dir: Path) -> Endpoint | None:
    """The last run of this state folder, None when there was none since the last ``down``."""
    endpoint: Endpoint | None = _read(endpoint_path(state_dir), Endpoint)
    return endpoint


def read_processes(state_dir: Path) -> list[Process]:
    return _read(processes_path(state_dir), list[Process]) or []


def write(path: Path, record: Any) -> None:
    """Put a record in a file for the owner's eyes; a reader sees the old or the new, never a half."""
    made = path.with_suffix(f".{os.getpid()}")
    made.touch(mode=0o600)
    made.write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    made.replace(path)


def _read(path: Path, kind: Any) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
