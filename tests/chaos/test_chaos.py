"""Rounds of ten groups in different phases; in each a process is killed at a random moment.

A short version runs with every test run, `make chaos` runs fifty rounds and prints its counts.
"""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.running import Running, wait_for
from tests.private_engine import PrivateEngine, private_engine

pytestmark = [pytest.mark.docker, pytest.mark.timeout(3600)]

SETTLE_SECONDS = 90.0
VICTIMS = ("worker", "api", "node", "redis", "dockerd")

#: What Docker says of a container whose end it knew of, but had not written down when it was killed.
LOST = 255

#: What a group runs, its restart policy, and the status and exit code it must come to (None: it runs on).
KINDS = (
    ("sleep 100000", "Always", "Running", None),
    ("sleep 100000", "Never", "Running", None),
    ("exit 0", "Never", "Succeeded", 0),
    ("sleep 1; exit 3", "Never", "Failed", 3),
    ("sleep 2; exit 0", "OnFailure", "Succeeded", 0),
)


class Chaos:
    def __init__(self, emulator: Running, engine: PrivateEngine, seed: int) -> None:
        self.emulator = emulator
        self.engine = engine
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()

    def round(self, number: int, victim: str) -> None:
        killer = threading.Timer(self.random.uniform(0.0, 2.5), self._kill, [victim])
        killer.start()
        groups = self._groups(number)
        deleted = self.random.sample(sorted(groups), 2)
        for name in deleted:
            self._patiently("DeleteContainerGroup", ContainerGroupId=groups[name])
        killer.join()
        for name, group_id in groups.items():
            self._check(name, group_id, gone=name in deleted, victim=victim)
        for group_id in groups.values():
            self._patiently("DeleteContainerGroup", ContainerGroupId=group_id, Force="true")
        wait_for(lambda: not any(self._containers(g) for g in groups.values()), "all removed", SETTLE_SECONDS)
        self.counts["rounds"] += 1
        self.counts["groups"] += len(groups)
        self.counts[f"killed {victim}"] += 1

    def _groups(self, number: int) -> dict[str, str]:
        groups = {}
        # A round that is tried again has to make groups of its own, not be told of those it had.
        attempt = secrets.token_hex(3)
        for index in range(10):
            script, policy, _, _ = KINDS[index % len(KINDS)]
            name = f"round-{number}-{attempt}-{index}"
            container = {
                "Container.1.Name": "main",
                "Container.1.Image": self.emulator.base_image,
                "Container.1.Command.1": "sh",
                "Container.1.Command.2": "-c",
                "Container.1.Command.3": script,
            }
            answer = self._patiently(
                "CreateContainerGroup",
                ContainerGroupName=name,
                ClientToken=name,
                RestartPolicy=policy,
                TerminationGracePeriodSeconds="1",
                **container,
            )
            groups[name] = answer["ContainerGroupId"]
        assert len(set(groups.values())) == len(groups)
        return groups

    def _kill(self, victim: str) -> None:
        if victim == "dockerd":
            self.engine.kill()
            self.engine.start()
        else:
            self.emulator.kill(victim)

    def _check(self, name: str, group_id: str, *, gone: bool, victim: str) -> None:
        _, policy, wanted, code = KINDS[int(name.rpartition("-")[2]) % len(KINDS)]
        if gone:
            assert self._describe(group_id) is None
            return
        # An engine that comes back without live-restore has stopped what it found running.
        stopped = victim == "dockerd" and policy == "Never"
        found = self._until(group_id, wanted, *(["Failed"] if stopped else []))
        if found["Status"] == "Running":
            # What the engine did while nobody could hear it is seen at the next comparison.
            found = self._until_true(group_id, may_fail=stopped)
        state = found["Containers"][0]["CurrentState"]
        if victim == "dockerd" and state.get("ExitCode") == LOST:
            self.counts["exit codes the engine lost"] += 1
        elif found["Status"] == wanted and code is not None:
            assert state["ExitCode"] == code, f"{name}: {state} {found['Events']}"
        elif found["Status"] == "Failed":
            assert state["ExitCode"] in (code, 137, 143), f"{name}: {state} {found['Events']}"

    def _until_true(self, group_id: str, *, may_fail: bool) -> dict[str, Any]:
        """The group once its status Running is what the engine shows too, or once it is seen as stopped."""

        def settled() -> dict[str, Any] | None:
            group = self._describe(group_id)
            assert group is not None, f"{group_id} is lost"
            if group["Status"] == "Failed" and may_fail:
                return group
            return group if group["Status"] == "Running" and self._running(group_id) == 1 else None

        result: dict[str, Any] = wait_for(settled, f"one running container of {group_id}", SETTLE_SECONDS)
        return result

    def _running(self, group_id: str) -> int:
        return sum(bool(container["State"]["Running"]) for container in self._containers(group_id))

    def _until(self, group_id: str, *statuses: str) -> dict[str, Any]:
        last: dict[str, Any] = {}

        def reached() -> bool:
            group = self._describe(group_id)
            assert group is not None, f"{group_id} is lost"
            last.update(group)
            return group["Status"] in statuses

        try:
            wait_for(reached, f"{group_id} in {statuses}", SETTLE_SECONDS)
        except AssertionError as failure:
            raise AssertionError(f"{failure}, but {last}") from None
        return last

    def _describe(self, group_id: str) -> dict[str, Any] | None:
        found = self._patiently(
            "DescribeContainerGroups", ContainerGroupIds=f'["{group_id}"]', WithEvent="true"
        )
        groups = found["ContainerGroups"]
        return groups[0] if groups else None

    def _containers(self, group_id: str) -> list[dict[str, Any]]:
        return self.emulator.containers(group_id)

    def _patiently(self, action: str, **parameters: str) -> dict[str, Any]:
        """A call as a client that retries would make it: the API or its Redis may be away for a while."""

        def answered() -> dict[str, Any] | None:
            try:
                answer = self.emulator.try_call(action, **parameters)
            except requests.RequestException:
                return None
            if answer.status_code == 503 or answer.status_code == 500:
                return None
            gone = action == "DeleteContainerGroup" and answer.status_code == 404
            assert answer.ok or gone, answer.text
            body: dict[str, Any] = answer.json()
            return body

        result: dict[str, Any] = wait_for(answered, f"an answer to {action}", SETTLE_SECONDS)
        return result


@pytest.fixture(scope="module")
def chaos() -> Iterator[Chaos]:
    folder = Path(tempfile.mkdtemp(prefix="eci-c-"))
    with private_engine(folder) as engine, tempfile.TemporaryDirectory(prefix="eci-s-") as state:
        emulator = Running(Path(state), "--engine", "docker", "--engine-url", engine.url)
        try:
            yield Chaos(emulator, engine, seed=int(os.environ.get("ECI_CHAOS_SEED", "1")))
        finally:
            emulator.down()
            assert emulator.leftovers() == []


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_round_for(chaos: Chaos, victim: str) -> None:
    chaos.round(VICTIMS.index(victim), victim)


@pytest.mark.slow
def test_many_rounds(chaos: Chaos) -> None:
    began = time.monotonic()
    for number in range(int(os.environ.get("ECI_CHAOS_ROUNDS", "50"))):
        victim = chaos.random.choice(VICTIMS)
        chaos.round(100 + number, victim)
        print(f"round {number}: killed {victim}, {dict(chaos.counts)}", flush=True)
    print(f"0 lost, 0 leaked, 0 wrong exit codes in {time.monotonic() - began:.0f} s: {dict(chaos.counts)}")
