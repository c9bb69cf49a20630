"""An engine on which the faults that a user asked for fire: pulls that fail or are slow, starts that fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from eci_emulator.clock import Clock
from eci_emulator.engine.driver import (
    LABEL_CONTAINER,
    LABEL_GROUP,
    Engine,
    EngineError,
    PullProgress,
    StartFailed,
)
from eci_emulator.model.fault import Fault, Kind, Occasion
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store.faults import Faults

_PULLS: Final = frozenset({Kind.PULL_FAILURE, Kind.SLOW_PULL})
_STARTS: Final = frozenset({Kind.START_FAILURE})
_LOOK_SECONDS: Final = 0.05  # between two looks at the clock

FindGroup = Callable[[str], ContainerGroup | None]


def faulty(engine: Engine, faults: Faults, clock: Clock, host: str, find: FindGroup) -> Engine:
    """The same engine, with faults. While there are none, a pull or a start costs one look."""
    return cast(Engine, _Faulty(engine, faults, clock, host, find))


class _Faulty:
    def __init__(self, engine: Engine, faults: Faults, clock: Clock, host: str, find: FindGroup) -> None:
        self._engine = engine
        self._faults = faults
        self._clock = clock
        self._host = host
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def pull(self, reference: str, *arguments: Any, **options: Any) -> Iterator[PullProgress]:
        self._faults.refresh()
        occasion = Occasion(images=(reference,), host=self._host)
        for fault in self._firing(_PULLS, occasion):
            self._tell(fault, "engine.pull", {"image": reference})
            if fault.kind is Kind.PULL_FAILURE:
                raise EngineError(fault.text)
            yield from self._wait(fault.seconds)
        yield from self._engine.pull(reference, *arguments, **options)

    def _wait(self, seconds: float) -> Iterator[PullProgress]:
        """Until so much of the emulator's time has passed."""
        until = self._clock.now() + seconds
        while self._clock.now() < until:
            yield PullProgress(done=0, total=0)
            time.sleep(_LOOK_SECONDS)

    def start(self, name: str) -> None:
        for fault, group in self._starting(name):
            self._tell(fault, "engine.start", {"container": name}, group)
            raise StartFailed(fault.text)
        self._engine.start(name)

    def _starting(self, name: str) -> Iterator[tuple[Fault, ContainerGroup | None]]:
        """The faults that meet a container of a user's when it starts for the first time."""
        self._faults.refresh()  # one that was added just before the group was created meets it
        if not self._faults.of(_STARTS):
            return
        info = self._engine.inspect(name)
        if info is None or info.phase != "created" or LABEL_CONTAINER not in info.labels:
            return
        group = self._find(info.labels.get(LABEL_GROUP, ""))
        placed = group.state.placement if group else None
        occasion = Occasion(
            account=group.account if group else "",
            zones=(placed.zone_id,) if placed else (),
            instance_types=(placed.instance_type,) if placed else (),
            images=(info.image,),
            host=self._host,
        )
        for fault in self._firing(_STARTS, occasion):
            yield fault, group

    def _firing(self, kinds: frozenset[Kind], occasion: Occasion) -> Iterator[Fault]:
        return self._faults.firing(kinds, occasion, self._clock.now()) if self._faults.of(kinds) else iter(())

    def _tell(
        self, fault: Fault, action: str, about: dict[str, Any], group: ContainerGroup | None = None
    ) -> None:
        self._faults.tell(fault, action, self._host, self._clock.now(), group=group, parameters=about)
