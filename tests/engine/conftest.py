"""The laboratory, with each engine in turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import redis

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.simulated import SimulatedEngine

from .lab import Clock, Lab


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    engine = DockerEngine()
    yield engine
    engine.close()


@pytest.fixture
def docker_lab(docker_engine: DockerEngine) -> Iterator[Lab]:
    lab = Lab(docker_engine, lambda: time.sleep(0.02))
    yield lab
    lab.clean_up()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulated_lab(redis_client: redis.Redis, clock: Clock) -> Iterator[Lab]:
    engine = SimulatedEngine(redis_client, "engine", now=clock)

    def let_pass() -> None:
        clock.time += 0.1
        engine.tick()

    lab = Lab(engine, let_pass)
    yield lab
    lab.clean_up()
    assert [key for key in redis_client.scan_iter() if b":files:" in key or b":record:" in key] == []


@pytest.fixture(params=["simulated", pytest.param("docker", marks=pytest.mark.docker)])
def lab(request: pytest.FixtureRequest) -> Lab:
    """The laboratory with each engine in turn."""
    lab: Lab = request.getfixturevalue(f"{request.param}_lab")
    return lab
