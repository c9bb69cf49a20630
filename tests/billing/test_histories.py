"""Random lives of groups, with crashes between any two steps: every second is billed once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from eci_emulator.billing.bill import bill
from eci_emulator.billing.ledger import lines
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import Meter, merged
from eci_emulator.market import catalogue, prices
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.group import ContainerGroup, GroupSpec, GroupState, Placement
from eci_emulator.model.statuses import BILLED, TERMINAL, TRANSITIONS
from eci_emulator.model.usage import Usage

CATALOGUE = catalogue.load()
CHINA, WORLD = prices.load("china"), prices.load("international")
METER = Meter(CATALOGUE, CHINA)
TARIFF = Tariff(CATALOGUE, CHINA, SpotMarket(1))
SIZES = ((2.0, 4.0, ""), (4.0, 8.0, ""), (2.0, 4.0, "ecs.c6.large"))

Choose = Callable[[int], int]  # a number below the given one


@dataclass
class History:
    """What a group lived through, and what the store holds of it."""

    group: ContainerGroup | None
    past: list[tuple[float, bool]]  # from when on: billed or not
    now: float
    log: list[Usage] = field(default_factory=list)


def stored(group: ContainerGroup) -> ContainerGroup:
    """As it comes back from the store."""
    return msgspec.json.decode(msgspec.json.encode(group), type=ContainerGroup)


def live(choose: Choose, spot: bool) -> History:
    """One life: random moves of the status, updates, deletion, and crashes before and after every write."""
    start = 1 + choose(40_000) + choose(10) / 10  # 0 means "not yet"
    placed = Placement(zone_id="cn-hangzhou-i", cpu=2.0, memory=4.0, spot_price=0.1 if spot else 0.0)
    history = History(
        group=ContainerGroup(
            id="eci-1",
            account="1",
            region="cn-hangzhou",
            spec=GroupSpec(name="g", containers=[], spot_strategy="SpotAsPriceGo" if spot else ""),
            state=GroupState(creation_time=start, placement=placed),
        ),
        past=[(start, False)],
        now=start,
    )
    for _ in range(choose(16)):
        history.now += choose(4000) + choose(10) / 10
        if history.group is None:
            break
        after = _changed(history.group, choose, spot)
        history.past.append((history.now, after is not None and after.state.status in BILLED))
        _write(history, after, choose)
    return history


def _changed(group: ContainerGroup, choose: Choose, spot: bool) -> ContainerGroup | None:
    after = stored(group)
    following = sorted(TRANSITIONS[group.state.status], key=lambda status: status in TERMINAL)
    if not following and choose(2):
        return None
    if following and choose(3):
        after.state.status = following[min(choose(len(following)), choose(len(following)))]
    if group.state.status not in TERMINAL and choose(4) == 0:
        after.generation += 1
        if not spot:
            placed = after.state.placement
            placed.cpu, placed.memory, placed.instance_type = SIZES[choose(len(SIZES))]
    return after


def _write(history: History, after: ContainerGroup | None, choose: Choose) -> None:
    """One transaction; a crash before it repeats the step, a crash after it repeats it on what is stored."""
    before = history.group
    for _ in range(choose(3)):
        METER.move(before, after, history.now)  # computed, and lost before it was stored
    for _ in range(1 + choose(3)):
        closed, billed_from = METER.move(before, after, history.now)
        if closed:
            history.log += [closed] * (1 + choose(2))  # stored at least once
        if after:
            after.state.billed_from = billed_from
            before = stored(after)
    history.group = before if after else None


def billed_seconds(history: History) -> int:
    """The time in billed statuses, told from the history alone: each span to the second."""
    ends = [*history.past, (history.now, False)]
    return sum(int(end) - int(begun) for (begun, billed), (end, _) in pairwise(ends) if billed)


def usages(history: History) -> list[Usage]:
    since = history.group.state.billed_from if history.group else 0.0
    return [*history.log, METER.open(history.group, since)] if since else history.log


def check(history: History, shuffle: Callable[[list[Usage]], None]) -> None:
    known = merged(usages(history))
    end = int(history.now)
    for before, after in pairwise(known):
        assert before.end is not None
        assert before.end <= after.start, "no overlap"
    made = bill(known, TARIFF, start=0, end=end)
    assert made.total.seconds == billed_seconds(history)
    told = sum(line.amount for usage in known for line in lines(usage, TARIFF, 0, end))
    shuffled = usages(history) * 2
    shuffle(shuffled)
    assert bill(shuffled, TARIFF, start=0, end=end) == made
    assert told == sum(line.amount for usage in merged(shuffled) for line in lines(usage, TARIFF, 0, end))


def test_ten_thousand_lives():
    dice = Random(20_180_808)
    seconds = 0
    for number in range(10_000):
        history = live(dice.randrange, spot=number % 5 == 0)
        check(history, dice.shuffle)
        seconds += billed_seconds(history)
    assert seconds > 20_000_000, "the lives are not empty"


@settings(max_examples=200, deadline=None)
@given(st.data(), st.booleans())
def test_any_life(data, spot):
    history = live(lambda below: data.draw(st.integers(0, below - 1)), spot)
    check(history, lambda found: found.reverse())


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_another_price_list_changes_the_money_only(dice):
    history = live(dice.randrange, spot=False)
    world = Tariff(CATALOGUE, WORLD, SpotMarket(1))
    here, there = (
        bill(usages(history), tariff, start=0, end=int(history.now), by="hour") for tariff in (TARIFF, world)
    )
    assert [(row.key, row.seconds) for row in here.rows] == [(row.key, row.seconds) for row in there.rows]
    assert there.total.amount <= here.total.amount
