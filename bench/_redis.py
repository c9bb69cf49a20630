"""A Redis for benchmarks."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eci_emulator.supervisor.private_redis import find_server


@contextmanager
def private_redis() -> Iterator[str]:
    """A Redis of the script's own, without persistence; gives its URL."""
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder:
        socket = Path(folder) / "redis.sock"
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
        server = subprocess.Popen([find_server(), *options], stdout=subprocess.DEVNULL)
        try:
            while not socket.exists():
                time.sleep(0.01)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(10)
