"""One supervised process: started, watched, started again after a crash, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from eci_emulator.supervisor.backoff import Backoff
from eci_emulator.supervisor.output import Output
from eci_emulator.supervisor.state import Process

GRACE = 10.0
LONGEST_LINE = 1024 * 1024
LAST_LINES = 1.0  # seconds for what is still in the pipe when a process has ended
LEASH = Path(__file__).with_name("leash.py")


class Program(Struct, frozen=True, kw_only=True):
    """What to run. ``ready`` returns when the process can be used by those started after it."""

    name: str
    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[None]] | None = None


class Child:
    """Keeps one program running until it is stopped. ``changed`` is called at each start and end."""

    def __init__(self, program: Program, output: Output, changed: Callable[[], None]) -> None:
        self.program = program
        self._output = output
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._started_at = 0.0
        self._restarts = 0
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.program.name

    def start(self) -> None:
        self._output.open(self.name)
        self._task = asyncio.create_task(self._keep_running())

    async def stop(self, grace: float = GRACE) -> None:
        """Ask the process to end, kill it after ``grace`` seconds; returns when it has ended."""
        self._stopping.set()
        if self._task is None:
            return
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
        _, late = await asyncio.wait({self._task}, timeout=grace)
        if late:
            self._output.log.warning(f"{self.name} did not end within {grace:g} s and is killed")
            self.kill()
        await self._task

    def kill(self) -> None:
        """End the process and what it started at once."""
        if self._process is not None:
            self._kill_group(self._process.pid)

    def state(self) -> Process:
        """The process as it is now, for ``status``."""
        pid = self._process.pid if self._process else 0
        return Process(name=self.name, pid=pid, started_at=self._started_at, restarts=self._restarts)

    async def _keep_running(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            began = time.monotonic()
            ending = await self._run_once()
            if self._stopping.is_set():
                return
            uptime = time.monotonic() - began
            pause = backoff.after(uptime)
            self._output.log.warning(
                f"{self.name} {ending} after {uptime:.1f} s; started again in {pause:g} s"
            )
            self._restarts += 1
            self._changed()
            await self._pause(pause)

    async def _run_once(self) -> str:
        """Run the program to its end; tells how it ended."""
        async with _line_pipe() as (write, lines):
            try:
                self._process = await self._spawn(write)
            except OSError as error:
                return f"could not be started ({error})"
            finally:
                os.close(write)
            if self._stopping.is_set():  # while it was being started
                self._process.terminate()
            self._started_at = time.time()
            self._changed()
            reading = asyncio.create_task(self._pass_lines_on(lines))
            code = await self._process.wait()
            self._kill_group(self._process.pid)  # what it started ends with it
            await asyncio.wait({reading}, timeout=LAST_LINES)
            reading.cancel()
            self._process = None
            return _ending(code)

    async def _spawn(self, output: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *_leashed(self.program.argv),
            env=self.program.environ or None,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops all in order
        )

    async def _pass_lines_on(self, lines: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await lines.readline()
            except ValueError:
                line = b"(a line of more than 1 MiB is left out)\n"
            if not line:
                return
            self._output.line(self.name, line.decode(errors="replace").rstrip("\n"))

    async def _pause(self, seconds: float) -> None:
        waiting = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()

    def _kill_group(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


@asynccontextmanager
async def _line_pipe() -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """A pipe's end to write to, and its lines. asyncio's own pipe for a process would not do: with it
    ``wait()`` lasts until everyone who inherited the pipe has ended."""
    read, write = os.pipe()
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(read, "rb")
    )
    try:
        yield write, lines
    finally:
        transport.close()


def _leashed(argv: Sequence[str]) -> list[str]:
    """The command line that also ends with this process; only Linux has the means."""
    if sys.platform != "linux":
        return list(argv)
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *argv]


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by {signal.Signals(-code).name}"
