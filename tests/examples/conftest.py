from __future__ import annotations

from collections.abc import Iterator

import pytest

from eci_sdk.emulator import Emulator
from eci_sdk.local import running


@pytest.fixture(scope="module")
def real_emulator() -> Iterator[Emulator]:
    """An emulator with real containers."""
    with running(engine="docker", workers=4) as emulator:
        yield emulator
