"""Logs as the API shows them: in emulated time, and no longer than asked."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from functools import partial
from typing import Final

import msgspec

from eci_emulator.clock import REAL, Clock, ClockState
from eci_emulator.engine.driver import Engine

#: The time that an engine puts in front of a line.
_STAMP: Final = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?= )", re.MULTILINE)


class LogQuery(msgspec.Struct):
    """``since`` is emulated time, 0 for all; ``limit`` keeps that many bytes, the first, as Kubernetes does."""

    tail: int
    since: float
    timestamps: bool
    limit: int


def read_log(engine: Engine, clock: Clock | None, name: str, query: LogQuery) -> str:
    """The part of a container's log that is asked for. Raises NotFound.

    ``clock`` tells the engine's real times in emulated time; None: the engine lives by that already.
    """
    state = clock.state() if clock else REAL
    since = state.to_real(query.since) if query.since else 0.0
    if math.isinf(since):  # a frozen clock will never come to it
        return ""
    content = engine.logs(name, tail=query.tail, since=since, timestamps=query.timestamps)
    if query.timestamps and state.mode != "real":
        content = _STAMP.sub(partial(_emulated, state), content)
    # Cut once it is text: what is no UTF-8 becomes longer by becoming text.
    text = content.decode(errors="replace").encode()
    return text[: query.limit].decode(errors="ignore")


def _emulated(state: ClockState, stamp: re.Match[bytes]) -> bytes:
    real = datetime.fromisoformat(stamp[0].decode()).timestamp()
    emulated = datetime.fromtimestamp(state.from_real(real), UTC)
    return emulated.strftime("%Y-%m-%dT%H:%M:%S.%f000Z").encode()
