"""One emulator for each engine, and a group on it that waits to be looked into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.running import Running, wait_for

#: Prints, waits, and ends soon after it is told to.
PATIENT = "echo ready; trap 'exit 0' TERM; sleep 1000 & wait"


def _patient(running: Running) -> str:
    """A group that has said that it is ready."""
    group_id = running.create("patient", PATIENT)
    running.until(group_id, "Running")
    asked = {"ContainerGroupId": group_id, "ContainerName": "main"}
    wait_for(lambda: running.call("DescribeContainerLog", **asked)["Content"], "its first words")
    return group_id


def _emulator(factory: pytest.TempPathFactory, engine: str) -> Iterator[Running]:
    running = Running(factory.mktemp(engine), "--engine", engine)
    try:
        yield running
    finally:
        running.session.close()
        running.down()
        assert running.leftovers() == []


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from _emulator(tmp_path_factory, "simulated")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from _emulator(tmp_path_factory, "docker")


@pytest.fixture(scope="session")
def simulated_group(simulated: Running) -> str:
    return _patient(simulated)


@pytest.fixture(scope="session")
def real_group(real: Running) -> Iterator[str]:
    group_id = _patient(real)
    yield group_id
    real.delete(group_id)


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.docker)])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def emulator(engine: str, request: pytest.FixtureRequest) -> Running:
    running: Running = request.getfixturevalue(engine)
    return running


@pytest.fixture
def group(engine: str, request: pytest.FixtureRequest) -> str:
    """A running group that the tests share: they leave it as it is."""
    group_id: str = request.getfixturevalue(f"{engine}_group")
    return group_id
