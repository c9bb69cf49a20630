"""Letting the emulator's time pass: what falls due is fired in order, each thing at its own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from eci_emulator.controller import due as dues
from eci_emulator.controller import retention
from eci_emulator.controller.spot import SpotKeeper
from eci_emulator.engine.driver import LABEL_GROUP, Engine
from eci_emulator.engine.simulated import SimulatedEngine
from eci_emulator.store.database import Store
from eci_emulator.store.lease import LEASE_SECONDS
from eci_emulator.store.timers import ENGINE_TIMER, SPOT_TIMER, Due

#: Things that fall due one after the other without time going on: more than that is a loop.
MOST_AT_ONCE: Final = 100_000
#: The lease of whoever fires. What another had fired meanwhile, and no worker had seen yet, would look settled.
FIRING: Final = "firing"
WAIT_SECONDS: Final = 0.005  # of real time


class Timekeeping:
    """``settle`` waits until everything that was set off has finished."""

    def __init__(
        self, store: Store, engine: Engine | None, settle: Callable[[], None], spot: SpotKeeper
    ) -> None:
        self._store = store
        self._engine = engine
        self._settle = settle
        self._spot = spot

    def keep(self) -> None:
        """Fire what is due by now, unless somebody is moving the clock ahead: then it is for them to do."""
        with self._store.leases.hold(FIRING) as lease:
            if lease:
                self.fire_due()

    def fire_due(self) -> int:
        """Fire what is due by now, earliest first; returns how many. A crash loses none: it is fired again."""
        due_now = self._store.timers.due(self._store.clock.now())
        for due in due_now:
            self._fire(due)
            self._store.timers.done(due)
        return len(due_now)

    def _fire(self, due: Due) -> None:
        if due.kind == ENGINE_TIMER:
            self._tick(due.id)
        elif due.kind == SPOT_TIMER:
            self._spot.check(due.id)
        else:
            dues.fire(self._store, due)

    def _tick(self, container: str) -> None:
        """Let a simulated container's start or end happen, and its group take note."""
        if not isinstance(self._engine, SimulatedEngine):
            return
        self._engine.tick()
        info = self._engine.inspect(container)
        group = self._store.groups.get(info.labels.get(LABEL_GROUP, "")) if info else None
        if group:
            self._store.wake(group)

    def advance(self, seconds: float) -> int:
        """Move the clock ahead, from one due time to the next, letting all settle at each.

        Returns how many things fell due. Raises RuntimeError when they keep falling due without
        time going on, TimeoutError when somebody else does not stop firing.
        """
        clock = self._store.clock
        until = clock.now() + seconds
        with self._alone():
            fired, ahead = self.catch_up()
            while ahead is not None and ahead <= until:
                clock.set(max(ahead, clock.now()))
                count, ahead = self.catch_up()
                fired += count
            clock.set(max(until, clock.now()))
            return fired + self.catch_up()[0]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else fires during the block."""
        deadline = time.monotonic() + 2 * LEASE_SECONDS
        while time.monotonic() < deadline:
            with self._store.leases.hold(FIRING) as lease:
                if lease:
                    with lease.kept():
                        yield
                    return
            time.sleep(WAIT_SECONDS)
        raise TimeoutError("another process has been firing timers for too long")

    def catch_up(self) -> tuple[int, float | None]:
        """Fire, clear away and settle until nothing is due any more; how many things were, and what comes next.

        A process that stood still may fire without the lease. What it fired before the look at what comes
        next has been settled; what it fires afterwards makes the second look differ from the first.
        """
        fired = 0
        while fired <= MOST_AT_ONCE:
            ahead = self._store.timers.next_due()
            self._settle()
            count = self.fire_due() + retention.sweep(self._store)
            if not count and self._store.timers.next_due() == ahead:
                return fired, ahead
            fired += count
        raise RuntimeError("timers keep falling due at the same moment")


def simulated_engine(store: Store) -> SimulatedEngine:
    """The simulated engine that all processes share; it lives by the emulator's clock."""
    return SimulatedEngine(
        store.redis,
        now=store.clock.now,
        on_due=lambda name, at: store.timers.set(ENGINE_TIMER, name, at),
    )
