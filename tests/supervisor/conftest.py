"""Toy programs and patience."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest


@pytest.fixture
def wait_until() -> Callable[..., None]:
    def wait(condition: Callable[[], object], what: str = "the condition", limit: float = 30.0) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come true in {limit} s"
            time.sleep(0.01)

    return wait
