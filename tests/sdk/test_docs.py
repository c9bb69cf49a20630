"""The code in the documentation of the SDK runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.timeout(180)
def test_the_sdk_page(eci_environment: None, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", (DOCS / "sdk.md").read_text("utf-8"), re.DOTALL):
        exec(compile(block, "sdk.md", "exec"), names)
    told = capsys.readouterr().out
    assert "Failed {'main': 3}" in told
    assert "InvalidParameter" in told
    assert "stdout b'out\\n'\n4\n" in told


def test_the_program_of_the_pytest_page(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "pytest.md").read_text("utf-8"), re.DOTALL)
    exec(compile(blocks[-1], "pytest.md", "exec"), {})
    assert capsys.readouterr().out.startswith("cn-")
