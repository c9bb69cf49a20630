"""The emulator in one process on the simulated engine, its registries described by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from tests.controller.harness import Lab, simulated_lab

MakeLab = Callable[..., Lab]


@pytest.fixture
def make_lab(redis_client: redis.Redis, redis_server: str, tmp_path: Path) -> Iterator[MakeLab]:
    """Make a lab with settings of one's own; ``rules`` are written into its registries file."""
    made = []

    def make(rules: Any = None, **settings: Any) -> Lab:
        if rules is not None:
            path = tmp_path / "registries.yaml"
            path.write_text(yaml.safe_dump(rules))
            settings["registries_file"] = path
        made.append(simulated_lab(redis_server, tmp_path, **settings))
        return made[-1]

    yield make
    for lab in made:
        lab.store.redis.close()


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    return make_lab()
