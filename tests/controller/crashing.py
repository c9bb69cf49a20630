"""Processes that die: a fuse that burns with every call to engine or store, and kills at its end.

What has died stays dead: whatever is called afterwards, in clean-up code too, does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.connection import UnixDomainSocketConnection

from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.engine.simulated import SimulatedEngine
from eci_emulator.store import keys
from eci_emulator.store.database import Store, connect
from eci_emulator.store.timers import ENGINE_TIMER

from .harness import LabRuntime


class Crash(BaseException):
    """The process is gone, in the middle of what it was doing."""


class Fuse:
    """Burns with each call; at its end something happens: by default, the process dies."""

    def __init__(self) -> None:
        self._left = 0
        self._dead = False
        self._happens: Callable[[], None] | None = None

    def light(self, calls: int, happens: Callable[[], None] | None = None) -> None:
        """In so many calls the process dies, or somebody else does something just then."""
        self._left, self._happens = calls, happens

    def put_out(self) -> None:
        self._left, self._dead = 0, False

    def burn(self) -> None:
        if self._dead:
            raise Crash
        if not self._left:
            return
        self._left -= 1
        if self._left:
            return
        if self._happens:
            self._happens()
        else:
            self._dead = True
            raise Crash


class FusedEngine:
    """An engine each call of which burns the fuse, before and after; some may be made to fail."""

    def __init__(self, engine: SimulatedEngine, fuse: Fuse) -> None:
        self._engine = engine
        self._fuse = fuse
        self.troubles: dict[str, list[EngineError]] = {}  # method -> how its next calls fail

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._engine, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn()
            if troubles := self.troubles.get(name):
                raise troubles.pop()
            result = method(*args, **kwargs)
            self._fuse.burn()
            return result

        return call


def fused_connection(fuse: Fuse) -> type[UnixDomainSocketConnection]:
    """A connection each command of which burns the fuse before it is sent; a transaction is one command."""

    class Connection(UnixDomainSocketConnection):
        def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            fuse.burn()
            super().send_packed_command(command, check_health)  # type: ignore[no-untyped-call]

    return Connection


class FusedRuntime(LabRuntime):
    """The engine's side of an emulator that may die anywhere. The engine itself does not die with it."""

    def __init__(self, settings: Any) -> None:
        self.fuse = Fuse()
        super().__init__(settings)
        self._pool = self.store.redis.connection_pool
        self._pool.connection_class = fused_connection(self.fuse)
        self._connect_anew()

    engine: Any

    def _engine(self) -> Engine:
        self._engines_store = store = Store(connect(self.settings.redis_url))
        self.behind = SimulatedEngine(
            store.redis,
            now=store.clock.now,
            on_due=lambda name, at: store.timers.set(ENGINE_TIMER, name, at),
        )
        engine: Any = FusedEngine(self.behind, self.fuse)
        return engine  # type: ignore[no-any-return]

    def close(self) -> None:
        self._engines_store.redis.connection_pool.disconnect()

    def revive(self) -> None:
        """Another process takes over, after the dead one's leases have run out."""
        self.fuse.put_out()
        self._connect_anew()
        for pattern in (keys.lease("*"), keys.check("*", "*")):
            for key in self.store.redis.scan_iter(pattern):
                self.store.redis.delete(key)

    def _connect_anew(self) -> None:
        self._pool.disconnect()
        self._pool.reset()
