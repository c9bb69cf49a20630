"""A simulated container: its record, and what the record and the clock say about it (pure)."""

from __future__ import annotations

import math
import signal
from typing import NamedTuple

from msgspec import Struct, field

from eci_emulator.engine.driver import ContainerConfig, ContainerInfo, ContainerPhase, EngineError

#: Signals a process survives that does nothing about them.
_HARMLESS = frozenset({signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH})


class Output(NamedTuple):
    """Something a container says."""

    at: float  # seconds after its start
    stream: int  # 1 = stdout, 2 = stderr
    data: bytes


class Life(Struct, kw_only=True):
    """What a container does once it has started, as far as nobody interferes."""

    run_seconds: float = math.inf
    exit_code: int = 0
    oom: bool = False
    output: list[Output] = field(default_factory=list)
    traps: dict[int, int | None] = field(default_factory=dict)  # signal -> exit code; None: ignored


class Container(Struct, kw_only=True):
    """What is stored about a simulated container. Times are seconds on the engine's clock."""

    id: str
    config: ContainerConfig
    argv: list[str] = field(default_factory=list)  # what it runs; empty: its image's unknown program
    ip: str = ""
    started_at: float = 0.0  # may lie ahead: a start takes its time
    life: Life | None = None
    ended_at: float = math.inf  # when a signal ended it
    end_code: int = 0  # the exit code that the signal gave it
    error: str = ""  # why it could not be started

    def end(self) -> float:
        """When it ends or ended; infinity: never."""
        lifetime = self.life.run_seconds if self.life else math.inf
        return min(self.ended_at, self.started_at + lifetime) if self.started_at else math.inf

    def phase(self, now: float) -> ContainerPhase:
        if not self.started_at or now < min(self.started_at, self.ended_at):
            return "created"
        return "running" if now < self.end() else "exited"

    def exit_code(self) -> int:
        """The exit code of a container that has ended or could not be started."""
        if self.error:
            return 127
        killed = self.life is None or self.ended_at < self.started_at + self.life.run_seconds
        return self.end_code if killed or self.life is None else self.life.exit_code

    def log(self, now: float) -> list[Output]:
        """What it has said until now, with times on the engine's clock."""
        until = min(now, self.end())
        said = self.life.output if self.life else []
        shifted = (piece._replace(at=self.started_at + piece.at) for piece in said)
        return [piece for piece in shifted if piece.at <= until]

    def outcome_of(self, number: int) -> int | None:
        """The exit code a signal gives it; None when it takes no notice."""
        traps = self.life.traps if self.life else {}
        if number != signal.SIGKILL and number in traps:
            return traps[number]
        return None if number in _HARMLESS else 128 + number

    def info(self, now: float) -> ContainerInfo:
        phase = self.phase(now)
        ended = phase == "exited"
        has_begun = phase in ("running", "exited")
        return ContainerInfo(
            id=self.id,
            name=self.config.name,
            phase=phase,
            labels=self.config.labels,
            image=self.config.image,
            exit_code=self.exit_code() if ended or self.error else None,
            oom_killed=ended and self.life is not None and self.life.oom and self.ended_at == math.inf,
            started_at=self.started_at if has_begun else 0.0,
            finished_at=self.end() if ended else 0.0,
            error=self.error,
            ip=self.ip,
            networks={self.config.network: self.ip} if self.config.network else {},
        )


def signal_number(name: str) -> int:
    """The number of a signal given as ``TERM``, ``SIGTERM`` or ``15``."""
    text = name.upper().removeprefix("SIG")
    try:
        return signal.Signals(int(text)) if text.isdigit() else signal.Signals[f"SIG{text}"]
    except (KeyError, ValueError):
        raise EngineError(f"invalid signal: {name}") from None
