"""Times as the ECI API writes them."""

from __future__ import annotations

import time


def iso(seconds: float) -> str:
    """``2018-08-02T15:00:00Z``; empty for 0, which means "not yet"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if seconds else ""
