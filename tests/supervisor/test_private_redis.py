"""The private Redis, with the server of the system and with the one that comes with the package."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import redis

from eci_emulator.settings import Settings, load
from eci_emulator.supervisor import private_redis, sockets
from eci_emulator.supervisor.tree import StartError

SYSTEM = Path("/usr/bin/redis-server")
BUNDLED = Path(next(filter(None, map(private_redis.carried_by, private_redis.CARRIERS)), "/none/bundled"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    read = load({}, state_dir=tmp_path)
    return msgspec.structs.replace(read, socket_dir=sockets.folder(tmp_path))


@contextmanager
def served(server: Path, settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], redis.Redis]]:
    process = subprocess.Popen(private_redis.command(str(server), settings), stdout=subprocess.DEVNULL)
    try:
        path = private_redis.socket_path(settings)
        asyncio.run(asyncio.wait_for(private_redis.answers(path), 20))
        with redis.Redis(unix_socket_path=str(path)) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("server", [SYSTEM, BUNDLED], ids=["system", "bundled"])
def test_what_was_answered_survives_a_kill(server: Path, settings: Settings) -> None:
    if not server.exists():
        pytest.skip(f"no {server} on this machine")
    with served(server, settings) as (process, client):
        assert client.config_get("port")["port"] == "0"
        client.set("group", "running")
        process.send_signal(signal.SIGKILL)
        process.wait()
    # The socket of the killed server is still there, and is no hindrance.
    assert private_redis.socket_path(settings).exists()
    with served(server, settings) as (_, client):
        assert client.get("group") == b"running"


def test_waiting_for_a_server_that_comes_later(settings: Settings) -> None:
    async def scene() -> None:
        waiting = asyncio.create_task(private_redis.answers(private_redis.socket_path(settings)))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        server = private_redis.command(private_redis.find_server(), settings)
        process = await asyncio.create_subprocess_exec(*server, stdout=subprocess.DEVNULL)
        await asyncio.wait_for(waiting, 20)
        process.kill()
        await process.wait()

    asyncio.run(scene())


def test_the_bundled_server_stands_in_where_path_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert private_redis.find_server() == str(BUNDLED)
    assert os.access(BUNDLED, os.X_OK)


def test_a_machine_without_any_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(private_redis, "CARRIERS", ("no_such_package",))
    with pytest.raises(StartError, match="install Redis, or use one with --redis-url"):
        private_redis.find_server()


def test_the_server_on_path_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "redis-server"
    own.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert private_redis.find_server() == str(own)


def test_sockets_are_in_the_state_folder(tmp_path: Path) -> None:
    assert sockets.folder(tmp_path) == tmp_path


def test_a_long_path_gets_a_short_folder_that_is_kept_and_removed(
    tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    short = sockets.folder(deep)
    assert len(str(short / "redis.sock")) < 60
    assert sockets.folder(deep) == short
    with served(BUNDLED, load({}, state_dir=deep, socket_dir=short)) as (_, client):
        assert client.ping()
    sockets.remove(deep)
    assert not short.exists()
    assert list(deep.glob("sockets")) == []


def test_a_short_folder_that_was_swept_away_is_made_again(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    sockets.folder(deep).rmdir()
    assert sockets.folder(deep).is_dir()
    sockets.remove(deep)


def test_wiping_forgets_the_data(settings: Settings) -> None:
    with served(BUNDLED, settings) as (_, client):
        client.set("group", "running")
    private_redis.wipe(settings.state_dir)
    with served(BUNDLED, settings) as (_, client):
        assert client.get("group") is None
