from __future__ import annotations

import asyncio

import pytest

from eci_emulator.gateway.joining import Joining


class Sent:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@pytest.mark.parametrize("ending", ["body", "nothing", "close"])
def test_the_head_goes_with_the_body(ending: str) -> None:
    """Together where the body follows at once; alone as soon as it is clear that nothing does."""
    head, sent = b"HTTP/1.1 200 OK\r\n\r\n", Sent()

    async def answer() -> None:
        joining = Joining(sent, asyncio.get_running_loop())  # type: ignore[arg-type]
        joining.write(head)
        assert sent.pieces == []
        if ending == "body":
            joining.write(b"body")
            joining.write(b"more")
        elif ending == "close":
            joining.close()
        else:
            await asyncio.sleep(0)
            joining.write(b"late")

    asyncio.run(answer())
    expected = {"body": [head + b"body", b"more"], "nothing": [head, b"late"], "close": [head]}
    assert sent.pieces == expected[ending]
    assert sent.closed == (ending == "close")


def test_nothing_is_written_once_it_is_closed() -> None:
    """By a client that sent garbage after its call, say: uvloop would raise."""
    sent = Sent()

    async def answer() -> None:
        joining = Joining(sent, asyncio.get_running_loop())  # type: ignore[arg-type]
        joining.write(b"HTTP/1.1 200 OK\r\n\r\n")
        sent.close()
        await asyncio.sleep(0)
        joining.write(b"HTTP/1.1 200 OK\r\n\r\n")
        joining.write(b"body")

    asyncio.run(answer())
    assert sent.pieces == []
