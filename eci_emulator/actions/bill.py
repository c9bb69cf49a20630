"""What the groups cost: usage from the ledger and of what is live, and the budget guard."""

from __future__ import annotations

from eci_emulator.actions.context import Emulator
from eci_emulator.billing import discounts
from eci_emulator.billing.bill import bill
from eci_emulator.billing.discounts import Discounts
from eci_emulator.billing.tariff import Tariff
from eci_emulator.billing.usage import cache_usage
from eci_emulator.market.prices import PriceList
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model import errors
from eci_emulator.model.caches import Cache
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.usage import Usage


def tariff(emulator: Emulator, prices: PriceList | None = None) -> Tariff:
    """The emulator's own, or one of another price list on the same spot market."""
    return Tariff(emulator.catalogue, prices or emulator.prices, spot_market(emulator))


def spot_market(emulator: Emulator) -> SpotMarket:
    return SpotMarket(emulator.settings.spot_seed, emulator.store.market.state().spot)


def discounts_of(emulator: Emulator) -> Discounts | None:
    path = emulator.settings.discounts_file
    return discounts.load(path) if path else None


def paid_groups(emulator: Emulator, account: str = "") -> list[tuple[ContainerGroup, Usage]]:
    """The groups that are paid for at this moment, each with its open interval."""
    groups = emulator.store.groups
    return [
        (group, emulator.meter.open(group, since, group.state.placement.cache_disk))
        for group in groups.get_many(groups.all_ids())
        if (since := group.state.billed_from) and account in ("", group.account)
    ]


def paid_caches(emulator: Emulator, account: str = "") -> list[Usage]:
    """The open intervals of the image caches and data caches that are paid for at this moment."""
    caches: list[Cache] = [
        *emulator.store.image_caches.get_many(emulator.store.image_caches.all_ids()),
        *emulator.store.data_caches.get_many(emulator.store.data_caches.all_ids()),
    ]
    mine = [cache for cache in caches if account in ("", cache.account)]
    return [usage for cache in mine if (usage := cache_usage(cache))]


def usages(emulator: Emulator, account: str = "", after: float = 0.0) -> list[Usage]:
    """All usage that does not end before a moment.

    What lives is read first: an interval that ends meanwhile is then there twice, not lost, and
    the bill counts it once.
    """
    open_ones = [usage for _, usage in paid_groups(emulator, account)] + paid_caches(emulator, account)
    return [*open_ones, *emulator.store.ledger.ended(after=after, account=account)]


def check_budget(emulator: Emulator) -> None:
    """Raises Arrearage when the bill has come to the budget."""
    budget = emulator.settings.budget
    if budget:
        now = int(emulator.store.clock.now())
        made = bill(
            usages(emulator), tariff(emulator), start=0, end=now, by="item", discounts=discounts_of(emulator)
        )
        if made.total.amount >= budget:
            raise errors.Arrearage()
