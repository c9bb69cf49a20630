"""Durations and moments as people write them: ``90``, ``90s``, ``1h30m``, ``2d``; ``2026-01-31T10:00:00Z``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import click

from eci_emulator.model.times import from_iso

_UNITS: Final = {"d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")


def duration(text: str) -> float:
    """Seconds; the type of a click parameter. Raises BadParameter."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not text or _PART.sub("", text):
        raise click.BadParameter(f"{text!r} is no duration; write 90s, 1h30m or 2d")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def moment(text: str) -> str:
    """A time in UTC, as the emulator takes it; the type of a click parameter. Raises BadParameter."""
    try:
        return datetime.fromtimestamp(from_iso(text), UTC).isoformat()
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is no time; write 2026-01-31T10:00:00Z") from None
