"""The stage in which calls meet the faults that a user asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eci_emulator.clock import Clock
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.model.fault import OF_CALLS, Kind, Occasion
from eci_emulator.model.network import VSwitch
from eci_emulator.store.faults import Faults
from eci_emulator.store.table import Table, Tenant


class InjectFaults:
    """An error ends the call here; a call whose connection is dropped, or that is late, is carried out."""

    def __init__(self, faults: Faults, clock: Clock, vswitches: Table[VSwitch], default_region: str) -> None:
        self._faults = faults
        self._clock = clock
        self._vswitches = vswitches
        self._default_region = default_region

    def __call__(self, exchange: Exchange) -> None:
        if not self._faults.of(OF_CALLS):
            return
        for fault in self._faults.firing(OF_CALLS, self._occasion(exchange), self._clock.now()):
            exchange.fault = fault.label
            match fault.kind:
                case Kind.LATENCY:
                    exchange.delay += fault.seconds
                case Kind.DROP:
                    exchange.drop = True
                case _:
                    raise fault.error()

    def _occasion(self, exchange: Exchange) -> Occasion:
        tree = exchange.known_call.tree()
        region = str(tree.get("RegionId") or self._default_region)
        return Occasion(
            action=exchange.action,
            account=exchange.account,
            zones=tuple(self._zones(Tenant(exchange.account, region), tree)),
            instance_types=tuple(_listed(tree.get("InstanceType"))),
            images=tuple(_images(tree)),
        )

    def _zones(self, tenant: Tenant, tree: dict[str, Any]) -> Iterator[str]:
        """The zone that is named, or those of the vSwitches."""
        if tree.get("ZoneId"):
            yield str(tree["ZoneId"])
            return
        for vswitch_id in _listed(tree.get("VSwitchId")):
            vswitch = self._vswitches.get(tenant.scoped(vswitch_id))
            if vswitch:
                yield vswitch.zone_id


class SkewClock:
    """The clock that signatures are checked by may be off."""

    def __init__(self, faults: Faults, clock: Clock) -> None:
        self._faults = faults
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        kinds = {Kind.CLOCK_SKEW}
        if self._faults.of(kinds):
            for fault in self._faults.firing(kinds, Occasion(), self._clock.now()):
                exchange.fault = fault.label
                exchange.clock_skew += fault.seconds


def _listed(text: object) -> list[str]:
    return [part.strip() for part in str(text or "").split(",") if part.strip()]


def _images(tree: dict[str, Any]) -> Iterator[str]:
    for name in ("Container", "InitContainer"):
        for container in tree.get(name) or ():
            if isinstance(container, dict) and "Image" in container:
                yield str(container["Image"])
    for image in tree.get("Image") or ():
        if isinstance(image, str):
            yield image
