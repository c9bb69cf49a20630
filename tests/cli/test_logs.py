from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from eci_emulator.cli import main
from eci_emulator.cli.logs import Tail


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "api.log").write_text("a1\na2\na3\n")
    (folder / "redis.log").write_text("r1\n")
    return tmp_path


def logs(state_dir: Path, *arguments: str) -> str:
    return CliRunner().invoke(main, ["logs", *arguments, "--state-dir", str(state_dir)]).output


def test_all_logs_with_their_names(state_dir: Path) -> None:
    assert logs(state_dir, "-n", "2") == "api   | a2\napi   | a3\nredis | r1\n"


def test_one_log(state_dir: Path) -> None:
    assert logs(state_dir, "api") == "a1\na2\na3\n"


def test_no_such_log(state_dir: Path) -> None:
    assert "no log of nope" in logs(state_dir, "nope")


def test_following_shows_what_is_written(state_dir: Path) -> None:
    command = [sys.executable, "-c", "from eci_emulator.cli import main; main()"]
    arguments = ["logs", "-f", "api", "--state-dir", str(state_dir)]
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    limit = threading.Timer(30, process.kill)
    limit.start()
    assert [process.stdout.readline() for _ in range(3)] == ["a1\n", "a2\n", "a3\n"]
    with (state_dir / "logs" / "api.log").open("a") as file:
        file.write("a4\n")
    assert process.stdout.readline() == "a4\n"
    limit.cancel()
    process.terminate()
    process.communicate()


def test_following_ends_with_ctrl_c(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    answer = CliRunner().invoke(main, ["logs", "-f", "redis", "--state-dir", str(state_dir)])
    assert (answer.exit_code, answer.output) == (0, "r1\n")


def test_a_half_line_waits_and_a_rotated_file_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    path.write_text("one\nhal")
    tail = Tail(path)
    assert tail.last(5) == ["one"]
    path.write_text("one\nhalf\n")
    assert tail.new() == ["half"]
    path.write_text("new\n")
    assert tail.new() == ["new"]
    assert tail.new() == []
