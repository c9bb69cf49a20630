"""The whole application, from raw bytes to a private Redis and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.wire.served import Served, serving


@pytest.fixture(scope="session")
def _serving(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(redis_server, tmp_path_factory.mktemp("wire")) as application:
        yield application


@pytest.fixture
def served(_serving: Served, redis_client: redis.Redis) -> Served:
    """An emulator that takes any credentials and remembers nothing of earlier tests."""
    _serving.emulator.store.clock.reset()
    return _serving
