"""The little of the shell and its programs that simulated containers act out."""

from __future__ import annotations

import math

import pytest

from eci_emulator.engine.simulated.programs import act_out
from eci_emulator.engine.simulated.records import Life
from eci_emulator.engine.simulated.shell import BeyondUs, parse


class Shelf:
    """Files without a history."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {"/etc/motd": b"welcome\n"}

    def read(self, path: str, at: float) -> bytes | None:
        return self.files.get(path)

    def write(self, path: str, content: bytes | None, at: float) -> None:
        if content is None:
            self.files.pop(path, None)
        else:
            self.files[path] = content


def act(*argv: str, unknown_ends: bool = False) -> Life:
    return act_out(argv, {"A": "1"}, Shelf(), hostname="host", unknown_ends=unknown_ends)


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("echo one two", b"one two\n"),
        ("echo -n one; echo two", b"onetwo\n"),
        ("echo 'a  b' \"c  d\" e\\ f", b"a  b c  d e f\n"),
        ("echo $A ${A}x '$A' \"$A\" $NONE.", b"1 1x $A 1 .\n"),
        ("B=2; echo $B", b"2\n"),
        ("export B=2; echo $B", b"2\n"),
        ("true && echo yes || echo no", b"yes\n"),
        ("false && echo yes || echo no", b"no\n"),
        ("false; echo $?", b"1\n"),
        ("echo a # comment\necho b", b"a\nb\n"),
        ("printf '%s-%s\\n' a b", b"a-b\n"),
        ("cat /etc/motd", b"welcome\n"),
        ("echo x > /f; echo y >> /f; cat /f", b"x\ny\n"),
        ("echo x > /f; echo y > /f; cat /f", b"y\n"),
        (
            "echo x > /f; rm -f /f; cat /f || echo gone",
            b"cat: can't open '/f': No such file or directory\ngone\n",
        ),
        ("touch /f; test -f /f && echo there", b"there\n"),
        ("[ -e /f ] || echo missing", b"missing\n"),
        ('[ "$A" = 1 ] && [ "$A" != 2 ] && [ -n "$A" ] && echo right', b"right\n"),
        ("hostname", b"host\n"),
        ("sh -c 'exit 3'; echo $?", b"3\n"),
        ("exec echo last; echo never", b"last\n"),
        ("set -e; false; echo never", b""),
        ("ls / && id", b""),
    ],
)
def test_what_a_script_says(script: str, output: bytes) -> None:
    assert b"".join(piece.data for piece in act("sh", "-c", script).output) == output


def test_streams_and_times() -> None:
    life = act("sh", "-c", "echo a; sleep 2; echo b >&2; sleep 1; echo c 2>&1; exit 4")

    assert [(piece.at, piece.stream, piece.data) for piece in life.output] == [
        (0, 1, b"a\n"),
        (2, 2, b"b\n"),
        (3, 1, b"c\n"),
    ]
    assert (life.run_seconds, life.exit_code) == (3, 4)


@pytest.mark.parametrize(
    ("argv", "seconds", "code"),
    [
        (["sleep", "5"], 5, 0),
        (["sleep", "1m", "0.5"], 60.5, 0),
        (["sleep", "infinity"], math.inf, 0),
        (["sleep", "soon"], 0, 1),
        (["true"], 0, 0),
        (["/bin/false"], 0, 1),
        (["sh"], 0, 0),
        (["sh", "-c", "exit 300"], 0, 44),
        (["sh", "-ec", "false; sleep 9"], 9, 0),
        (["nginx", "-g", "daemon off;"], math.inf, 0),
        (["sh", "-c", "sleep 3; nginx"], math.inf, 0),
        (["sh", "-c", "while true; do date; done"], math.inf, 0),
        (["sh", "-c", "cat /etc/motd | wc -l"], math.inf, 0),
        (["sh", "-c", "sleep 10 & sleep 2"], 2, 0),
        (["sh", "-c", "sleep 10 & sleep 2; wait"], 10, 0),
        (["sh", "-c", "server & sleep 2; wait"], math.inf, 0),
        ([], math.inf, 0),
    ],
)
def test_how_long_a_program_runs(argv: list[str], seconds: float, code: int) -> None:
    life = act(*argv)

    assert (life.run_seconds, life.exit_code) == (seconds, code)


def test_a_command_that_is_not_known_succeeds() -> None:
    for argv in (["pg_isready"], ["sh", "-c", "a | b"], ["sh", "-c", "check && exit 0"]):
        life = act(*argv, unknown_ends=True)
        assert (life.run_seconds, life.exit_code) == (0, 0)


def test_traps() -> None:
    life = act("sh", "-c", "trap 'exit 7' TERM INT; trap '' HUP; sleep infinity")

    assert life.traps == {15: 7, 2: 7, 1: None}


@pytest.mark.parametrize(
    "script", ["a | b", "if true; then b; fi", "echo $(date)", "echo `date`", "(a)", "cat < f", "a >"]
)
def test_what_is_beyond_us(script: str) -> None:
    with pytest.raises(BeyondUs):
        parse(script)
