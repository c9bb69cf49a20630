from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.running import Running


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An emulator with real containers for the whole run. At its end nothing of it may be left."""
    running = Running(tmp_path_factory.mktemp("eci"), "--engine", "docker")
    try:
        yield running
    finally:
        running.down()
        assert running.leftovers() == []
