"""The page of a terminal in a real browser; skipped where there is none."""

from __future__ import annotations

import re

import pytest

from tests.e2e.running import Running, wait_for

from .browser import Page, opened
from .test_exec import begin


def until_said(page: Page, pattern: str) -> re.Match[str]:
    """Wait until the page's terminal, or the line below it, shows what the pattern matches, in lines of its own."""

    def found() -> re.Match[str] | None:
        shown = page.text(".xterm-rows") + "\n" + page.text("#state")
        return re.search(f"^{pattern}\\s*$", shown.replace("\xa0", " "), re.MULTILINE)

    matched: re.Match[str] = wait_for(found, f"{pattern!r} in the page", 15)
    return matched


@pytest.mark.docker
def test_a_shell_in_a_browser(real: Running, real_group: str) -> None:
    url = begin(real, real_group, "sh", TTY="true")["HttpUrl"]
    with opened(url) as page:
        until_said(page, "Connected")
        page.type("echo $((6*7))-here\n")
        until_said(page, "42-here")
        page.resize(500, 400)
        page.type("stty size\n")
        rows, columns = map(int, until_said(page, r"(\d+) (\d+)").groups())
        assert 10 < rows < 30, rows
        assert 30 < columns < 70, columns
        page.type("exit 3\n")
        until_said(page, "The command has ended with exit code 3.")
    with opened(url) as page:
        until_said(page, "This address was used before .*")


def test_lines_without_a_terminal_in_a_browser(simulated: Running, simulated_group: str) -> None:
    with opened(begin(simulated, simulated_group, "cat", TTY="false")["HttpUrl"]) as page:
        until_said(page, "Connected")
        for line in ("one", "two"):
            page.type(f"{line}\n")
            until_said(page, rf"{line}\s+{line}")  # as typed, and as it comes back
        page.type("\x04")
        until_said(page, ".* exit code 0.")
