"""The supervised tree: tiers of processes, started in order, kept running, stopped in reverse order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eci_emulator.supervisor.child import GRACE, Child, Program
from eci_emulator.supervisor.output import Output
from eci_emulator.supervisor.state import Process

READY_LIMIT = 15.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """The emulator cannot start; the text says why and what to do."""


class Supervisor:
    """Runs tiers of programs until a signal. The processes of a tier start together, once those of the
    tier before are ready; ``changed`` gets the state of all processes whenever one starts or ends."""

    def __init__(
        self,
        tiers: Sequence[Sequence[Program]],
        output: Output,
        changed: Callable[[list[Process]], None],
        *,
        grace: float = GRACE,
    ) -> None:
        self._changed = changed
        self._grace = grace
        self._output = output
        self._tiers = [[Child(program, output, self._report) for program in tier] for tier in tiers]
        self._children = [child for tier in self._tiers for child in tier]

    async def run(self, started: Callable[[], Awaitable[None]] | None = None) -> signal.Signals:
        """Run until SIGINT, SIGTERM or SIGHUP and return which; a second signal kills at once.

        ``started`` runs once every process has been started. Raises StartError.
        """
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[signal.Signals] = loop.create_future()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._end, ended, number)
        start = asyncio.create_task(self._start(started))
        waiting: set[asyncio.Future[Any]] = {start, ended}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                start.result()
            return await ended
        finally:
            start.cancel()
            await self._stop()

    def _end(self, ended: asyncio.Future[signal.Signals], number: signal.Signals) -> None:
        if not ended.done():
            self._output.log.info(f"{number.name}: stopping all processes")
            ended.set_result(number)
            return
        for child in self._children:
            child.kill()

    async def _start(self, started: Callable[[], Awaitable[None]] | None) -> None:
        for tier in self._tiers:
            for child in tier:
                child.start()
            for child in tier:
                await self._ready(child)
        if started is not None:
            await started()

    async def _ready(self, child: Child) -> None:
        if child.program.ready is None:
            return
        try:
            async with asyncio.timeout(READY_LIMIT):
                await child.program.ready()
        except TimeoutError:
            raise StartError(f"{child.name} was not ready within {READY_LIMIT:g} s") from None

    async def _stop(self) -> None:
        for tier in reversed(self._tiers):
            await asyncio.gather(*(child.stop(self._grace) for child in tier))

    def _report(self) -> None:
        self._changed([child.state() for child in self._children])
