"""Fixtures of pytest: an emulator for the tests of a session, reset between them. See docs/pytest.md.

Nothing is started, or even imported, unless a test asks for one of the fixtures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from eci_sdk.client import Client
    from eci_sdk.emulator import Clock, Emulator

INI = "eci_emulator"
HELP = "settings of the emulator of the fixture eci_emulator, name=value each; ECI_EMULATOR_* wins over them"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(INI, HELP, type="linelist")


@pytest.fixture(scope="session")
def eci_emulator(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """An emulator of this test session alone, for its control API and its endpoint."""
    from eci_sdk.local import PREFIX, running

    settings = dict(_setting(line) for line in pytestconfig.getini(INI))
    settings = {name: value for name, value in settings.items() if PREFIX + name.upper() not in os.environ}
    with running(**settings) as emulator:
        yield emulator


@pytest.fixture
def _eci_for_one_test(eci_emulator: Emulator) -> Iterator[Emulator]:
    """The emulator, empty again after the test."""
    yield eci_emulator
    eci_emulator.reset()


@pytest.fixture
def eci_client(_eci_for_one_test: Emulator) -> Iterator[Client]:
    """A client of an emulator in which there is nothing yet."""
    from eci_sdk.client import Client

    with Client(endpoint=_eci_for_one_test.endpoint) as client:
        yield client


@pytest.fixture
def eci_clock(_eci_for_one_test: Emulator) -> Clock:
    """The emulator's clock, on real time again after the test."""
    return _eci_for_one_test.clock


@pytest.fixture
def eci_environment(_eci_for_one_test: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment variables by which code under test finds the emulator by itself."""
    place = _eci_for_one_test.endpoint.removeprefix("http://")
    for name in ("ALIBABA_CLOUD_ENDPOINT", "ALIBABA_CLOUD_ENDPOINT_ECI", "ECI_ENDPOINT"):
        monkeypatch.setenv(name, place)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "test")
    monkeypatch.delenv("ALIBABA_CLOUD_SECURITY_TOKEN", raising=False)


def _setting(line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals:
        raise pytest.UsageError(f"{INI}: {line!r} is not name=value")
    return name.strip(), value.strip()
