"""One supervised process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from eci_emulator.supervisor import backoff
from eci_emulator.supervisor.child import Child, Program
from eci_emulator.supervisor.output import Output


class Stage:
    """A child, and what it and the supervisor wrote."""

    def __init__(self, folder: Path, *argv: str, environ: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.output = Output(folder)
        self.changes = 0
        program = Program(name="toy", argv=argv, environ={**os.environ, **(environ or {})})
        self.child = Child(program, self.output, self._changed)

    def log(self, name: str = "toy") -> str:
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.01)

    def _changed(self) -> None:
        self.changes += 1


@asynccontextmanager
async def running(folder: Path, code: str, grace: float = 10.0) -> AsyncIterator[Stage]:
    stage = Stage(folder, sys.executable, "-c", code)
    stage.child.start()
    try:
        yield stage
    finally:
        await stage.child.stop(grace)
        stage.output.close()


SLEEP = "import time; print('up', flush=True); time.sleep(60)"


def test_lines_of_both_streams_go_to_the_log(tmp_path: Path) -> None:
    async def scene() -> None:
        code = "import sys; print('one'); print('two', file=sys.stderr); sys.stdout.flush()" + ";" + SLEEP
        async with running(tmp_path, code) as stage:
            await stage.until(lambda: "up" in stage.log())
            assert sorted(stage.log().split()) == ["one", "two", "up"]

    asyncio.run(scene())


def test_a_line_without_end_does_no_harm(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, "print('x' * 3_000_000); " + SLEEP) as stage:
            await stage.until(lambda: "up" in stage.log())
            assert "a line of more than 1 MiB is left out" in stage.log()
            assert len(stage.log()) < 2_000_000

    asyncio.run(scene())


def test_a_crashed_process_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, SLEEP) as stage:
            await stage.until(lambda: stage.child.state().pid)
            first = stage.child.state()
            os.kill(first.pid, signal.SIGKILL)
            await stage.until(lambda: stage.child.state().pid not in (0, first.pid))
            second = stage.child.state()
            assert second.restarts == 1
            assert second.started_at > first.started_at
            assert "toy was killed by SIGKILL after" in stage.log("supervisor")
            assert "started again in 0.2 s" in stage.log("supervisor")

    asyncio.run(scene())


def test_an_exit_code_is_said_and_pauses_grow(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, "raise SystemExit(3)") as stage:
            await stage.until(lambda: "again in 0.4 s" in stage.log("supervisor"))
            assert "toy ended with exit code 3" in stage.log("supervisor")

    asyncio.run(scene())


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    async def scene() -> None:
        stage = Stage(tmp_path, "/no/such/program")
        stage.child.start()
        await stage.until(lambda: "again in" in stage.log("supervisor"))
        await stage.child.stop()
        stage.output.close()

    asyncio.run(scene())


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    async def scene() -> None:
        code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
        async with running(tmp_path, code, grace=0.2) as stage:
            await stage.until(lambda: "up" in stage.log())
            pid = stage.child.state().pid
        assert "did not end within 0.2 s and is killed" in stage.log("supervisor")
        assert not Path(f"/proc/{pid}").exists()

    asyncio.run(scene())


def test_what_a_process_started_ends_with_it(tmp_path: Path, alive: Callable[[int], bool]) -> None:
    async def scene() -> None:
        code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); " + SLEEP
        async with running(tmp_path, code) as stage:
            await stage.until(lambda: "up" in stage.log())
            grandchild = int(stage.log().split()[0])
            os.kill(stage.child.state().pid, signal.SIGKILL)
            await stage.until(lambda: stage.child.state().restarts)
            assert not alive(grandchild)

    asyncio.run(scene())


def test_stopping_does_not_wait_for_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 600.0)

    async def scene() -> None:
        async with running(tmp_path, "raise SystemExit(3)") as stage:
            await stage.until(lambda: "again in 600 s" in stage.log("supervisor"))
        assert stage.child.state().restarts == 1

    asyncio.run(scene())


def test_a_process_that_is_just_being_started_is_stopped_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        spawned, stopping = asyncio.Event(), asyncio.Event()
        spawn = asyncio.create_subprocess_exec

        async def spawn_slowly(*argv: Any, **options: Any) -> asyncio.subprocess.Process:
            process = await spawn(*argv, **options)
            spawned.set()
            await stopping.wait()
            return process

        monkeypatch.setattr(asyncio, "create_subprocess_exec", spawn_slowly)
        stage = Stage(tmp_path, sys.executable, "-c", SLEEP)
        stage.child.start()
        await spawned.wait()
        ending = asyncio.create_task(stage.child.stop(grace=60))
        await asyncio.sleep(0)
        stopping.set()
        async with asyncio.timeout(30):
            await ending
        stage.output.close()

    asyncio.run(scene())
