"""/_eci/clock: the one clock that everything goes by."""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from eci_emulator.actions.context import Emulator
from eci_emulator.controller.settling import Settling
from eci_emulator.controller.timekeeping import Timekeeping, simulated_engine
from eci_emulator.model import errors
from eci_emulator.model.times import given_time, iso

Json = dict[str, Any]

#: Time passes for everyone: two who advance it at once do so one after the other.
_PASSING: Final = threading.Lock()


def show(emulator: Emulator) -> Json:
    state, real = emulator.store.clock.state(), time.time()
    now = state.from_real(real)
    return {
        "mode": state.mode,
        "time": iso(now),
        "epoch": now,
        "scale": state.scale,
        "real_time": iso(real),
    }


def move(emulator: Emulator, body: Json) -> Json:
    """Raises MissingParameter, InvalidFormat."""
    clock, fired = emulator.store.clock, 0
    match body["action"]:
        case "freeze":
            clock.freeze()
        case "set":
            clock.set(given_time("time", _given(body, "time")))
        case "advance":
            fired = _advance(emulator, _given(body, "seconds"))
        case "scale":
            clock.rescale(_given(body, "scale"))
        case "real":
            clock.reset()
    return {**show(emulator), "fired": fired}


def _advance(emulator: Emulator, seconds: float) -> int:
    store = emulator.store
    with _PASSING:
        return Timekeeping(store, simulated_engine(store), Settling(store).wait, emulator.spot).advance(
            seconds
        )


def _given(body: Json, name: str) -> Any:
    if name not in body:
        raise errors.MissingParameter(f"{body['action']} needs {name}.")
    return body[name]
