"""A command in a container, talked with over a WebSocket: frames in, frames out, until one side ends.

Nothing piles up on the way: who sends faster than the other side takes is made to wait. A command whose
WebSocket is gone is killed; it has nobody left to serve.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

import anyio
import msgspec
from anyio import CapacityLimiter, create_task_group, sleep
from anyio.to_thread import run_sync
from starlette.websockets import WebSocket, WebSocketDisconnect

from eci_emulator.engine.driver import EngineError, ExecStream, NotFound
from eci_emulator.nodes import NOT_RUNNING, Frame
from eci_emulator.store.exec_sessions import ExecSession

#: Conversations at a time; each keeps a thread waiting for output, and one more while input is not taken.
MOST_CONVERSATIONS: Final = 200
#: While a command does not take its input, this often it is tried whether anyone is still there.
STALLED_SECONDS: Final = 5.0
MAX_REASON_BYTES: Final = 120  # of a WebSocket's close
TRY_AGAIN: Final = 1013
FAILED: Final = 1011

T = TypeVar("T")
Begin = Callable[[ExecSession], ExecStream]


class Conversations:
    """Serves WebSockets; ``begin`` starts a session's command."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._threads = CapacityLimiter(2 * MOST_CONVERSATIONS)
        self._open = 0

    async def serve(self, websocket: WebSocket) -> None:
        """The first message is the session; the answer to it says that the command has begun."""
        await websocket.accept()
        if self._open >= MOST_CONVERSATIONS:
            await websocket.close(TRY_AGAIN, "too many commands are being talked with")
            return
        self._open += 1
        try:
            session = msgspec.json.decode(await websocket.receive_bytes(), type=ExecSession)
            stream = await run_sync(self._begin, session, limiter=self._threads)
        except NotFound as error:
            await websocket.close(NOT_RUNNING, _reason(error))
        except EngineError as error:
            await websocket.close(FAILED, _reason(error))
        else:
            await _Conversation(websocket, stream, session, self._threads).hold()
        finally:
            self._open -= 1


class _Conversation:
    def __init__(
        self, websocket: WebSocket, stream: ExecStream, session: ExecSession, threads: CapacityLimiter
    ) -> None:
        self._websocket = websocket
        self._stream = stream
        self._session = session
        self._threads = threads

    async def hold(self) -> None:
        """Pass frames both ways until the command has ended or the client is gone."""
        try:
            await self._websocket.send_text("begun")
            async with create_task_group() as tasks:
                tasks.start_soon(self._listen)
                await self._tell()
                tasks.cancel_scope.cancel()
        except* WebSocketDisconnect:
            pass
        except* EngineError as failed:
            with suppress(WebSocketDisconnect):
                await self._websocket.close(FAILED, _reason(failed.exceptions[0]))
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._leave, limiter=self._threads)

    async def _tell(self) -> None:
        """Pass on what the command says, and how it ended."""
        while (piece := await self._blocking(self._stream.read)) is not None:
            stream, data = piece
            await self._websocket.send_bytes(bytes([stream]) + data)
        code = await self._exit_code()
        await self._websocket.send_bytes(bytes([Frame.EXIT]) + str(code).encode())
        await self._websocket.close()

    async def _exit_code(self) -> int:
        """Output may end before the command does."""
        pause = 0.005
        while (code := await self._blocking(self._stream.exit_code)) is None:
            await sleep(pause)
            pause = min(2 * pause, 0.25)
        return code

    async def _listen(self) -> None:
        """Pass on to the command what comes in. Raises WebSocketDisconnect."""
        while True:
            frame = await self._websocket.receive_bytes()
            kind, data = frame[:1], frame[1:]
            if kind == bytes([Frame.RESIZE]):
                await self._resize(data)
            elif kind == bytes([Frame.STDIN]) and self._session.stdin:
                await self._type(data)

    async def _type(self, data: bytes) -> None:
        if data:
            with suppress(EngineError):  # it has closed its input, or has just ended: that is its affair
                await self._write(data)
        elif not self._session.tty:  # a terminal's input ends by ^D
            await self._blocking(self._stream.close_stdin)

    async def _write(self, data: bytes) -> None:
        """Write to the command. While it takes nothing, empty output tells whether the other side is there."""

        async def write() -> None:
            await self._blocking(self._stream.write, data)
            writing.cancel_scope.cancel()

        async with create_task_group() as writing:
            writing.start_soon(write)
            while True:
                await sleep(STALLED_SECONDS)
                await self._websocket.send_bytes(bytes([Frame.STDOUT]))

    async def _resize(self, data: bytes) -> None:
        with suppress(msgspec.MsgspecError, EngineError):  # a wrong size is not worth a broken conversation
            size = msgspec.json.decode(data, type=_Size)
            await self._blocking(self._stream.resize, size.height, size.width)

    async def _blocking(self, call: Callable[..., T], *arguments: object) -> T:
        # Given up at once when the conversation ends; ``close`` then ends the call in its thread.
        return await run_sync(call, *arguments, abandon_on_cancel=True, limiter=self._threads)

    def _leave(self) -> None:
        with suppress(EngineError):
            if self._stream.exit_code() is None:
                self._stream.kill()
        self._stream.close()


class _Size(msgspec.Struct, rename="pascal"):
    width: int
    height: int


def _reason(error: BaseException) -> str:
    return str(error).encode()[:MAX_REASON_BYTES].decode(errors="ignore")
