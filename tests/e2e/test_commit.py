"""An image of a running container, pushed to a registry."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any

import pytest

from tests.e2e.running import Running, wait_for
from tests.engine.registry import Registry, serving

pytestmark = pytest.mark.docker


def test_what_a_container_wrote_is_in_the_image(emulator: Running) -> None:
    with serving() as registry:
        group_id = emulator.create("made", "echo made-by-hand > /made; sleep 1000")
        emulator.until(group_id, "Running")
        task_id = emulator.call(
            "CommitContainer",
            ContainerGroupId=group_id,
            ContainerName="main",
            **{"Image.Repository": f"{registry.address}/pushed", "Image.Tag": "2", "Image.Author": "Me"},
        )["TaskId"]
        task = wait_for(lambda: ended(emulator, task_id), "the end of the task")
        assert task["TaskStatus"] == "Succeeded", task
        assert task["TaskProgress"] == "100%"
        assert "made-by-hand" in written(registry)
    emulator.delete(group_id)


def ended(emulator: Running, task_id: str) -> dict[str, Any] | None:
    (task,) = emulator.call("DescribeCommitContainerTask", **{"TaskId.1": task_id})["CommitTasks"]
    return task if task["TaskStatus"] != "Running" else None


def written(registry: Registry) -> str:
    """What the topmost layer of the pushed image holds."""
    layers = json.loads(registry.manifests["pushed:2"])["layers"]
    blob = gzip.decompress(registry.blobs[layers[-1]["digest"]])
    with tarfile.open(fileobj=io.BytesIO(blob)) as archive:
        files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
        return "".join(file.read().decode(errors="replace") for file in files if file)
