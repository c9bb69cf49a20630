"""The emulator in one process, without threads, on the simulated engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from .docker_lab import DockerLab
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
    lab.close()


@pytest.fixture(scope="module")
def docker_lab_server(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerLab]:
    """The lab on the real engine, for all tests of a module: its network is made once."""
    with closing(redis.Redis(unix_socket_path=redis_server)) as client:
        client.flushall()
    lab = DockerLab(redis_server, tmp_path_factory.mktemp("lab"))
    yield lab
    lab.close()


@pytest.fixture
def docker_lab(docker_lab_server: DockerLab) -> Iterator[DockerLab]:
    lab = docker_lab_server
    yield lab
    lab.store.clock.reset()
    for group_id in lab.store.groups.all_ids():
        if lab.visible(group_id):
            lab.delete(group_id, Force=True)
    lab.until(lambda: not lab.store.groups.all_ids())
    assert lab.leftovers() == []
