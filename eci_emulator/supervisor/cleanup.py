"""The end of an instance: everything it made in the engine, and everything it remembers, is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from msgspec import Struct

from eci_emulator.engine.driver import LABEL_INSTANCE, Engine
from eci_emulator.settings import Settings
from eci_emulator.supervisor import private_redis, sockets, state

AT_A_TIME = 4


class Removed(Struct, kw_only=True):
    """How many of each were removed."""

    containers: int = 0
    networks: int = 0
    volumes: int = 0

    def __str__(self) -> str:
        return f"{self.containers} container(s), {self.networks} network(s), {self.volumes} volume(s)"


def clean(settings: Settings) -> Removed:
    """Remove what the instance of these settings made and remembers. Hold its lock meanwhile.

    Works without Redis and the API: the engine's labels say what is ours. Raises EngineUnavailable;
    nothing is forgotten then, and it can be called again.
    """
    removed = Removed()
    if settings.engine == "docker":
        from eci_emulator.engine.docker import DockerEngine

        with closing(DockerEngine(settings.engine_url or None)) as engine:
            removed = remove_from(engine, settings.instance)
    forget(settings)
    return removed


def remove_from(engine: Engine, instance: str) -> Removed:
    """Remove all containers, networks and volumes that carry the label of an instance.

    Looks until nothing more is found: a killed worker's last request may still be under way.
    """
    labels = {LABEL_INSTANCE: instance}
    removed = Removed()
    while True:
        containers = [container.name for container in engine.list_containers(labels)]
        removed.containers += _each(engine.remove, containers)
        networks = engine.list_networks(labels)
        removed.networks += _each(engine.remove_network, networks)
        volumes = engine.list_volumes(labels)
        removed.volumes += _each(engine.remove_volume, volumes)
        if not (containers or networks or volumes):
            return removed


def forget(settings: Settings) -> None:
    """Drop all records: the private Redis's files, or our keys in a Redis that others may use too."""
    sockets.remove(settings.state_dir)
    if settings.private_redis:
        private_redis.wipe(settings.state_dir)
    else:
        _empty_shared_redis(settings.redis_url)
    state.processes_path(settings.state_dir).unlink(missing_ok=True)
    state.endpoint_path(settings.state_dir).unlink(missing_ok=True)


def _empty_shared_redis(url: str) -> None:
    from eci_emulator.store import database, keys

    redis = database.connect(url)
    for key in redis.scan_iter(match=f"{keys.PREFIX}*", count=1000):
        redis.delete(key)
    redis.close()


def _each(remove: Callable[[str], None], names: Iterable[str]) -> int:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return len(list(pool.map(remove, names)))
