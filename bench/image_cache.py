"""What an image cache gains: from the call to Running, with a registry on this machine and 300 MB of noise.

  miss   CreateContainerGroup of an image that has to be pulled
  hit    the same from an image cache that holds it
  small  the same from the emulator's own image of 2 MB, which is always there
  plain  docker-py: create + start of the image that is there, with an address on a bridge

Each round does them all, so that a machine that drifts drifts for all of them. The image phase of a
miss is what its Pulled event tells; that of a hit is what it takes longer than the small image does.

    python bench/image_cache.py [ROUNDS] [MEGABYTES]
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.e2e.running import Running, wait_for
from tests.images import real_registry

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
MEGABYTES = int(sys.argv[2]) if len(sys.argv) > 2 else 300
PATIENCE = 600.0
SUBNET = "10.251.0.0/24"


class Contest:
    """An image in a registry, and three ways to have it running."""

    def __init__(self, emulator: Running, image: str, api: docker.APIClient) -> None:
        self.emulator = emulator
        self.image = image
        self.api = api
        self.pulls: list[float] = []  # seconds told by Pulled events

    def miss(self) -> float:
        taken, group = self._group(self.image)
        told = next(event["Message"] for event in group["Events"] if event["Reason"] == "Pulled")
        self.pulls.append(float(re.search(r" in ([\d.]+)s ", told)[1]))  # type: ignore[index]
        return taken

    def hit(self) -> float:
        created = self.emulator.call("CreateImageCache", ImageCacheName="bench", **{"Image.1": self.image})
        cache_id = created["ImageCacheId"]
        wait_for(lambda: self._status(cache_id) == "Ready", "the cache", PATIENCE)
        taken, _ = self._group(self.image, ImageSnapshotId=cache_id)
        self.emulator.call("DeleteImageCache", ImageCacheId=cache_id)
        return taken

    def small(self) -> float:
        return self._group(self.emulator.base_image)[0]

    def plain(self) -> float:
        os.sync()  # what a pull has left unwritten is no part of a start
        began = time.perf_counter()
        container = self.api.create_container(
            self.image,
            ["sleep", "1000"],
            host_config=self.api.create_host_config(
                network_mode="eci-bench-cache", nano_cpus=2 * 10**9, mem_limit="4g"
            ),
        )["Id"]
        self.api.start(container)
        taken = time.perf_counter() - began
        self.api.remove_container(container, force=True)
        return taken

    def forget(self) -> None:
        wait_for(self._forgotten, "the image removed")

    def _forgotten(self) -> bool:
        try:
            self.api.remove_image(self.image)
        except docker.errors.ImageNotFound:
            return True
        except docker.errors.APIError:
            return False  # a container has it still
        return True

    def _group(self, image: str, **parameters: str) -> tuple[float, dict[str, Any]]:
        """Seconds until a group of an image is Running, and the group; it is gone afterwards."""
        container = {
            "Container.1.Name": "main",
            "Container.1.Image": image,
            "Container.1.ImagePullPolicy": "IfNotPresent",
            "Container.1.Command.1": "sleep",
            "Container.1.Arg.1": "1000",
        }
        os.sync()  # what a pull has left unwritten is no part of a start
        began = time.perf_counter()
        created = self.emulator.call(
            "CreateContainerGroup", ContainerGroupName="bench", **container, **parameters
        )
        group = self.emulator.until(created["ContainerGroupId"], "Running", seconds=PATIENCE)
        taken = time.perf_counter() - began
        self.emulator.delete(created["ContainerGroupId"])
        wait_for(lambda: not self.emulator.containers(created["ContainerGroupId"]), "it gone")
        return taken, group

    def _status(self, cache_id: str) -> str:
        (cache,) = self.emulator.call("DescribeImageCaches", ImageCacheId=cache_id)["ImageCaches"]
        assert cache["Status"] != "Failed", cache["Events"]
        return str(cache["Status"])


@contextmanager
def contest() -> Iterator[Contest]:
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder, docker.APIClient(timeout=300) as api:
        pool = docker.types.IPAMPool(subnet=SUBNET)
        network = api.create_network(
            "eci-bench-cache", driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool])
        )["Id"]
        emulator = Running(Path(folder) / "state", "--engine", "docker")
        try:
            with real_registry.serving(Path(folder)) as registry:
                image = registry.push("bench:1", emulator.base_image, MEGABYTES, layers=6)
                yield Contest(emulator, image, api)
        finally:
            emulator.down()
            api.remove_network(network)


def main() -> None:
    with contest() as ways:
        times: dict[str, list[float]] = {"miss": [], "hit": [], "small": [], "plain": []}
        ways.small()  # networks, routers, connections: what only the first one pays
        for _ in range(ROUNDS):
            times["miss"].append(ways.miss())
            ways.forget()
            times["hit"].append(ways.hit())
            times["small"].append(ways.small())
            times["plain"].append(ways.plain())
            ways.forget()
    miss, hit, small, plain = (statistics.median(times[name]) for name in times)
    print(f"{MEGABYTES} MB of noise, {ROUNDS} rounds")
    for name, measured in times.items():
        shown = f"({min(measured) * 1000:.0f} to {max(measured) * 1000:.0f})"
        print(f"  {name:6} median {statistics.median(measured) * 1000:7.0f} ms   {shown}")
    pull = statistics.median(ways.pulls)
    own = max(hit - small, 0.0)
    print(f"  miss / hit               {miss / hit:6.1f}")
    print(f"  hit / plain              {hit / plain:6.2f}")
    print(f"  image phase, miss        {pull * 1000:6.0f} ms")
    print(f"  image phase, hit         {own * 1000:6.0f} ms, 1/{pull / max(own, 1e-3):.0f} of a miss's")


if __name__ == "__main__":
    main()
