"""The node agent's background tasks: what goes wrong in one neither ends it nor leaves anything behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from structlog.testing import capture_logs

from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE, EngineError
from eci_emulator.store import keys, warm
from eci_emulator.store.addresses import free_address
from eci_workers.node import tasks, warm_pool
from eci_workers.node.tasks import Task
from eci_workers.node.warm_pool import WarmPool

from .harness import Lab, container, simulated_lab


class Failing(Task):
    """Goes wrong in every way there is, then tells that it is still there."""

    pause = 0.0

    def __init__(self, lab: Lab, ending: threading.Event) -> None:
        super().__init__(lab.runtime)
        self._errors: list[Exception] = [
            EngineError("away"),
            redis.ConnectionError("away"),
            KeyError("a bug"),
        ]
        self._ending = ending

    def once(self) -> None:
        if self._errors:
            raise self._errors.pop(0)
        self._ending.set()


def test_a_task_outlives_what_goes_wrong_in_it(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "RETRY_SECONDS", 0.0)
    ending = threading.Event()
    with capture_logs() as told:
        Failing(lab, ending).run(ending)
    assert ending.is_set()
    assert [line["log_level"] for line in told] == ["warning", "warning", "error"]


@pytest.fixture
def warm_lab(redis_client: redis.Redis, redis_server: str, tmp_path: Path) -> Iterator[Lab]:
    """A lab that keeps two sandboxes ready, with a group that makes its vSwitch wanted."""
    lab = simulated_lab(redis_server, tmp_path, warm_sandboxes=2)
    lab.create(container())
    yield lab
    lab.close()


def cidr(lab: Lab) -> str:
    (group_id,) = lab.store.groups.all_ids()
    return lab.group(group_id).state.placement.cidr


def taken(lab: Lab) -> set[str]:
    """Who has the addresses of the vSwitch, groups apart."""
    owners = {owner.decode() for owner in lab.store.redis.hvals(keys.addresses(cidr(lab)))}
    return owners - set(lab.store.groups.all_ids())


def sandboxes(lab: Lab) -> set[str]:
    labels = {LABEL_INSTANCE: lab.runtime.settings.instance, LABEL_ROLE: "warm"}
    return {info.name for info in lab.engine.list_containers(labels)}


def test_sandboxes_are_made_ahead_of_need(warm_lab: Lab) -> None:
    WarmPool(warm_lab.runtime).once()
    ready = {sandbox.name for sandbox in warm.ready(warm_lab.store.redis, "local", cidr(warm_lab))}
    assert len(ready) == 2
    assert ready == taken(warm_lab) == sandboxes(warm_lab)
    group = warm_lab.group(warm_lab.create(container(), ContainerGroupName="second"))
    assert group.state.placement.sandbox in ready


def test_a_sandbox_that_cannot_be_started_leaves_nothing_behind(
    warm_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = WarmPool(warm_lab.runtime)

    def fail(name: str) -> None:
        raise EngineError("not today")

    with monkeypatch.context() as broken:
        broken.setattr(warm_lab.runtime.engine, "start", fail)
        for _ in range(3):
            with pytest.raises(EngineError):
                pool.once()
    assert taken(warm_lab) == sandboxes(warm_lab) == set()
    pool.once()
    assert len(sandboxes(warm_lab)) == 2


def test_an_address_that_a_group_takes_meanwhile_stays_the_groups(
    warm_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outrun(client: redis.Redis, cidr: str) -> str:
        found = free_address(client, cidr)
        client.hset(keys.addresses(cidr), found, "eci-faster")
        return found

    with monkeypatch.context() as racing:
        racing.setattr(warm_pool, "free_address", outrun)
        WarmPool(warm_lab.runtime).once()
    assert taken(warm_lab) == {"eci-faster"}
    assert sandboxes(warm_lab) == set()
