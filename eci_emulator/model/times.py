"""Times as the ECI API writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from eci_emulator.model.errors import InvalidFormat


def iso(seconds: float) -> str:
    """``2018-08-02T15:00:00Z``; empty for 0, which means "not yet"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if seconds else ""


def from_iso(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 time; one without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def given_time(parameter: str, text: str, default: float = 0.0) -> float:
    """Seconds since the epoch of a time that a caller gave; ``default`` when none was. Raises InvalidFormat."""
    try:
        return from_iso(text) if text else default
    except ValueError:
        raise InvalidFormat(
            parameter=parameter, reason="it must be a time like 2018-08-02T15:00:00Z"
        ) from None
