"""This process's terminal as the terminal of a command in a container."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from eci_sdk.errors import NoAnswer
from eci_sdk.execution import Execution

BLOCK = 4096


def interact(command: Execution) -> int | None:
    """Pass keys, output and window sizes on until the command ends; gives its exit code.

    Call it in the main thread: only that one is told of a new window size.
    """
    source = sys.stdin.fileno()
    with ExitStack() as ties:
        if os.isatty(source):
            ties.enter_context(_raw(source))
            ties.enter_context(_sizes(command))
        ties.enter_context(_keys(source, command))
        for stream, data in command:
            target = sys.stdout if stream == "stdout" else sys.stderr
            target.buffer.write(data)
            target.buffer.flush()
    return command.exit_code


@contextmanager
def _raw(terminal: int) -> Iterator[None]:
    """Every key goes to the command, Ctrl-C included."""
    before = termios.tcgetattr(terminal)
    tty.setraw(terminal)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextmanager
def _sizes(command: Execution) -> Iterator[None]:
    def tell(*_: Any) -> None:
        size = shutil.get_terminal_size()
        with suppress(NoAnswer):  # it has just ended
            command.resize(size.columns, size.lines)

    before = signal.signal(signal.SIGWINCH, tell)
    tell()
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)


@contextmanager
def _keys(source: int, command: Execution) -> Iterator[None]:
    """Read keys in a thread, which ends with the command and not only at the next key."""
    over, end = os.pipe()

    def pass_on() -> None:
        with suppress(NoAnswer):
            while over not in select.select([source, over], [], [])[0]:
                keys = os.read(source, BLOCK)
                if not keys:
                    command.close_stdin()
                    return
                command.write(keys)

    reader = threading.Thread(target=pass_on, daemon=True)
    reader.start()
    try:
        yield
    finally:
        os.close(end)
        reader.join()
        os.close(over)
