"""What every stored resource beside the container group has in common."""

from __future__ import annotations

from msgspec import field

from eci_emulator.model.events import NORMAL, Event, fold
from eci_emulator.model.group import Record, Tag


class Resource(Record, kw_only=True):
    """``version`` is the compare-and-set token, ``sequence`` the order of creation (the paging cursor)."""

    id: str
    account: str
    region: str
    name: str = ""
    resource_group_id: str = ""
    tags: list[Tag] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)  # oldest first, 50 at most
    creation_time: float = 0.0
    sequence: int = 0
    version: int = 0

    def tell(self, now: float, reason: str, message: str, kind: str = NORMAL) -> None:
        """Add an event."""
        event = Event(type=kind, reason=reason, message=message, first_timestamp=now, last_timestamp=now)
        self.events = fold(self.events, event)
