"""The end of an instance leaves nothing of it, and everything of others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import docker
import pytest
import redis

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.driver import LABEL_INSTANCE, ContainerConfig, Engine
from eci_emulator.settings import Settings, load
from eci_emulator.supervisor import cleanup, state


class FakeEngine:
    """Containers, networks and volumes by name, each with the instance that it belongs to."""

    def __init__(self) -> None:
        self.containers = {"a": "mine", "b": "mine", "c": "other"}
        self.networks = {"net": "mine", "bridge": "other"}
        self.volumes = {"vol": "mine", "data": "other"}
        self.late = {"late": "mine"}  # made by a request that was still under way at the first look

    def list_containers(self, labels: Mapping[str, str]) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in self._of(self.containers, labels)]

    def list_networks(self, labels: Mapping[str, str]) -> list[str]:
        return self._of(self.networks, labels)

    def list_volumes(self, labels: Mapping[str, str]) -> list[str]:
        return self._of(self.volumes, labels)

    def remove(self, name: str) -> None:
        del self.containers[name]
        self.containers |= self.late
        self.late = {}

    def remove_network(self, name: str) -> None:
        assert set(self.containers.values()) == {"other"} or self.late == {}
        del self.networks[name]

    def remove_volume(self, name: str) -> None:
        del self.volumes[name]

    def _of(self, things: dict[str, str], labels: Mapping[str, str]) -> list[str]:
        return [name for name, owner in things.items() if owner == labels[LABEL_INSTANCE]]


def test_all_of_the_instance_is_removed_and_nothing_else() -> None:
    engine = FakeEngine()
    removed = cleanup.remove_from(cast(Engine, engine), "mine")
    assert (engine.containers, engine.networks, engine.volumes) == (
        {"c": "other"},
        {"bridge": "other"},
        {"data": "other"},
    )
    assert str(removed) == "3 container(s), 1 network(s), 1 volume(s)"


def started(settings: Settings) -> None:
    """The files of a run."""
    endpoint = state.Endpoint(url="", pid=1, version="", engine="", instance="mine", started_at=0.0)
    state.write(state.endpoint_path(settings.state_dir), endpoint)
    state.write(state.processes_path(settings.state_dir), [])
    (settings.state_dir / "redis").mkdir()


def test_forgetting_keeps_the_instance_and_the_logs(tmp_path: Path) -> None:
    settings = load({}, state_dir=tmp_path).with_instance()
    started(settings)
    state.logs_dir(tmp_path).mkdir()
    cleanup.forget(settings)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "logs"]


def test_of_a_shared_redis_only_our_keys_go(
    tmp_path: Path, redis_server: str, redis_client: redis.Redis
) -> None:
    redis_client.mset({"eci:group:1": "x", "eci:timers": "x", "theirs": "x"})
    settings = load({}, state_dir=tmp_path, redis_url=f"unix://{redis_server}")
    started(settings)
    cleanup.forget(settings)
    assert redis_client.keys() == [b"theirs"]


@pytest.mark.docker
def test_on_a_real_engine(tmp_path: Path) -> None:
    settings = load({}, state_dir=tmp_path, engine="docker").with_instance()
    started(settings)
    engine = DockerEngine()
    labels = {LABEL_INSTANCE: settings.instance}
    other = {LABEL_INSTANCE: f"{settings.instance}-other"}
    base, volume = engine.ensure_base_image(), f"test-{settings.instance}"
    for name, carried in (("one", labels), ("two", labels), ("not-ours", other)):
        config: dict[str, Any] = {"image": base, "labels": carried, "command": ["sleep", "1000"]}
        engine.create(ContainerConfig(name=f"{volume}-{name}", **config))
    engine.start(f"{volume}-one")
    engine.ensure_volume(volume, labels)
    try:
        removed = cleanup.clean(settings)
        left = docker.from_env().containers.list(all=True, filters={"label": f"{LABEL_INSTANCE}={other}"})
        assert engine.list_containers(labels) == []
        assert engine.list_volumes(labels) == []
        assert [info.name for info in engine.list_containers(other)] == [f"{volume}-not-ours"]
        assert (removed.containers, removed.volumes) == (2, 1)
        assert left == []
    finally:
        engine.remove(f"{volume}-not-ours")
        engine.close()
