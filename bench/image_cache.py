"""What an image cache gains: from the call to Running, with a registry on this machine and 300 MB of noise.

  miss   CreateContainerGroup of an image that has to be pulled
  hit    the same from an image cache that holds it
  small  the same from the emulator's own image of 2 MB, which is always there
  plain  docker-py: create + start of the image that is there, with an address on a bridge
  pod    the same in the network of a sandbox that is started before it, as the kubelet does it

Each round does one miss, and then the others in turn, so that a machine that drifts drifts for all
of them. The image phase of a miss is what its Pulled event tells; that of a hit is what it takes
longer than the small image does, and is counted as 1 ms if that is nothing. Learned: what a hit
takes beyond plain Docker is what any group takes; a sandbox of its own would cost more than that.

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
#: Starts of each kind in a round, after its miss.
STARTS = 5
PATIENCE = 600.0
SUBNET = "10.251.0.0/24"
NETWORK = "eci-bench-cache"


class Contest:
    """An image in a registry, and the ways to have it running."""

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

    @contextmanager
    def cached(self) -> Iterator[str]:
        """The id of an image cache that holds the image."""
        created = self.emulator.call("CreateImageCache", ImageCacheName="bench", **{"Image.1": self.image})
        cache_id = created["ImageCacheId"]
        wait_for(lambda: self._status(cache_id) == "Ready", "the cache", PATIENCE)
        yield cache_id
        self.emulator.call("DeleteImageCache", ImageCacheId=cache_id)

    def hit(self, cache_id: str) -> float:
        return self._group(self.image, ImageSnapshotId=cache_id)[0]

    def small(self) -> float:
        return self._group(self.emulator.base_image)[0]

    def plain(self) -> float:
        return self._containers([(self.image, NETWORK)])

    def pod(self) -> float:
        return self._containers([(self.emulator.base_image, NETWORK), (self.image, "container:bench-0")])

    def _containers(self, wanted: list[tuple[str, str]]) -> float:
        """Seconds until containers of these images and networks run; they are gone afterwards."""
        os.sync()  # what a pull has left unwritten is no part of a start
        began = time.perf_counter()
        for number, (image, network) in enumerate(wanted):
            limits = self.api.create_host_config(network_mode=network, nano_cpus=2 * 10**9, mem_limit="4g")
            container = self.api.create_container(
                image, ["sleep", "1000"], host_config=limits, name=f"bench-{number}"
            )
            self.api.start(container)
        taken = time.perf_counter() - began
        for number in range(len(wanted)):
            self.api.remove_container(f"bench-{number}", force=True)
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
            NETWORK, driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool])
        )["Id"]
        emulator = Running(Path(folder) / "state", "--engine", "docker")
        try:
            with real_registry.serving(Path(folder)) as registry:
                image = registry.push("bench:1", emulator.base_image, MEGABYTES, layers=6)
                yield Contest(emulator, image, api)
        finally:
            emulator.down()
            api.remove_network(network)


def measured() -> tuple[dict[str, list[float]], list[float]]:
    """Seconds of each start by its kind, and of the pulls."""
    times: dict[str, list[float]] = {name: [] for name in ("miss", "hit", "small", "plain", "pod")}
    with contest() as ways:
        ways.small()  # networks, routers, connections: what only the first one pays
        for _ in range(ROUNDS):
            times["miss"].append(ways.miss())
            ways.forget()
            with ways.cached() as cache_id:
                for _ in range(STARTS):
                    times["hit"].append(ways.hit(cache_id))
                    times["small"].append(ways.small())
                    times["plain"].append(ways.plain())
                    times["pod"].append(ways.pod())
            ways.forget()
        return times, ways.pulls


def main() -> None:
    times, pulls = measured()
    print(f"{MEGABYTES} MB of noise, {ROUNDS} rounds of {STARTS} starts")
    for name, seconds in times.items():
        shown = f"({min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f})"
        print(f"  {name:6} median {statistics.median(seconds) * 1000:7.0f} ms   {shown}")
    miss, hit, small, plain, pod = (statistics.median(times[name]) for name in times)
    pull, own = statistics.median(pulls), max(hit - small, 0.001)
    print(f"  miss / hit               {miss / hit:6.1f}")
    print(f"  hit / plain              {hit / plain:6.2f}")
    print(f"  hit / pod                {hit / pod:6.2f}   (aim: 1.10 at most)")
    print(f"  image phase, miss        {pull * 1000:6.0f} ms")
    print(f"  image phase, hit         {own * 1000:6.0f} ms, 1/{pull / own:.0f} of a miss's   (aim: 1/20)")


if __name__ == "__main__":
    main()
