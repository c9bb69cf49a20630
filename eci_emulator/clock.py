"""The only clock: real, frozen, scaled or moved, the same for every process.

Its state is a short list of segments in Redis; in each, emulated time runs from an anchor at a
scale (0 = frozen). Without segments emulated time is real time. Older segments are kept so that
the engine's real times of the recent past can be told in emulated time.

All times are seconds since the epoch, as floats.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

import msgspec
from redis import Redis
from redis.client import Pipeline

MAX_SEGMENTS: Final = 200
RECENT_SECONDS: Final = 1.0


class Segment(msgspec.Struct, array_like=True, frozen=True):
    """From ``real`` on, emulated time is ``emulated`` plus the real seconds since, times ``scale``."""

    real: float
    emulated: float
    scale: float

    def at(self, real: float) -> float:
        return self.emulated + (real - self.real) * self.scale


class ClockState(msgspec.Struct, frozen=True):
    segments: list[Segment]

    def from_real(self, real: float) -> float:
        """Emulated time at a moment of real time; before the first segment the two are the same."""
        for segment in reversed(self.segments):
            if real >= segment.real:
                return segment.at(real)
        return real

    def to_real(self, emulated: float) -> float:
        """The real moment since when it has been this late in emulated time: of a time that was jumped over
        the moment of the jump, of one that a frozen clock does not reach inf.
        """
        until = math.inf
        for segment in reversed(self.segments):
            ahead = emulated - segment.emulated
            if ahead >= 0:
                passed = ahead / segment.scale if segment.scale else math.inf if ahead else 0.0
                return min(segment.real + passed, until)
            until = segment.real
        return min(emulated, until)

    @property
    def scale(self) -> float:
        return self.segments[-1].scale if self.segments else 1.0

    def real_delay(self, emulated: float, real_now: float) -> float:
        """Real seconds from ``real_now`` until emulated time reaches ``emulated``; inf when frozen before it."""
        remaining = emulated - self.from_real(real_now)
        if remaining <= 0:
            return 0.0
        return remaining / self.scale if self.scale else math.inf

    @property
    def mode(self) -> str:
        """``real`` | ``frozen`` | ``scaled`` | ``moved``."""
        if not self.segments:
            return "real"
        if self.scale == 0:
            return "frozen"
        return "moved" if self.scale == 1 else "scaled"


REAL: Final = ClockState([])


class Clock:
    """The emulator's clock. Every read asks Redis, so that a moved clock is moved for everyone at once."""

    def __init__(self, redis: Redis, key: str = "eci:clock") -> None:
        self._redis = redis
        self._key = key
        self._recent = REAL
        self._read_at = 0.0

    def state(self) -> ClockState:
        raw = self._redis.get(self._key)
        return msgspec.json.decode(raw, type=ClockState) if isinstance(raw, bytes) else REAL

    def recent(self) -> float:
        """Like ``now`` without a trip to Redis, but a second late to see that another process moved the clock."""
        real = time.time()
        if not 0 <= real - self._read_at < RECENT_SECONDS:
            self._recent, self._read_at = self.state(), real
        return self._recent.from_real(real)

    def now(self) -> float:
        return self.state().from_real(time.time())

    def from_real(self, real: float) -> float:
        """A real time, such as the engine reports, in emulated time."""
        return self.state().from_real(real)

    def freeze(self) -> None:
        self._add(lambda state, real: Segment(real, state.from_real(real), 0.0))

    def set(self, emulated: float) -> None:
        """Jump to a time, going on at the present scale. Does not fire what falls due in between."""
        self._add(lambda state, real: Segment(real, emulated, state.scale))

    def rescale(self, scale: float) -> None:
        """Go on from now at ``scale`` emulated seconds a real second."""
        if scale < 0 or not math.isfinite(scale):
            raise ValueError("scale must be a number from 0 up")
        self._add(lambda state, real: Segment(real, state.from_real(real), scale))

    def reset(self) -> None:
        """Back to real time."""
        self._redis.delete(self._key)
        self._read_at = 0.0

    def _add(self, segment: Callable[[ClockState, float], Segment]) -> None:
        """Go on as ``segment`` says of the state and the real time there is, whoever else moves the clock now."""

        def write(pipe: Pipeline) -> None:
            state = self.state()
            segments = [*state.segments, segment(state, time.time())]
            pipe.multi()
            pipe.set(self._key, msgspec.json.encode(ClockState(_thinned(segments))))

        self._redis.transaction(write, self._key)
        self._read_at = 0.0


def _thinned(segments: list[Segment]) -> list[Segment]:
    """Not more than MAX_SEGMENTS: the one that lasted the shortest goes, which leaves the least untold."""
    if len(segments) <= MAX_SEGMENTS:
        return segments
    shortest = min(range(len(segments) - 1), key=lambda i: segments[i + 1].real - segments[i].real)
    return segments[:shortest] + segments[shortest + 1 :]
