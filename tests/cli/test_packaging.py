"""What pip installs is all there is."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOTS = {"eci_emulator": "eci_emulator", "openapi": "eci_openapi", "sdk/eci_sdk": "eci_sdk"}
ROOTS |= {"workers/eci_workers": "eci_workers"}


def test_every_package_is_listed() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = setup["options"]["packages"].split()
    there = {
        ".".join([name, *path.parent.relative_to(ROOT / folder).parts])
        for folder, name in ROOTS.items()
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert set(listed) == there
    assert listed == sorted(listed)
