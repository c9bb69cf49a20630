"""How long a container group takes from the call to Running, beside plain Docker in the same run.

Four ways to start the same container from the same image, in turn, so that a machine that
drifts drifts for all of them:

  plain    docker-py: create + start, with an address of its own on a bridge that is there
  network  the same with a bridge of its own, made first
  default  CreateContainerGroup until DescribeContainerGroups says Running, on a bridge that is there
  warm     the same with sandboxes made ahead of need (warm_sandboxes)

One at a time and eight at a time. Learned: `docker start` is nine tenths of it (network namespace,
endpoint, the engine's resolver hook), and limits, capabilities and volumes make it no slower; joining
a namespace that is there halves it. Our own part is 30-40 ms, nearly all of it processor time of the
client libraries: a dozen calls of the engine (1-2 ms each, a third of which requests spent looking for
proxies in the environment) and one round trip of RQ (3 ms). Eight clients that look every 5 ms keep
a core busy and made it half as slow again for everybody; and what starts while the engine still removes
another container starts 30 ms later. Believing what the engine said of a volume for a second, which saves
three calls, was not to be seen in the figures.

    python bench/start.py [ROUNDS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import docker
import requests
import urllib3

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
AT_ONCE = 8
COMMAND = str(Path(sys.executable).with_name("eci-emulator"))
#: Between two looks at one group; of several at once each is looked at less often, because looking
#: takes processor time from the engine that plain Docker keeps.
POLL_SECONDS = 0.0125
HEAD_START_SECONDS = 0.1  # nothing starts sooner


class Docker:
    """What anybody would write with docker-py."""

    def __init__(self, image: str) -> None:
        self.image = image
        self.api = docker.APIClient(num_pools=AT_ONCE)
        self.networks: list[str] = []
        self.containers: list[str] = []

    def network(self, name: str, subnet: str) -> str:
        ipam = docker.types.IPAMConfig(pool_configs=[docker.types.IPAMPool(subnet=subnet)])
        self.api.create_network(name, driver="bridge", ipam=ipam)
        return name

    def run(self, network: str, address: str) -> None:
        container = self.api.create_container(
            self.image,
            ["sleep", "1000"],
            host_config=self.api.create_host_config(
                network_mode=network, nano_cpus=2 * 10**9, mem_limit="4g"
            ),
            networking_config=self.api.create_networking_config(
                {network: self.api.create_endpoint_config(ipv4_address=address)}  # type: ignore[arg-type]
            ),
        )["Id"]
        self.containers.append(container)
        self.api.start(container)

    def clear(self) -> None:
        for container in self.containers:
            self.api.remove_container(container, force=True)
        for network in self.networks:
            self.api.remove_network(network)
        self.containers.clear()
        self.networks.clear()

    def close(self) -> None:
        self.clear()
        self.api.close()


class Plain(Docker):
    """On a network that is there."""

    def __init__(self, image: str) -> None:
        super().__init__(image)
        self.shared = self.network("eci-bench", "10.250.0.0/24")

    def start(self, number: int, at_once: int = 1) -> None:
        self.run(self.shared, f"10.250.0.{10 + number}")

    def close(self) -> None:
        self.clear()
        self.api.remove_network(self.shared)
        super().close()


class WithNetwork(Docker):
    """Each on a network of its own."""

    def start(self, number: int, at_once: int = 1) -> None:
        network = self.network(f"eci-bench-{number}", f"10.251.{number}.0/24")
        self.networks.append(network)
        self.run(network, f"10.251.{number}.10")


class Emulated:
    """A container group through the API."""

    def __init__(self, url: str, image: str) -> None:
        self.url = url
        self.image = image
        self.http = urllib3.PoolManager(maxsize=AT_ONCE)
        self.groups: list[str] = []

    def call(self, action: str, **parameters: str) -> dict[str, object]:
        query = {"Action": action, "Format": "JSON", "RegionId": "cn-hangzhou", **parameters}
        answer = self.http.request("POST", self.url, fields=query, encode_multipart=False, timeout=30)
        body: dict[str, object] = answer.json()
        if answer.status != requests.codes.ok:
            raise RuntimeError(body)
        return body

    def start(self, number: int, at_once: int = 1) -> None:
        container = {
            "Container.1.Name": "main",
            "Container.1.Image": self.image,
            "Container.1.Command.1": "sleep",
            "Container.1.Arg.1": "1000",
        }
        created = self.call("CreateContainerGroup", ContainerGroupName=f"bench-{number}", **container)
        group_id = str(created["ContainerGroupId"])
        self.groups.append(group_id)
        time.sleep(HEAD_START_SECONDS)
        while self._status(group_id) != "Running":
            time.sleep(POLL_SECONDS * at_once)

    def _status(self, group_id: str) -> str:
        found = self.call("DescribeContainerGroups", ContainerGroupIds=json.dumps([group_id]))
        return str(found["ContainerGroups"][0]["Status"])  # type: ignore[index]

    def clear(self) -> None:
        for group_id in self.groups:
            self.call("DeleteContainerGroup", ContainerGroupId=group_id, Force="true")
        self.groups.clear()

    def close(self) -> None:
        self.clear()


Way = Plain | WithNetwork | Emulated


def clear(way: Way) -> None:
    """Removal, which the engine goes on with by itself, and the next warm sandboxes are part of no start."""
    way.clear()
    time.sleep(2)


def one_at_a_time(ways: dict[str, Way]) -> dict[str, list[float]]:
    """Seconds of each start, the ways in turn."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way.start(number)
            times[name].append(time.perf_counter() - began)
            clear(way)
    return times


def eight_at_a_time(ways: dict[str, Way]) -> dict[str, list[float]]:
    """Seconds until eight started at the same moment are all there."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(max(ROUNDS // 4, 2)):
            for name, way in ways.items():
                began = time.perf_counter()
                list(pool.map(way.start, range(AT_ONCE), [AT_ONCE] * AT_ONCE))
                times[name].append(time.perf_counter() - began)
                clear(way)
    return times


@contextmanager
def emulator(*options: str) -> Iterator[tuple[str, str]]:
    """A running emulator of its own: its URL and the image to start."""
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder:
        where = ["--state-dir", folder]
        up = [COMMAND, "up", "-d", "--port", "0", "--engine", "docker", *options, *where]
        subprocess.run(up, check=True, stdout=subprocess.DEVNULL)
        try:
            url = json.loads((Path(folder) / "endpoint.json").read_text())["url"]
            yield url, requests.get(f"{url}/_eci/health", timeout=5).json()["base_image"]
        finally:
            subprocess.run([COMMAND, "down", *where], check=True, stdout=subprocess.DEVNULL)


def report(title: str, times: dict[str, list[float]]) -> None:
    plain = statistics.median(times["plain"])
    print(f"\n{title}")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(
            f"  {name:8} median {median * 1000:6.0f} ms   "
            f"({min(measured) * 1000:.0f} to {max(measured) * 1000:.0f})   {median / plain:5.2f} x plain"
        )


def main() -> None:
    with emulator() as (default, image), emulator("--warm-sandboxes", str(AT_ONCE + 2)) as (warm, _):
        ways: dict[str, Way] = {
            "plain": Plain(image),
            "network": WithNetwork(image),
            "default": Emulated(default, image),
            "warm": Emulated(warm, image),
        }
        try:
            for name, way in ways.items():
                way.start(0)  # networks, routers, connections: what only the first one pays
                clear(way)
                print(f"{name} is warmed up")
            report(f"one at a time, {ROUNDS} rounds", one_at_a_time(ways))
            report(f"{AT_ONCE} at a time", eight_at_a_time(ways))
        finally:
            for way in ways.values():
                way.close()


if __name__ == "__main__":
    main()
