"""Where the unix sockets of a run are: their paths are limited to 107 bytes by the kernel."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

LONGEST_PATH = 107
LONGEST_NAME = 20


def folder(state_dir: Path) -> Path:
    """The state folder, or when its path is too long a folder of its own under /tmp, noted in it."""
    if len(bytes(state_dir)) + 1 + LONGEST_NAME <= LONGEST_PATH:
        return state_dir
    note = _note(state_dir)
    if not (note.exists() and Path(note.read_text()).is_dir()):
        # Not the default folder for temporary files: TMPDIR may be just as long.
        note.write_text(tempfile.mkdtemp(prefix="eci-emulator-", dir="/tmp"))
    return Path(note.read_text())


def remove(state_dir: Path) -> None:
    """Remove the sockets of a run that has ended."""
    sockets = folder(state_dir)
    for socket in sockets.glob("*.sock"):
        socket.unlink()
    if sockets != state_dir:
        shutil.rmtree(sockets)
        _note(state_dir).unlink()


def _note(state_dir: Path) -> Path:
    return state_dir / "sockets"
