"""The emulator in one process, without threads, on the simulated engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from .harness import Lab, simulated_lab


@pytest.fixture
def lab(redis_client: redis.Redis, redis_server: str, tmp_path: Path) -> Iterator[Lab]:
    """A lab that is empty; what a test leaves is deleted, and must then be gone without a trace."""
    lab = simulated_lab(redis_server, tmp_path)
    yield lab
    for group_id in lab.store.groups.all_ids():
        if lab.visible(group_id):
            lab.delete(group_id, Force=True)
    lab.advance(3600)
    assert lab.leftovers() == []
