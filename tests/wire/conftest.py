"""The whole application, from raw bytes to a private Redis and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
import yaml

from eci_emulator.gateway.authenticate import parse_time
from tests.gateway.wire import SECRET
from tests.wire.served import Served, serving

RECORDED_AT = "2026-11-22T21:30:42Z"
KEYS = [
    {"access_key_id": name, "access_key_secret": SECRET} for name in ("LTAIdummyAccessKeyId", "STS.dummy")
]


@pytest.fixture(scope="session")
def _serving(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(redis_server, tmp_path_factory.mktemp("wire")) as application:
        yield application


@pytest.fixture
def served(_serving: Served, redis_client: redis.Redis) -> Served:
    """An emulator that takes any credentials and remembers nothing of earlier tests."""
    _serving.emulator.store.clock.reset()
    return _serving


@pytest.fixture(scope="session")
def _knowing(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("keys")
    keys = folder / "keys.yaml"
    keys.write_text(yaml.safe_dump(KEYS))
    with serving(redis_server, folder, keys_file=keys) as application:
        yield application


@pytest.fixture
def strict(_knowing: Served, redis_client: redis.Redis) -> Served:
    """An emulator that knows the keys of the recordings, at the time of the recordings."""
    _knowing.emulator.store.clock.set(parse_time(RECORDED_AT))
    _knowing.emulator.nonces.clear()
    return _knowing
