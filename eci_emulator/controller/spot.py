"""Spot groups: may they stay, and taking them back, with notice."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from redis.client import Pipeline

from eci_emulator.billing.usage import Meter
from eci_emulator.market.offers import Offer, bid
from eci_emulator.market.quote import spot_type
from eci_emulator.market.sizes import Size
from eci_emulator.market.spot import SpotMarket, next_check, spot_decision
from eci_emulator.market.stock import keys as stock_keys
from eci_emulator.model import events
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import TERMINAL
from eci_emulator.store.database import Store
from eci_emulator.store.market import MarketState
from eci_emulator.store.table import Conflict
from eci_emulator.store.timers import SPOT_TIMER, set_timer

_MINUTE: Final = 60


class SpotKeeper:
    """``notice``: seconds between the warning and the release."""

    def __init__(self, store: Store, meter: Meter, *, seed: int, notice: float) -> None:
        self._store = store
        self._catalogue = meter.catalogue
        self._prices = meter.prices
        self._seed = seed
        self._notice = notice

    def check(self, group_id: str) -> None:
        """Take a group back if its price is above the bid or its stock is gone; else look again later."""
        group = self._store.groups.get(group_id)
        asked = bid(group.spec) if group else None
        if group is None or asked is None or not may_be_reclaimed(group):
            return
        state, now = self._store.market.state(), self._store.clock.now()
        decision = spot_decision(
            asked,
            group.state.creation_time,
            now,
            self._price(group, state, now),
            in_stock=not self._sold_out(group, state),
            notice=self._notice,
        )
        if decision.release_at:
            self.reclaim(group_id, self._notice)
        else:
            self._store.timers.set(SPOT_TIMER, group_id, decision.next_check)

    def reclaim(self, group_id: str, notice: float) -> bool:
        """Announce that a group is taken back; it is released when ``notice`` seconds have passed.

        False when it cannot be, or is being taken back already.
        """
        while True:
            group = self._store.groups.get(group_id)
            if group is None or not may_be_reclaimed(group):
                return False
            try:
                self._announce(group, notice)
            except Conflict:
                continue
            return True

    def _announce(self, group: ContainerGroup, notice: float) -> None:
        now = self._store.clock.now()
        group.state.spot_release_at = now + notice
        group.state.tell(events.SPOT_TO_BE_RELEASED, now, minutes=notice / _MINUTE)

        def also(pipe: Pipeline) -> None:
            set_timer(pipe, SPOT_TIMER, group.id, None)
            self._store.wake_with(pipe, group)

        self._store.groups.save(group, also=also)

    def _price(self, group: ContainerGroup, state: MarketState, now: float) -> Decimal:
        kind = spot_type(self._catalogue, self._offer(group))
        market = SpotMarket(self._seed, state.spot)
        return self._prices.spot_hour(kind, market.discount(group.state.placement.zone_id, kind.name, now))

    def _sold_out(self, group: ContainerGroup, state: MarketState) -> bool:
        zone = group.state.placement.zone_id
        return any(key in state.sold_out for key in stock_keys(zone, self._offer(group), spot=True))

    def _offer(self, group: ContainerGroup) -> Offer:
        placed = group.state.placement
        kind = self._catalogue.types.get(placed.instance_type)
        return Offer(Size(placed.cpu, placed.memory), kind, placed.compute_category)


def set_spot_timer(pipe: Pipeline, group: ContainerGroup) -> None:
    """Have a new group looked at when its protection ends, if it is a spot group."""
    asked = bid(group.spec)
    if asked:
        bought = group.state.creation_time
        set_timer(pipe, SPOT_TIMER, group.id, next_check(bought, asked, bought))


def may_be_reclaimed(group: ContainerGroup) -> bool:
    """A spot group that lives and is not on its way out already."""
    state = group.state
    leaving = group.delete_requested or state.spot_release_at or state.status in TERMINAL
    return bid(group.spec) is not None and not leaving
