"""An engine that is killed while it starts containers: none of them is blamed, and nothing is left running.

One kill runs with every test run, `make chaos` goes on to sixty starts.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.driver import ContainerConfig, EngineUnavailable, NotFound, StartFailed
from tests.e2e.running import wait_for
from tests.private_engine import PrivateEngine, private_engine

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]

AT_A_TIME = 4
SETTLE_SECONDS = 60.0


class Starter:
    def __init__(self, private: PrivateEngine) -> None:
        self.private = private
        self.engine = DockerEngine(private.url)
        self.image = self.engine.ensure_base_image()
        self.random = random.Random(3)
        self.counts: Counter[str] = Counter()

    def config(self, name: str, *command: str) -> ContainerConfig:
        return ContainerConfig(
            name=name, image=self.image, labels={"tests": "starts"}, entrypoint=list(command)
        )

    def start(self, config: ContainerConfig) -> bool:
        """One attempt, as a worker makes it: whatever is half made is found, or made anew."""
        try:
            self.engine.create(config)
            self.engine.start(config.name)
        except (EngineUnavailable, NotFound):
            self.counts["made anew or later"] += 1
            return False
        info = self.engine.inspect(config.name)
        return info is not None and info.started_at > 0

    def kill_amid(self, batch: int) -> None:
        marker = f"{987_000 + batch}"
        configs = [self.config(f"s-{batch}-{number}", "sleep", marker) for number in range(AT_A_TIME)]
        for config in configs:
            self.engine.create(config)
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            starts = [threads.submit(self.start, config) for config in configs]
            time.sleep(self.random.uniform(0.0, 0.6))
            self.private.kill()
            for start in starts:
                start.result()  # raises StartFailed where the container was blamed
        self.private.start()
        for config in configs:
            wait_for(partial(self.start, config), f"{config.name} to start", SETTLE_SECONDS)
            self.engine.remove(config.name)
        wait_for(lambda: not _running(marker), "what had been started to end")
        self.counts["starts"] += AT_A_TIME

    def refused(self, name: str, command: str) -> str:
        config = self.config(name, command)
        self.engine.create(config)
        with pytest.raises(StartFailed) as refusal:
            self.engine.start(name)
        self.engine.remove(name)
        return str(refusal.value)


def _running(marker: str) -> list[Path]:
    wanted = f"sleep\0{marker}\0".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.read_bytes().endswith(wanted):
                found.append(entry)
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with private_engine(Path(tempfile.mkdtemp(prefix="eci-b-"))) as private:
        starter = Starter(private)
        yield starter
        starter.engine.close()


def test_one_kill_amid_starts(starter: Starter) -> None:
    starter.kill_amid(0)
    assert "no such file or directory" in starter.refused("missing", "/no/such/program")
    assert "permission denied" in starter.refused("folder", "/etc")


@pytest.mark.slow
def test_many_kills_amid_starts(starter: Starter) -> None:
    for batch in range(1, 16):
        starter.kill_amid(batch)
    print(f"0 containers blamed, 0 left running: {dict(starter.counts)}")
