"""Logs, counters and commands of simulated containers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from eci_emulator.engine.driver import ExecResult, ExecStream, NotFound
from eci_emulator.engine.simulated.containers import Containers
from eci_emulator.engine.simulated.conversation import Conversation
from eci_emulator.engine.simulated.files import ProgramFiles
from eci_emulator.engine.simulated.programs import act_out
from eci_emulator.engine.simulated.records import Container, Life, Output
from eci_emulator.engine.stats import Stats

_BUSY = 0.05  # share of its CPU that a container uses
_FULL = 0.2  # share of its memory


class LookingIn(Containers):
    """The part of the driver about what goes on in a container."""

    def exec(
        self, name: str, argv: Sequence[str], *, timeout: float, limit: int, user: str = ""
    ) -> ExecResult:
        """The command takes no real time: it is acted out at once, as far as it would get."""
        life = self._act(self._running(name), argv)
        said = [piece for piece in life.output if piece.at <= timeout]
        timed_out = life.run_seconds > timeout
        whole = b"".join(piece.data for piece in said)
        kept = _within(said, limit)
        return ExecResult(
            exit_code=-1 if timed_out else life.exit_code,
            output=b"".join(piece.data for piece in kept),
            stdout=b"".join(piece.data for piece in kept if piece.stream == 1),
            stderr=b"".join(piece.data for piece in kept if piece.stream == 2),
            truncated=len(whole) > limit,
            timed_out=timed_out,
        )

    def exec_stream(self, name: str, argv: Sequence[str], *, tty: bool, stdin: bool) -> ExecStream:
        record = self._running(name)
        return Conversation(lambda command: self._act(record, command), argv, tty=tty, stdin=stdin)

    def _running(self, name: str) -> Container:
        record = self._loaded(name)
        if record.phase(self._now()) != "running":
            raise NotFound(f"container {name} is not running")
        return record

    def _act(self, record: Container, argv: Sequence[str]) -> Life:
        config = record.config
        files = ProgramFiles(self, config, self._now())
        hostname = self._hostname(config)
        return act_out(argv, config.environment, files, hostname=hostname, unknown_ends=True)

    def logs(
        self,
        name: str,
        *,
        tail: int | None = None,
        since: float = 0.0,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> bytes:
        said = self._loaded(name).log(self._now())
        lines = [line for piece in said if piece.at >= since for line in _lines(piece, timestamps)]
        text = b"".join(lines if tail is None else lines[max(0, len(lines) - tail) :])
        return text if limit is None else text[max(0, len(text) - limit) :]

    def stats(self, name: str) -> Stats | None:
        record = self._load(name)
        now = self._now()
        if record is None or record.phase(now) != "running":
            return None
        cpus = record.config.nano_cpus or 1_000_000_000
        memory = int(record.config.memory * _FULL)
        return Stats(
            time=now,
            cpu_nanoseconds=int((now - record.started_at) * cpus * _BUSY),
            memory_usage=memory,
            memory_working_set=memory,
            memory_rss=memory,
            memory_limit=record.config.memory,
        )


def _lines(piece: Output, timestamps: bool) -> list[bytes]:
    """The lines of a piece of output, with the time in front of each if wanted."""
    moment = datetime.fromtimestamp(piece.at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z ").encode()
    return [(moment if timestamps else b"") + line for line in piece.data.splitlines(keepends=True)]


def _within(said: list[Output], limit: int) -> list[Output]:
    """The output cut off after ``limit`` bytes."""
    kept = []
    for piece in said:
        kept.append(piece._replace(data=piece.data[: max(0, limit)]))
        limit -= len(piece.data)
    return kept
