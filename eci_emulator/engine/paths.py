"""Paths inside volumes."""

from __future__ import annotations

from pathlib import PurePosixPath

from eci_emulator.engine.driver import EngineError


def inside(sub_path: str) -> PurePosixPath:
    """A mount's ``sub_path``; raises EngineError when it leads out of the volume."""
    path = PurePosixPath(sub_path)
    if path.is_absolute() or ".." in path.parts:
        raise EngineError(f"sub path {sub_path!r} leads out of the volume")
    return path
