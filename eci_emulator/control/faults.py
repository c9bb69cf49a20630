"""/_eci/faults: failures on demand."""

from __future__ import annotations

from typing import Any

import msgspec

from eci_emulator.actions.context import Emulator
from eci_emulator.model import errors
from eci_emulator.model.fault import Fault
from eci_emulator.model.times import given_time, iso

Json = dict[str, Any]

_KNOWN = {entry.name for entry in msgspec.structs.fields(Fault)} - {"id"}


def show(emulator: Emulator) -> Json:
    return {"faults": [_shown(emulator, fault) for fault in emulator.store.faults.all()]}


def add(emulator: Emulator, body: Json) -> tuple[Json, int]:
    """Raises InvalidFormat, InvalidValue, MissingParameter, NotFound."""
    if "probability" in body and "seed" not in body:
        raise errors.MissingParameter("probability needs a seed: nothing here happens by chance.")
    for name in sorted(body.keys() - _KNOWN):
        raise errors.InvalidValue(name, "a fault has no such condition")
    if "zone" in body:
        emulator.catalogue.require_zone(body["zone"])
    if "until" in body:
        body = {**body, "until": given_time("until", body["until"])}
    fault = emulator.store.faults.add(msgspec.convert(body, Fault))
    return _shown(emulator, fault), 201


def clear(emulator: Emulator) -> tuple[None, int]:
    emulator.store.faults.clear()
    return None, 204


def remove(emulator: Emulator, fault_id: str) -> tuple[None, int]:
    """Raises NotFound."""
    if not emulator.store.faults.remove(fault_id):
        raise errors.NotFound(parameter="fault", value=fault_id)
    return None, 204


def _shown(emulator: Emulator, fault: Fault) -> Json:
    shown: Json = msgspec.to_builtins(fault)
    if fault.until:
        shown["until"] = iso(fault.until)
    return {**shown, "fired": emulator.store.faults.fired(fault.id)}
