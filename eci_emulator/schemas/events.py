"""Events as Describe shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eci_emulator.model.events import Event
from eci_emulator.model.times import iso

Json = dict[str, Any]


def events_view(owner: str, events: Iterable[Event]) -> list[Json]:
    """The events of something of that name, newest first."""
    return [_event(owner, event) for event in reversed(list(events))]


def event_name(owner: str, event: Event) -> str:
    """As on ECI: the owner's name and, in hex, the nanosecond of the first occurrence."""
    return f"{owner}.{int(event.first_timestamp * 1e9):x}"


def _event(owner: str, event: Event) -> Json:
    return {
        "Name": event_name(owner, event),
        "Type": event.type,
        "Reason": event.reason,
        "Message": event.message,
        "Count": event.count,
        "FirstTimestamp": iso(event.first_timestamp),
        "LastTimestamp": iso(event.last_timestamp),
    }
