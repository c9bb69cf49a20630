"""Telling a container that cannot start from one whose start was cut off by the engine's death."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

from eci_emulator.engine.docker.commands import is_local

#: What the engine says, in small letters, when it, containerd, a shim or the runtime died on the way.
_LOST: Final = re.compile(
    "|".join(
        (
            # The connection between two of them.
            r"connection (error|refused|reset by peer)",
            r"(transport|connection|use of closed|server|client).* (is )?clos(ing|ed)",
            r"ttrpc: closed",
            r"unexpected eof|server: eof|broken pipe",
            r"context (canceled|deadline exceeded)",
            r": unavailable$",
            # One of them, killed.
            r"failed to start shim",
            r"shim (disconnected|not found|.*exited)",
            r"signal: (killed|terminated)|exit status (137|143)",
            # What a start that was cut off has left behind: the same is never started again.
            r"(task|container) .*already exists|id already in use|container with id exists|: file exists",
            r"(task|container) \w+:? not found|no such task|cannot start a stopped process",
            r"marked for removal",
        )
    )
)
#: Who says this has lived to say it, whatever connection it goes on to speak of: to a file server, to a
#: program that had no memory to begin with ...
_NOT_LOST: Final = ("error while mounting volume", "unable to start container process")


def is_lost(text: str) -> bool:
    """Whether ``text``, why a start failed, speaks of the engine's end rather than of the container."""
    lowered = text.lower()
    return not any(phrase in lowered for phrase in _NOT_LOST) and bool(_LOST.search(lowered))


def kill_remains(container_id: str) -> None:
    """Kill what runs of a container whose engine does not know that it does, if it is on this machine."""
    for pid in [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]:
        if is_local(pid, container_id):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
