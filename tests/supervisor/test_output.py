from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from eci_emulator.supervisor import output
from eci_emulator.supervisor.output import Output


def test_each_process_has_a_file_and_the_console_has_all(tmp_path: Path) -> None:
    console = io.StringIO()
    out = Output(tmp_path, console)
    out.line("api", "one")
    out.line("redis", "two")
    out.open("silent")
    out.close()
    assert (tmp_path / "silent.log").read_text() == ""
    assert (tmp_path / "api.log").read_text() == "one\n"
    assert (tmp_path / "redis.log").read_text() == "two\n"
    assert console.getvalue() == "api       | one\nredis     | two\n"


def test_files_are_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "MAX_BYTES", 100)
    out = Output(tmp_path)
    for number in range(100):
        out.line("api", f"line {number}")
    out.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api.log", "api.log.1", "api.log.2"]
    assert (tmp_path / "api.log").read_text().endswith("line 99\n")


def test_a_console_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    out = Output(tmp_path, Gone())
    out.line("api", "one")
    out.line("api", "two")
    out.close()
    assert (tmp_path / "api.log").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_the_supervisors_own_lines(tmp_path: Path, as_json: bool) -> None:
    out = Output(tmp_path, as_json=as_json)
    out.log.warning("api crashed")
    out.close()
    text = (tmp_path / "supervisor.log").read_text()
    if as_json:
        assert json.loads(text)["event"] == "api crashed"
        assert json.loads(text)["level"] == "warning"
    else:
        assert "[warning  ] api crashed" in text
