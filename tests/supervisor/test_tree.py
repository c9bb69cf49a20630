"""The tree: order, signals, and nobody left when the supervisor is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from eci_emulator.supervisor.state import Process

TREE = """
import asyncio, os, sys
from pathlib import Path
from eci_emulator.supervisor.child import Program
from eci_emulator.supervisor.output import Output
from eci_emulator.supervisor.state import write
from eci_emulator.supervisor import tree

folder, never, limit = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
tree.READY_LIMIT = 60.0
toy = '''
import os, signal, sys, time
def end(*_):
    with open(sys.argv[1], "a") as file:
        file.write(sys.argv[2] + " ends\\\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
with open(sys.argv[1], "a") as file:
    file.write(sys.argv[2] + " starts\\\\n")
time.sleep(60)
'''
def program(name):
    async def ready():
        while name + " starts" not in ((folder / "order").read_text() if (folder / "order").exists() else ""):
            await asyncio.sleep(0.01)
        if name == never:
            await asyncio.Event().wait()
        tree.READY_LIMIT = limit  # of those that are started after it
    argv = [sys.executable, "-c", toy, str(folder / "order"), name]
    return Program(name=name, argv=argv, environ=dict(os.environ), ready=ready)

async def main():
    tiers = [[program("first")], [program("second-1"), program("second-2")]]
    output = Output(folder / "logs", sys.stdout)
    supervisor = tree.Supervisor(tiers, output, lambda now: write(folder / "processes.json", now))
    print("ended by", (await supervisor.run()).name, flush=True)

try:
    asyncio.run(main())
except tree.StartError as error:
    print(error)
"""


class Tree:
    """``never``: a program that never gets ready; ``limit``: how long those after the first may take to."""

    def __init__(self, folder: Path, never: str = "", limit: float = 60.0) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", TREE, str(folder), never, str(limit)], stdout=subprocess.PIPE, text=True
        )

    def order(self) -> list[str]:
        path = self.folder / "order"
        return path.read_text().splitlines() if path.exists() else []

    def processes(self) -> list[Process]:
        path = self.folder / "processes.json"
        return msgspec.json.decode(path.read_bytes(), type=list[Process]) if path.exists() else []

    def end(self, number: signal.Signals) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def tree(tmp_path: Path, wait_until: Callable[..., None]) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    wait_until(lambda: len(tree.order()) == 3, "all three started")
    yield tree
    tree.process.kill()
    tree.process.communicate()


def test_a_tier_starts_when_the_one_before_is_ready(tree: Tree) -> None:
    assert tree.order()[0] == "first starts"
    assert set(tree.order()[1:]) == {"second-1 starts", "second-2 starts"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_tiers_in_reverse_order(tree: Tree, number: signal.Signals) -> None:
    told = tree.end(number)
    assert set(tree.order()[3:5]) == {"second-1 ends", "second-2 ends"}
    assert tree.order()[5:] == ["first ends"]
    assert f"{number.name}: stopping all processes" in told
    assert told.endswith(f"ended by {number.name}\n")


def test_a_crash_is_repaired_and_told(tree: Tree, wait_until: Callable[..., None]) -> None:
    victim = next(process for process in tree.processes() if process.name == "second-1")
    os.kill(victim.pid, signal.SIGKILL)
    wait_until(lambda: tree.order().count("second-1 starts") == 2, "second-1 started again")
    again = next(process for process in tree.processes() if process.name == "second-1")
    assert again.pid not in (0, victim.pid)
    assert again.restarts == 1
    assert "second-1 was killed by SIGKILL" in tree.end(signal.SIGTERM)


def test_nobody_outlives_a_killed_supervisor(
    tree: Tree, wait_until: Callable[..., None], alive: Callable[[int], bool]
) -> None:
    pids = [process.pid for process in tree.processes()]
    assert all(pids)
    tree.end(signal.SIGKILL)
    wait_until(lambda: not any(map(alive, pids)), "all children ended")
    assert "first ends" not in tree.order()


def test_what_never_gets_ready_is_a_start_error(tmp_path: Path) -> None:
    tree = Tree(tmp_path, never="second-1", limit=1.0)
    assert tree.process.communicate(timeout=60)[0].endswith("second-1 was not ready within 1 s\n")
    assert (tree.order()[0], tree.order()[-1]) == ("first starts", "first ends")


def test_a_stop_while_starting(tmp_path: Path, wait_until: Callable[..., None]) -> None:
    tree = Tree(tmp_path, never="first")
    wait_until(tree.order, "the first started")
    assert tree.end(signal.SIGTERM).endswith("ended by SIGTERM\n")
    assert tree.order() == ["first starts", "first ends"]
