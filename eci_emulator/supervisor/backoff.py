"""How long to wait before a crashed process is started again."""

from __future__ import annotations

FIRST = 0.2
LONGEST = 5.0
HEALTHY = 30.0


class Backoff:
    """Doubling pauses, from FIRST to LONGEST seconds; a run of HEALTHY seconds starts over."""

    def __init__(self) -> None:
        self._next = FIRST

    def after(self, uptime: float) -> float:
        """The pause in seconds after a run of ``uptime`` seconds."""
        pause = FIRST if uptime >= HEALTHY else self._next
        self._next = min(pause * 2, LONGEST)
        return pause
