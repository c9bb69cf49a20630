"""A command in a simulated container that one talks with: a shell that acts out each line, a cat
that repeats it, or anything else, which just says what it has to say."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence

from eci_emulator.engine.simulated.records import Life

_PROMPT = b"/ # "
_END_OF_INPUT = b"\x04"
_KILLED = 137


class Conversation:
    """Both ways of a running command. It lives in this process only."""

    def __init__(
        self, act: Callable[[Sequence[str]], Life], argv: Sequence[str], *, tty: bool, stdin: bool
    ) -> None:
        self._act = act
        self._tty = tty
        self._program = argv[0].rsplit("/", 1)[-1] if len(argv) == 1 and stdin else ""
        self._said: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()
        self._typed = b""
        self._exit_code: int | None = None
        self._last_code = 0
        if self._program in ("sh", "bash", "ash"):
            self._prompt()
        elif self._program != "cat":
            self._say(life := act(argv))
            self._end(life.exit_code)

    def read(self) -> tuple[int, bytes] | None:
        piece = self._said.get()
        if piece is None:
            self._said.put(None)  # for whoever asks again
        return piece

    def write(self, data: bytes) -> None:
        if self._exit_code is not None:
            return
        if self._tty:
            self._said.put((1, data.replace(b"\n", b"\r\n")))
        self._typed += data.replace(b"\r", b"\n")
        while self._exit_code is None and b"\n" in self._typed:
            line, self._typed = self._typed.split(b"\n", 1)
            self._hear(line)
        if _END_OF_INPUT in self._typed:
            self.close_stdin()

    def _hear(self, line: bytes) -> None:
        if self._program == "cat":
            self._put(1, line + b"\n")
            return
        text = line.decode(errors="replace").strip()
        if text.split(maxsplit=1)[:1] == ["exit"]:
            code = self._act(["sh", "-c", text]).exit_code
            self._end(code if text != "exit" else self._last_code)
            return
        life = self._act(["sh", "-c", text])
        self._last_code = life.exit_code
        self._say(life)
        self._prompt()

    def _prompt(self) -> None:
        if self._tty:
            self._put(1, _PROMPT)

    def _say(self, life: Life) -> None:
        for piece in life.output:
            self._put(piece.stream, piece.data)

    def _put(self, stream: int, data: bytes) -> None:
        """Output as it arrives: a terminal has one stream and ends lines its own way."""
        self._said.put((1, data.replace(b"\n", b"\r\n")) if self._tty else (stream, data))

    def _end(self, code: int) -> None:
        self._exit_code = code
        self._said.put(None)

    def close_stdin(self) -> None:
        if self._exit_code is None:
            self._end(self._last_code)

    def resize(self, rows: int, columns: int) -> None:
        """Nothing here looks at the size of the terminal."""

    def exit_code(self) -> int | None:
        return self._exit_code

    def kill(self) -> None:
        if self._exit_code is None:
            self._end(_KILLED)

    def close(self) -> None:
        self.kill()
