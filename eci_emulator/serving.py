"""uvicorn's server, for processes that mostly wait."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import FrameType
from typing import Any, Final

import uvicorn

#: How often the Date header is set anew.
TICK_SECONDS: Final = 1.0


class Server(uvicorn.Server):
    """It sleeps until a signal comes; uvicorn's own looks ten times a second, most of what idling costs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told_to_exit = asyncio.Event()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_exit.wait(), TICK_SECONDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop:
            self._loop.call_soon_threadsafe(self._told_to_exit.set)
