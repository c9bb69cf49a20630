"""/_eci/stock: how much is left of everything."""

from __future__ import annotations

from typing import Any

from eci_emulator.actions.context import Emulator
from eci_emulator.market.stock import ANY, Level, StockKey
from eci_emulator.model import errors
from eci_emulator.store.market import stock_field

Json = dict[str, Any]


def show(emulator: Emulator) -> Json:
    levels = emulator.store.market.state().stock
    return {"levels": [_shown(key, levels[key]) for key in sorted(levels)]}


def set_level(emulator: Emulator, body: Json) -> tuple[None, int]:
    """Set how many units are left from now on; without a number, plenty. Raises NotFound."""
    key = StockKey(body.get("zone", ANY), body.get("what", ANY), body.get("spot", False))
    if key.zone != ANY:
        emulator.catalogue.require_zone(key.zone)
    if key.what != ANY and not emulator.catalogue.sells(key.what):
        raise errors.NotFound(parameter="what", value=key.what)
    level = Level(body.get("units"), body.get("closed", False))
    emulator.store.market.set_level(key, level)
    if level.units == 0:
        emulator.losses.stock_gone(stock_field(key))
    return None, 204


def clear(emulator: Emulator) -> tuple[None, int]:
    emulator.store.market.clear_levels()
    return None, 204


def _shown(key: StockKey, level: Level) -> Json:
    return {**key._asdict(), "units": level.units, "closed": level.closed}
