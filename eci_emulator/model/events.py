"""Events of a container group: what happened, in the words of ECI and the kubelet."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

MAX_EVENTS: Final = 50

NORMAL: Final = "Normal"
WARNING: Final = "Warning"

KUBELET: Final = "kubelet"
ECI_SERVICE: Final = "EciService"


class Event(Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """One kind of occurrence; the same again only raises ``count`` and ``last_timestamp``."""

    type: str
    reason: str
    message: str
    source: str = KUBELET
    count: int = 1
    first_timestamp: float = 0.0
    last_timestamp: float = 0.0


def fold(events: list[Event], new: Event) -> list[Event]:
    """Return ``events`` with ``new`` added: counted into an equal one if there is one, else appended.

    Only the newest MAX_EVENTS are kept, as DescribeContainerGroups does.
    """
    kept = []
    for event in events:
        if (event.type, event.reason, event.message) == (new.type, new.reason, new.message):
            new = Event(
                type=new.type,
                reason=new.reason,
                message=new.message,
                source=new.source,
                count=event.count + new.count,
                first_timestamp=event.first_timestamp,
                last_timestamp=new.last_timestamp,
            )
        else:
            kept.append(event)
    return [*kept, new][-MAX_EVENTS:]
