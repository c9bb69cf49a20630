"""/_eci/spot: the prices of the spot market, and taking groups back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from eci_emulator.actions.bill import spot_market
from eci_emulator.actions.context import Emulator
from eci_emulator.controller.spot import may_be_reclaimed
from eci_emulator.market.instance_types import InstanceType
from eci_emulator.market.sizes import Size
from eci_emulator.market.spot import SetPrice
from eci_emulator.market.stock import ANY
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.times import given_time, iso

Json = dict[str, Any]

DAY_SECONDS: Final = 86_400


def reclaim(emulator: Emulator, body: Json) -> Json:
    """Take groups back, protected or not. Raises InvalidValue, NotFound, IncorrectStatus."""
    notice = body.get("notice", emulator.settings.spot_notice_seconds)
    now = emulator.store.clock.now()
    wanted = _named(emulator, body["group_ids"]) if "group_ids" in body else _all(emulator, body)
    taken = [group.id for group in wanted if emulator.spot.reclaim(group.id, notice)]
    return {"group_ids": taken, "release_time": iso(now + notice)}


def _named(emulator: Emulator, ids: list[str]) -> list[ContainerGroup]:
    found = {group.id: group for group in emulator.store.groups.get_many(ids)}
    for group_id in ids:
        if group_id not in found:
            raise errors.NotFound(parameter="group", value=group_id)
        if not may_be_reclaimed(found[group_id]):
            raise errors.IncorrectStatus(
                f"{group_id} is no spot group, has ended, or is being taken back already."
            )
    return [found[group_id] for group_id in ids]


def _all(emulator: Emulator, body: Json) -> Iterator[ContainerGroup]:
    zone = body.get("zone", "")
    if not zone and not body.get("all"):
        raise errors.InvalidValue("group_ids", "say which groups: group_ids, zone or all")
    if zone:
        emulator.catalogue.require_zone(zone)
    for group in emulator.store.groups.get_many(emulator.store.groups.all_ids()):
        if may_be_reclaimed(group) and zone in ("", group.state.placement.zone_id):
            yield group


def prices(emulator: Emulator, zone: str, instance_type: str, start: str = "", end: str = "") -> Json:
    """The price now, or over time. Raises NotFound, InvalidFormat."""
    market, list_ = spot_market(emulator), emulator.prices
    kind = _kind(emulator, instance_type)
    emulator.catalogue.require_zone(zone)
    now = int(emulator.store.clock.now())
    until = int(given_time("end", end)) or now
    since = int(given_time("start", start)) or (until - DAY_SECONDS if end else now)
    history = market.history(zone, kind.name, since, max(until, since + 1))
    return {
        "prices": [
            {
                "since": iso(begun),
                "discount": str(discount),
                "price": str(list_.spot_hour(kind, discount)),
                "on_demand_price": str(list_.type_hour(kind)),
                "currency": list_.currency,
            }
            for begun, _, discount in history
        ]
    }


def set_price(emulator: Emulator, body: Json) -> tuple[None, int]:
    """Raises NotFound."""
    zone, name = body.get("zone", ANY), body.get("instance_type", ANY)
    if zone != ANY:
        emulator.catalogue.require_zone(zone)
    discount = body.get("discount")
    emulator.store.market.set_price(
        SetPrice(
            zone=zone,
            instance_type=name if name == ANY else _kind(emulator, name).name,
            since=int(emulator.store.clock.now()),
            discount=None if discount is None else Decimal(str(discount)),
        )
    )
    return None, 204


def _kind(emulator: Emulator, name: str) -> InstanceType:
    """The ECS type of that name, or the one whose price a size has. Raises NotFound."""
    size, catalogue = Size.parse(name), emulator.catalogue
    kind = catalogue.spot_types.get(size) if size else catalogue.types.get(name)
    if kind is None:
        raise errors.NotFound(parameter="instance_type", value=name)
    return kind
