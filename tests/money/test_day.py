"""A part of the day that bench/day.py replays: the same seed makes the same day, and each second is paid for once."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import redis

from eci_emulator.actions.bill import usages
from eci_emulator.billing.usage import merged

SCRIPT = Path(__file__).parents[2] / "bench" / "day.py"


@pytest.fixture(scope="module")
def day() -> ModuleType:
    spec = importlib.util.spec_from_file_location("day", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPT.parent)
        spec.loader.exec_module(module)
    return module


def test_the_same_seed_makes_the_same_day(day: ModuleType, redis_server: str) -> None:
    first, second, other = (
        day.replay(f"unix://{redis_server}", seed=seed, hours=2, count=40) for seed in (3, 3, 4)
    )
    assert first.events == second.events
    assert first.bills == second.bills
    assert first.events != other.events
    assert first.ends["Succeeded"] > 5
    assert float(msgspec.json.decode(first.bills)[0]["total"]) > 0


def test_each_second_of_a_day_is_paid_for_once(
    day: ModuleType, redis_server: str, redis_client: redis.Redis
) -> None:
    it = day.Day(f"unix://{redis_server}", 5)
    it.replay(2, 40)
    now = int(it.store.clock.now())
    paid: Counter[str] = Counter()
    for usage in merged(usages(it.emulator)):
        paid[usage.group] += (now if usage.end is None else usage.end) - usage.start
    lived = {
        group.id: int(group.state.terminal_since or now) - int(group.state.pending_time)
        for group in it.store.groups.get_many(it.store.groups.all_ids())
    }
    assert {group: paid[group] for group in lived} == lived
    assert set(paid) == set(lived)
    used = it.store.market.state()
    alive = [g for g in it.store.groups.get_many(list(lived)) if not g.state.released]
    assert used.vcpus("1", day.REGION) == sum(group.state.placement.cpu for group in alive)
    it.store.redis.close()
