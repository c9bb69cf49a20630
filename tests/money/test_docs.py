"""What docs/time-and-money.md shows is so: its command lines run, its files are read."""

from __future__ import annotations

import shlex
from pathlib import Path

from eci_emulator.billing import discounts
from eci_emulator.market import prices
from tests.controller.harness import Lab
from tests.docs.pages import DOCS, blocks, command_lines
from tests.money.conftest import Run

PAGE = DOCS / "time-and-money.md"
#: They need what is not there: a group, a store, another Docker engine.
NOT_RUN = ("spot reclaim", "--export", "worker")


def test_the_command_lines(lab: Lab, run: Run) -> None:
    lines = [line for line in command_lines(PAGE) if not any(part in line for part in NOT_RUN)]
    assert len(lines) > 12
    for line in lines:
        done = run(*shlex.split(line, comments=True))
        assert done.exit_code == 0, f"{line}: {done.output}"


def test_the_files(tmp_path: Path) -> None:
    price_list, reductions = (block.text for block in blocks(PAGE) if block.language == "yaml")
    (tmp_path / "ours.yaml").write_text(price_list)
    assert prices.load(str(tmp_path / "ours.yaml")).name == "ours"
    (tmp_path / "discounts.yaml").write_text(reductions)
    assert discounts.load(tmp_path / "discounts.yaml")
