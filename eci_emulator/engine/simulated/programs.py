"""What programs do in a simulated container.

A few everyday ones are acted out; the others do what one would expect of them: a container's main
program runs for ever, a command run in a container succeeds without a word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from eci_emulator.engine.simulated.records import Life, signal_number
from eci_emulator.engine.simulated.run import Ended, Files, Program, Run, RunsForever

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
#: Programs that end at once and say nothing here, whatever they would do elsewhere.
_SILENT = (
    "cd chgrp chmod chown cp curl date grep id ip kill ln ls mkdir mount mv nc nslookup ping ps sed sync "
    "umask uname wget whoami : true"
)


def act_out(
    argv: Sequence[str], environment: Mapping[str, str], files: Files, *, hostname: str, unknown_ends: bool
) -> Life:
    """What a program does. ``unknown_ends``: programs not known here succeed, or else run for ever."""
    run = Run(_PROGRAMS, environment, files, hostname=hostname, unknown_ends=unknown_ends)
    try:
        code = run.program(list(argv)) if argv else run.unknown()
    except Ended as end:
        code = end.code
    except RunsForever:
        run.time, code = math.inf, 0
    return Life(run_seconds=run.time, exit_code=code, output=run.output, traps=run.traps)


def _echo(run: Run, words: list[str]) -> int:
    bare = words[:1] == ["-n"]
    text = " ".join(words[1:] if bare else words)
    run.say((text if bare else text + "\n").encode())
    return 0


def _printf(run: Run, words: list[str]) -> int:
    form, values = (words[0], words[1:]) if words else ("", [])
    text = form.replace("\\n", "\n").replace("\\t", "\t")
    for value in values:
        text = re.sub("%[sd]", value.replace("\\", r"\\"), text, count=1)
    run.say(text.encode())
    return 0


def _cat(run: Run, words: list[str]) -> int:
    code = 0
    for path in words:
        content = run.read(path)
        if content is None:
            run.say(f"cat: can't open '{path}': No such file or directory\n".encode(), 2)
            code = 1
        else:
            run.say(content)
    return code


def _sleep(run: Run, words: list[str]) -> int:
    try:
        seconds = sum(_duration(word) for word in words)
    except ValueError:
        run.say(b"sleep: invalid number\n", 2)
        return 1
    if seconds == math.inf:
        raise RunsForever
    run.time += seconds
    return 0


def _duration(word: str) -> float:
    """Seconds of sleep's argument: ``5``, ``0.5``, ``2m``, ``infinity``."""
    if word.startswith("inf"):
        return math.inf
    if word[-1:] in _UNITS:
        return float(word[:-1]) * _UNITS[word[-1]]
    return float(word)


def _wait(run: Run, _: list[str]) -> int:
    if run.background_end == math.inf:
        raise RunsForever
    run.time = max(run.time, run.background_end)
    return 0


def _exit(run: Run, words: list[str]) -> int:
    raise Ended(int(words[0] if words else run.variables["?"]) & 255)


def _exec(run: Run, words: list[str]) -> int:
    raise Ended(run.program(words) if words else 0)


def _trap(run: Run, words: list[str]) -> int:
    """Only ``trap '' SIGNAL`` and ``trap 'exit N' SIGNAL`` mean something here."""
    if words:
        ends = re.search(r"exit (\d+)", words[0])
        for name in words[1:]:
            run.traps[signal_number(name)] = int(ends[1]) if ends else None
    return 0


def _set(run: Run, words: list[str]) -> int:
    run.stops_at_errors |= any(word.startswith("-") and "e" in word for word in words)
    return 0


def _export(run: Run, words: list[str]) -> int:
    for word in words:
        run.assign(word)
    return 0


def _touch(run: Run, words: list[str]) -> int:
    for path in words:
        run.write(path, run.read(path) or b"")
    return 0


def _rm(run: Run, words: list[str]) -> int:
    for path in words:
        if not path.startswith("-"):
            run.write(path, None)
    return 0


def _test(run: Run, words: list[str]) -> int:
    match [word for word in words if word != "]"]:
        case [("-e" | "-f" | "-r"), path]:
            holds = run.read(path) is not None
        case ["-n", text]:
            holds = bool(text)
        case ["-z", text]:
            holds = not text
        case [left, ("=" | "=="), right]:
            holds = left == right
        case [left, "!=", right]:
            holds = left != right
        case _:
            return run.unknown()
    return 0 if holds else 1


def _env(run: Run, _: list[str]) -> int:
    lines = (f"{name}={value}\n" for name, value in run.variables.items() if name != "?")
    run.say("".join(lines).encode())
    return 0


def _shell(run: Run, words: list[str]) -> int:
    if len(words) < 2 or not re.fullmatch("-[a-z]*c", words[0]):
        return 0  # nothing to read: no standard input
    try:
        return run.script(words[1])
    except Ended as end:
        return end.code


_PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(_SILENT.split(), lambda _run, _words: 0),
    **dict.fromkeys(("sh", "ash", "bash", "dash"), _shell),
    **dict.fromkeys(("test", "["), _test),
    **dict.fromkeys(("env", "printenv"), _env),
    "cat": _cat,
    "echo": _echo,
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "false": lambda _run, _words: 1,
    "hostname": lambda run, _words: _echo(run, [run.variables["HOSTNAME"]]),
    "printf": _printf,
    "rm": _rm,
    "set": _set,
    "sleep": _sleep,
    "touch": _touch,
    "trap": _trap,
    "wait": _wait,
}
