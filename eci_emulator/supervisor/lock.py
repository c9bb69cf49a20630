"""One supervisor per state folder: a lock that the kernel releases however its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another supervisor holds the state folder; ``pid`` is its process."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"an emulator already runs on this state folder (process {pid})")
        self.pid = pid


@contextmanager
def hold(state_dir: Path, *, wait: float = 0.5) -> Iterator[None]:
    """Hold the lock of a state folder; wait at most ``wait`` seconds for its holder to end.

    It is a moment at least, because whoever asks for the `holder` has the lock for an instant.
    Raises AlreadyRunning.
    """
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _path(state_dir).open("a+") as file:
        deadline = time.monotonic() + wait
        while not _try(file, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise AlreadyRunning(_pid(state_dir))
            time.sleep(0.02)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def holder(state_dir: Path) -> int:
    """The process that runs on a state folder, 0 when none does."""
    if not _path(state_dir).exists():
        return 0
    with _path(state_dir).open() as file:
        return 0 if _try(file, fcntl.LOCK_SH) else _pid(state_dir)


def _try(file: IO[str], operation: int) -> bool:
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(state_dir: Path) -> int:
    return int(_path(state_dir).read_text() or 0)


def _path(state_dir: Path) -> Path:
    return state_dir / "lock"
