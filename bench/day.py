"""A day in a minute: 24 hours of 1,000 spot and on-demand groups on the simulated engine, by a clock that is moved.

The whole emulator but its processes: actions, placement, reconciling, timers, spot market, bill. The same seed
makes the same day, to the byte: the script replays it twice and compares events and bill.
"""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any
from unittest.mock import patch

import msgspec
from _redis import private_redis
from msgspec import Struct
from redis.backoff import ConstantBackoff
from redis.client import Pipeline
from redis.retry import Retry

from eci_emulator.actions.bill import tariff, usages
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.create_group import create_container_groups
from eci_emulator.billing.bill import bill
from eci_emulator.billing.render import as_tree
from eci_emulator.clock import Clock, ClockState, Segment
from eci_emulator.controller.timekeeping import Timekeeping
from eci_emulator.market import catalogue
from eci_emulator.market.spot import SetPrice
from eci_emulator.market.stock import Level, StockKey
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup, ContainerSpec, GroupSpec, Tag
from eci_emulator.model.statuses import TERMINAL
from eci_emulator.model.times import iso
from eci_emulator.nodes import Nodes
from eci_emulator.schemas.events import events_view
from eci_emulator.settings import Settings
from eci_emulator.store import database, keys
from eci_emulator.store.database import connect
from eci_emulator.store.wakeups import Wakeups
from eci_workers.runtime import Runtime

BEGIN = 1_800_000_000.0 - 8 * 3600  # midnight, 2027-01-15
REGION = "cn-hangzhou"
ZONES = ("cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j")
SIZES = ((0.5, 1.0), (2.0, 4.0), (2.0, 8.0), (4.0, 8.0), (8.0, 16.0))
IMAGES = ("registry.example/train:3", "registry.example/build:7", "registry.example/serve:1")
MINUTE, HOUR = 60, 3600


class Outcome(Struct):
    """What a day left: the events of every group, the bills, and how many groups came to which end."""

    events: bytes
    bills: bytes
    ends: dict[str, int]
    seconds: float
    processor: float  # seconds of this process


class Arrival(Struct, order=True):
    minute: int
    number: int
    spec: GroupSpec


def arrivals(dice: Random, hours: int, count: int) -> list[Arrival]:
    """The groups of a day, in order of their minute."""
    return sorted(Arrival(dice.randrange(hours * 60), number, _spec(dice, number)) for number in range(count))


def _spec(dice: Random, number: int) -> GroupSpec:
    spot = dice.random() < 0.5
    cpu, memory = dice.choice(SIZES[1:] if spot else SIZES)
    seconds = int(min(6 * HOUR, max(30, dice.lognormvariate(math.log(1800), 1.0))))
    script = f"sleep {seconds}; exit {int(dice.random() < 0.05)}"
    fields: dict[str, Any] = {}
    if spot:
        fields["spot_strategy"] = "SpotAsPriceGo"
        fields["spot_duration"] = dice.choice((0, 1))
        if dice.random() < 0.6:
            fields["spot_strategy"] = "SpotWithPriceLimit"
            fields["spot_price_limit"] = round(cpu * dice.uniform(0.05, 0.12), 3)
    container = ContainerSpec(name="main", image=dice.choice(IMAGES), commands=["sh", "-c", script])
    return GroupSpec(
        name=f"job-{number:05}",
        containers=[container],
        restart_policy=dice.choice(("Never", "Never", "OnFailure")),
        active_deadline_seconds=5 * HOUR,
        cpu=cpu,
        memory=memory,
        zone_id=dice.choice(ZONES),
        tags=[Tag(key="team", value=f"team-{number % 7}")],
        **fields,
    )


class OwnClock(Clock):
    """A clock that nobody else moves: it need not be asked for."""

    _state: ClockState | None = None

    def state(self) -> ClockState:
        if self._state is None:
            self._state = super().state()
        return self._state

    def _add(self, segment: Callable[[ClockState, float], Segment]) -> None:
        super()._add(segment)
        self._state = None


class NoQueue(Wakeups):
    """Nobody is woken through a queue: the day looks at what is unsettled itself."""

    def wake(self, host: str, group_id: str, pipe: Pipeline | None = None) -> None:
        pass


class Day:
    """The emulator in this process, from midnight on."""

    def __init__(self, redis_url: str, seed: int) -> None:
        settings = Settings(
            engine="simulated",
            redis_url=redis_url,
            instance="day",
            image_pull="eci",
            vcpu_quota=0.0,
            spot_seed=seed,
        )
        self.dice = Random(seed)
        self.runtime = Runtime(settings)
        self.store = self.runtime.store
        self.store.wakeups = NoQueue(self.store.redis)
        nodes = Nodes(self.store.redis, self.store.hosts)
        self.emulator = Emulator(settings, self.store, catalogue.load(), nodes)
        self.time = Timekeeping(self.store, self.runtime.engine, self.settle, self.runtime.spot)
        self.caller = Caller(account="1", region=REGION, action="CreateContainerGroup", request_id="day")
        self.told: dict[str, Any] = {}
        self.store.clock.freeze()
        self.store.clock.set(BEGIN)
        for image in IMAGES:
            for _ in self.runtime.engine.pull(image):
                pass

    def settle(self) -> None:
        """Reconcile what is unsettled, until nothing changes any more."""
        key = keys.unsettled(self.runtime.settings.host_name)
        before: set[bytes] = set()
        while (unsettled := self.store.redis.smembers(key)) and unsettled != before:
            before = set(unsettled)  # type: ignore[arg-type]
            for group_id in sorted(before):
                self.runtime.reconciler.reconcile(group_id.decode())

    def replay(self, hours: int, count: int) -> None:
        """Let the day pass: groups arrive, stock runs out, prices jump."""
        coming = {
            minute: [one.spec for one in found]
            for minute, found in groupby(arrivals(self.dice, hours, count), key=lambda one: one.minute)
        }
        moves, notes = range(50, hours * 60, 97), range(0, hours * 60, 30)
        for minute in sorted({*coming, *moves, *notes}):
            self._pass_until(minute)
            if minute in moves:
                self._market_moves()
            if minute in coming:
                self._create(coming[minute])
            if minute in notes:
                self._note_ended()
        self._pass_until(hours * 60)

    def _pass_until(self, minute: int) -> None:
        self.time.advance(BEGIN + minute * MINUTE - self.store.clock.now())

    def _market_moves(self) -> None:
        zone, now = self.dice.choice(ZONES), int(self.store.clock.now())
        key = StockKey(zone, "eci", spot=True)
        self.store.market.clear_levels()
        if self.dice.random() < 0.4:
            self.store.market.set_level(key, Level(0))
        discount = Decimal(self.dice.randrange(20, 100)) / 100 if self.dice.random() < 0.5 else None
        self.store.market.set_price(SetPrice(zone, "*", now, discount))

    def _create(self, specs: list[GroupSpec]) -> None:
        made = create_container_groups(self.emulator, self.caller, specs)
        for spec, found in zip(specs, made, strict=True):
            if isinstance(found, errors.EciError):
                self.told[spec.name] = {"Status": f"refused: {found.code}", "Events": []}
        self.settle()

    def _note_ended(self) -> None:
        """Keep what there is to tell of groups that have ended: their records do not stay for ever."""
        groups = self.store.groups
        for group in groups.get_many(groups.all_ids()):
            if group.state.status in TERMINAL and group.id not in self.told:
                self._note(group)

    def _note(self, group: ContainerGroup) -> None:
        events = events_view(group.spec.name, group.state.events)
        self.told[group.spec.name] = {"Status": group.state.status.value, "Events": events}

    def outcome(self, seconds: float, processor: float) -> Outcome:
        for group in self.store.groups.get_many(self.store.groups.all_ids()):
            self._note(group)
        told = dict(sorted(self.told.items()))
        return Outcome(
            events=msgspec.json.encode(told),
            bills=msgspec.json.encode([as_tree(made) for made in self._bills()]),
            ends=dict(sorted(Counter(one["Status"] for one in told.values()).items())),
            seconds=seconds,
            processor=processor,
        )

    def _bills(self) -> Iterator[Any]:
        found, rates = usages(self.emulator), tariff(self.emulator)
        for by in ("group", "tag", "hour", "item"):
            yield bill(found, rates, start=int(BEGIN), end=int(self.store.clock.now()), by=by)


def replay(redis_url: str, *, seed: int, hours: int, count: int) -> Outcome:
    """One day on an empty Redis."""
    redis = connect(redis_url)
    redis.set_retry(Retry(ConstantBackoff(0.02), 250))
    redis.flushall()
    redis.close()
    # Ids are drawn from the seed, too: which of several equal zones a group gets depends on its id.
    seeded = patch.object(secrets, "choice", Random(seed).choice)
    with seeded, patch.object(database, "Clock", OwnClock):
        began, busy = time.perf_counter(), time.process_time()
        day = Day(redis_url, seed)
        day.replay(hours, count)
        outcome = day.outcome(time.perf_counter() - began, time.process_time() - busy)
    day.store.redis.close()
    return outcome


def main() -> None:
    with private_redis() as url:
        first, second = (replay(url, seed=7, hours=24, count=1000) for _ in range(2))
    total = msgspec.json.decode(first.bills)[0]
    took = " and ".join(
        f"{day.seconds:.1f} s ({day.processor:.1f} of the processor)" for day in (first, second)
    )
    print(f"24 h of 1,000 groups from {iso(BEGIN)} in {took}")
    print("ends: " + ", ".join(f"{number} {end}" for end, number in first.ends.items()))
    print(f"bill: {total['total']} {total['currency']} for {total['seconds']:,} s")
    same = first.events == second.events and first.bills == second.bills
    print("the same events and bill both times" if same else "THE TWO DAYS DIFFER")
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
