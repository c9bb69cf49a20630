"""A program being acted out: where it is in time, what it has said and done."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from eci_emulator.engine.simulated.records import Output
from eci_emulator.engine.simulated.shell import BeyondUs, Command, Redirect, expand, parse

_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)


class Files(Protocol):
    """The files a program sees; times are seconds after the program's start."""

    def read(self, path: str, at: float) -> bytes | None: ...
    def write(self, path: str, content: bytes | None, at: float) -> None:
        """``None`` removes the file."""


class Ended(Exception):
    """The script has come to its end."""

    def __init__(self, code: int) -> None:
        self.code = code


class RunsForever(Exception):
    """Nothing happens any more."""


class Run:
    """The state of a program that is acted out, and the shell's way from command to command.

    ``unknown_ends``: programs that are not known succeed at once, or else run for ever.
    """

    def __init__(
        self,
        programs: Mapping[str, Program],
        environment: Mapping[str, str],
        files: Files,
        *,
        hostname: str,
        unknown_ends: bool,
    ) -> None:
        self.time = 0.0
        self.output: list[Output] = []
        self.traps: dict[int, int | None] = {}
        self.variables = {**environment, "HOSTNAME": hostname, "?": "0"}
        self.stops_at_errors = False
        self.background_end = 0.0
        self._programs = programs
        self._files = files
        self._unknown_ends = unknown_ends
        self._redirects: Sequence[Redirect] = ()

    def program(self, words: list[str]) -> int:
        """Act out a program; returns its exit code."""
        known = self._programs.get(words[0].rsplit("/", 1)[-1])
        return known(self, words[1:]) if known else self.unknown()

    def unknown(self) -> int:
        if self._unknown_ends:
            return 0
        raise RunsForever

    def script(self, text: str) -> int:
        """Act out a shell script; returns the exit code of its last command."""
        try:
            commands = parse(text)
        except BeyondUs:
            return self.unknown()
        code = 0
        for command in commands:
            if {"&&": code != 0, "||": code == 0}.get(command.connector, False):
                continue
            code = self._in_background(command) if command.background else self._command(command)
            self.variables["?"] = str(code)
            if code and self.stops_at_errors:
                raise Ended(code)
        return code

    def _in_background(self, command: Command) -> int:
        begun = self.time
        try:
            self._command(command)
            self.background_end = max(self.background_end, self.time)
        except (RunsForever, Ended):
            self.background_end = math.inf
        self.time = begun
        return 0

    def _command(self, command: Command) -> int:
        words = [expand(word, self.variables) for word in command.words]
        while words and self.assign(words[0]):
            words.pop(0)
        self._redirects = command.redirects
        for redirect in command.redirects:
            if not redirect.target.startswith("&") and not redirect.append:
                self.write(expand(redirect.target, self.variables), b"")
        return self.program(words) if words else 0

    def assign(self, word: str) -> bool:
        """Take ``NAME=VALUE``; whether it was one."""
        assignment = _ASSIGNMENT.fullmatch(word)
        if assignment:
            self.variables[assignment[1]] = assignment[2]
        return assignment is not None

    def say(self, data: bytes, stream: int = 1) -> None:
        """Output of the current command, to where it is redirected."""
        for redirect in self._redirects:
            if redirect.stream != stream:
                continue
            if not redirect.target.startswith("&"):
                path = expand(redirect.target, self.variables)
                self.write(path, (self.read(path) or b"") + data)
                return
            stream = int(redirect.target[1])
        self.output.append(Output(self.time, stream, data))

    def read(self, path: str) -> bytes | None:
        return self._files.read(path, self.time)

    def write(self, path: str, content: bytes | None) -> None:
        self._files.write(path, content, self.time)


Program = Callable[[Run, list[str]], int]
