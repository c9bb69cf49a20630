"""The code blocks of the documentation, and how a reader's commands are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "README.md",
    *sorted(DOCS.glob("*.md")),
]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
#: At the start of a line or after what may come before a command, up to what may come after one.
_COMMAND_LINE = re.compile(r"(?:^|[;&|(])[ \t]*eci-emulator +([^\n;|)]*)", re.MULTILINE)
_INLINE = re.compile(r"`eci-emulator ([^`|…]+)`")


class Block(NamedTuple):
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """All of a page, in order."""
    return [Block(*found) for found in _BLOCK.findall(page.read_text("utf-8"))]


def command_lines(page: Path) -> list[str]:
    """What follows `eci-emulator`, in the blocks and in the text of a page."""
    text = page.read_text("utf-8")
    fenced = [line for block in blocks(page) for line in _COMMAND_LINE.findall(block.text)]
    return [*fenced, *_INLINE.findall(_BLOCK.sub("", text))]


def run(
    command: Sequence[str | Path], cwd: Path, more: Mapping[str, str], *, timeout: float = 90
) -> subprocess.CompletedProcess[str]:
    """Run a command where a reader would, with nothing in the environment that points to an emulator."""
    environ = {name: value for name, value in os.environ.items() if "ENDPOINT" not in name}
    path = f"{Path(sys.executable).parent}:{environ['PATH']}"
    return subprocess.run(
        command,
        env={**environ, "PATH": path, "no_proxy": "*", **more},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def told(command: Sequence[str | Path], cwd: Path, more: Mapping[str, str], *, timeout: float = 90) -> str:
    """What a command says that must succeed."""
    done = run(command, cwd, more, timeout=timeout)
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout
