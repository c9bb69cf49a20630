"""The content of DescribeContainerGroupPrice."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct, field

from eci_emulator.market import prices as price_lists
from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.instance_types import InstanceType
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.prices import PriceList, second
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model import errors


class DetailInfo(Struct, rename="pascal"):
    """The price of a second of one item of the bill."""

    resource: str
    original_price: Decimal
    trade_price: Decimal
    discount_price: Decimal = Decimal(0)


class SpotPrice(Struct, rename="pascal"):
    """An ECS type on the spot market of a zone; prices an hour."""

    zone_id: str
    instance_type: str
    spot_price: Decimal
    origin_price: Decimal


class Quote(Struct, rename="pascal"):
    """What a second costs: ``original_price`` on demand, ``trade_price`` as asked for (spot)."""

    currency: str
    original_price: Decimal
    trade_price: Decimal
    discount_price: Decimal = Decimal(0)
    detail_infos: list[DetailInfo] = field(default_factory=list)
    spot_prices: list[SpotPrice] = field(default_factory=list)


def quote(prices: PriceList, offer: Offer, storage: int = 0) -> Quote:
    """The on-demand price of ``offer`` with ``storage`` GiB beyond the free ones."""
    hours = price_lists.items(prices, offer.size, offer.instance_type, offer.category)
    if storage:
        hours["systemdisk"] = prices.storage_hour * storage
    details = [DetailInfo(item, second(hour), second(hour)) for item, hour in hours.items()]
    total = second(sum(hours.values(), Decimal()))
    return Quote(prices.currency, total, total, detail_infos=details)


def spot_quote(
    prices: PriceList,
    catalogue: Catalogue,
    market: SpotMarket,
    offer: Offer,
    bid: Bid,
    zones: Iterable[str],
    at: float,
    storage: int = 0,
) -> Quote:
    """The same for a spot instance: the cheapest of ``zones`` counts, all are listed.

    Raises SpotNotMatched when it is dearer than the bid everywhere.
    """
    kind = spot_type(catalogue, offer)
    origin = prices.type_hour(kind)
    listed = [
        SpotPrice(zone, kind.name, prices.spot_hour(kind, market.discount(zone, kind.name, at)), origin)
        for zone in zones
    ]
    cheapest = min(entry.spot_price for entry in listed)
    if bid.limit is not None and cheapest > bid.limit:
        raise errors.SpotNotMatched(reason=f"The lowest price of {kind.name} is {cheapest}")
    answer = quote(prices, Offer(kind.size, kind), storage)
    detail = answer.detail_infos[0]
    detail.trade_price = second(cheapest)
    detail.discount_price = detail.original_price - detail.trade_price
    answer.trade_price = second(cheapest + prices.storage_hour * storage)
    answer.discount_price = answer.original_price - answer.trade_price
    answer.spot_prices = listed
    return answer


def spot_type(catalogue: Catalogue, offer: Offer) -> InstanceType:
    """The ECS type whose spot price an offer has: itself, or the one that stands for its size.

    Raises InvalidSpotSize for a size that is not on the spot market.
    """
    kind = offer.instance_type or catalogue.spot_types.get(offer.size)
    if kind is None:
        raise errors.InvalidSpotSize()
    return kind
