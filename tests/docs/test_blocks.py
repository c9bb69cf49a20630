"""No code block of the documentation goes unlooked at: each kind of block of each page has its test."""

from __future__ import annotations

import re

from .pages import PAGES, ROOT, blocks

#: Page and language -> what runs its blocks, or looks into what cannot be run. Blocks without a language are pictures,
#: printed output and commands for other machines; test_command_lines.py parses what of these is our own command.
LOOKED_AT = {
    ("CONTRIBUTING.md", "sh"): "docs/test_blocks.py",
    ("README.md", "python"): "docs/test_readme.py",
    ("README.md", "sh"): "docs/test_readme.py",
    ("ci.md", "yaml"): "docs/test_clients_page.py",
    ("clients.md", "go"): "docs/test_clients_page.py",
    ("clients.md", "js"): "docs/test_clients_page.py",
    ("clients.md", "python"): "docs/test_clients_page.py",
    ("clients.md", "sh"): "docs/test_clients_page.py",
    ("images.md", "yaml"): "images/test_docs.py",
    ("init.md", "sh"): "cli/test_init.py",
    ("init.md", "yaml"): "cli/test_init.py",
    ("pytest.md", "ini"): "sdk/test_plugin.py",
    ("pytest.md", "python"): "sdk/test_plugin.py",
    ("sdk.md", "python"): "sdk/test_docs.py",
    ("time-and-money.md", "sh"): "money/test_docs.py",
    ("time-and-money.md", "yaml"): "money/test_docs.py",
}


def test_every_kind_of_block_has_its_test() -> None:
    found = {(page.name, block.language) for page in PAGES for block in blocks(page) if block.language}
    assert found == LOOKED_AT.keys()
    for (page, _), test in LOOKED_AT.items():
        text = (ROOT / "tests" / test).read_text("utf-8")
        assert page in text, f"{test} does not look at {page}"


def test_what_contributors_are_to_run_is_there() -> None:
    (block,) = blocks(ROOT / "CONTRIBUTING.md")
    targets = re.findall(r"^make (\w+)", block.text, re.MULTILINE)
    assert targets == ["test", "lint"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
