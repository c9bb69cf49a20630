"""What keeps a volume from being mounted."""

from __future__ import annotations

from eci_emulator.engine.driver import EngineError


class MountFailed(EngineError):
    """A volume cannot be had now; the group is told, and it is tried again."""

    def __init__(self, volume: str, reason: object) -> None:
        super().__init__(f'MountVolume.SetUp failed for volume "{volume}" : {reason}')
