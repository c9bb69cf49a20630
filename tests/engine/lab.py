"""A laboratory: an engine, either of the two, and what an experiment on it needs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from eci_emulator.engine.driver import LABEL_CONTAINER, LABEL_INSTANCE, ContainerConfig, ContainerInfo, Engine

PATIENCE = 30.0  # seconds before something that should happen counts as not happening


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


class Lab:
    """An engine and a label of its own for all that an experiment makes."""

    def __init__(self, engine: Engine, let_pass: Callable[[], None]) -> None:
        self.engine = engine
        self.token = f"test-{uuid.uuid4().hex[:8]}"
        self.labels = {LABEL_INSTANCE: self.token}
        self.image = engine.ensure_base_image()
        self._let_pass = let_pass

    def name(self, name: str) -> str:
        return f"{self.token}-{name}"

    def config(self, name: str = "a", script: str = "sleep 1000", **options: Any) -> ContainerConfig:
        options.setdefault("command", ["sh", "-c", script])
        options.setdefault("image", self.image)
        labels = {**self.labels, LABEL_CONTAINER: name, **options.pop("labels", {})}
        return ContainerConfig(name=self.name(name), labels=labels, **options)

    def run(self, name: str = "a", script: str = "sleep 1000", **options: Any) -> str:
        """Create and start a container; gives its name."""
        config = self.config(name, script, **options)
        self.engine.create(config)
        self.engine.start(config.name)
        return config.name

    def until(self, condition: Callable[[], Any]) -> Any:
        """Let time pass until the condition holds; gives what it gave."""
        deadline = time.monotonic() + PATIENCE
        while not (value := condition()):
            assert time.monotonic() < deadline, "it did not happen"
            self._let_pass()
        return value

    def ended(self, name: str) -> ContainerInfo:
        """Wait for a container's end."""
        info: ContainerInfo = self.until(lambda: self._if_ended(name))
        return info

    def _if_ended(self, name: str) -> ContainerInfo | None:
        info = self.engine.inspect(name)
        assert info is not None
        return info if info.phase == "exited" else None

    def said(self, name: str, text: bytes) -> bytes:
        """Wait for a text in a container's log; gives the log."""
        log: bytes = self.until(lambda: text in (log := self.engine.logs(name)) and log)
        return log

    def network(self, name: str, third: int) -> str:
        """A network 10.213.<third>.0/24 with the default gateway at .253."""
        prefix = f"10.213.{third}"
        self.engine.ensure_network(
            self.name(name),
            f"{prefix}.0/24",
            gateway=f"{prefix}.1",
            default_gateway=f"{prefix}.253",
            labels=self.labels,
        )
        return self.name(name)

    def volume(self, name: str = "v") -> str:
        self.engine.ensure_volume(self.name(name), self.labels)
        return self.name(name)

    def clean_up(self) -> None:
        for info in self.engine.list_containers(self.labels):
            self.engine.remove(info.name)
        for network in self.engine.list_networks(self.labels):
            self.engine.remove_network(network)
        for volume in self.engine.list_volumes(self.labels):
            self.engine.remove_volume(volume)
