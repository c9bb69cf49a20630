"""An engine's disk that is too small for what is asked: all is told, nothing is left half done, and what fits works."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docker
import pytest

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.images.data_volumes import volume_labels
from tests.e2e.running import Running, wait_for
from tests.private_engine import PrivateEngine, private_engine

from . import real_registry, web

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not real_registry.PROGRAM, reason="needs the program docker-registry"),
]

DISK, BIG = 40, 60  # megabytes


@pytest.fixture
def engine() -> Iterator[PrivateEngine]:
    with tempfile.TemporaryDirectory(prefix="dk") as folder, private_engine(Path(folder), DISK) as engine:
        yield engine


@pytest.fixture
def emulator(engine: PrivateEngine) -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="eci-s-") as state:
        emulator = Running(Path(state), "--engine", "docker", "--engine-url", engine.url)
        try:
            yield emulator
        finally:
            emulator.down()
            assert emulator.leftovers() == []


def ended(emulator: Running, kind: str, cache_id: str) -> dict[str, Any]:
    """A cache that has become what it will be."""
    name = "ImageCacheId" if kind == "Image" else "DataCacheId.1"

    def found() -> dict[str, Any] | None:
        (cache,) = emulator.call(f"Describe{kind}Caches", **{name: cache_id})[f"{kind}Caches"]
        return cache if cache["Status"] in ("Ready", "Available", "Failed") else None

    cache: dict[str, Any] = wait_for(found, f"the end of {cache_id}")
    return cache


def image_cache(emulator: Running, image: str) -> dict[str, Any]:
    answer = emulator.call("CreateImageCache", ImageCacheName="cache", **{"Image.1": image})
    return ended(emulator, "Image", answer["ImageCacheId"])


def data_cache(emulator: Running, url: str) -> dict[str, Any]:
    source = {"DataSource.Type": "URL", "DataSource.Options.url": url}
    answer = emulator.call("CreateDataCache", Path=urlsplit(url).path, **source)
    return ended(emulator, "Data", answer["DataCacheId"])


def group(emulator: Running, image: str) -> str:
    container = {"Container.1.Name": "main", "Container.1.Image": image}
    program = {"Container.1.Command.1": "sleep", "Container.1.Arg.1": "1000"}
    answer = emulator.call("CreateContainerGroup", ContainerGroupName="app", **container, **program)
    return str(answer["ContainerGroupId"])


def test_a_full_disk(engine: PrivateEngine, emulator: Running, tmp_path: Path) -> None:
    with real_registry.serving(tmp_path) as registry:
        with closing(DockerEngine()) as shared:
            base = shared.ensure_base_image()
        big, small = registry.push("big:1", base, BIG), registry.push("small:1", base, 1)
    with real_registry.serving_again(registry, engine.inside), web.serving() as server:
        server.content = {"/big": bytes(BIG * 10**6), "/small": b"data"}

        too_big = group(emulator, big)
        for failed in (image_cache(emulator, big), data_cache(emulator, f"{server.url}/big")):
            assert failed["Status"] == "Failed"
            assert "no space left on device" in failed["Events"][0]["Message"].lower()
        evicted = emulator.until(too_big, "Failed")
        assert "Evicted" in json.dumps(evicted["Events"])
        assert emulator.containers(too_big) == []
        with docker.APIClient(engine.url) as api:
            assert api.images(big) == []
        with closing(DockerEngine(engine.url)) as own:
            assert own.list_volumes(volume_labels(emulator.instance)) == []

        assert image_cache(emulator, small)["Status"] == "Ready"
        assert data_cache(emulator, f"{server.url}/small")["Status"] == "Available"
        works = group(emulator, small)
        emulator.until(works, "Running")
        emulator.delete(too_big, works)
        wait_for(lambda: not emulator.containers(works), "it gone")
