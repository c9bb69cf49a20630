"""What DescribeAvailableResource and DescribeContainerGroupPrice take, and how a price is shown."""

from __future__ import annotations

from typing import Any

import msgspec
from marshmallow.fields import Float, Integer, Nested, String
from msgspec import Struct, field

from eci_emulator.market.quote import Quote
from eci_emulator.model.group import GroupSpec
from eci_emulator.schemas.base import Request

Json = dict[str, Any]


class Destination(Struct):
    category: str
    value: str = ""
    cores: float = 0.0
    memory: float = 0.0


class DestinationSchema(Request):
    makes = Destination
    category = String(required=True)
    value = String()
    cores = Float()
    memory = Float()


class SpotSchema(Request):
    spot_strategy = String()
    spot_price_limit = Float()
    spot_duration = Integer()


class StockQuery(Struct):
    destination: Destination
    zone_id: str = ""
    spot: dict[str, Any] = field(default_factory=dict)  # attributes of a GroupSpec


class StockQuerySchema(Request):
    makes = StockQuery
    destination = Nested(DestinationSchema, data_key="DestinationResource", required=True)
    zone_id = String()
    spot = Nested(SpotSchema, data_key="SpotResource")


class PriceQuerySchema(Request):
    """The group whose price is asked for, without name and containers."""

    makes = GroupSpec
    cpu = Float()
    memory = Float()
    instance_type = String()
    zone_id = String()
    compute_category = String()
    ephemeral_storage = Integer()
    spot_strategy = String()
    spot_price_limit = Float()
    spot_duration = Integer()

    def shape(self, data: Json) -> Json:
        category = data.pop("compute_category", "")
        return {"name": "", "containers": [], "compute_categories": [category] if category else [], **data}


def price_view(quote: Quote) -> Json:
    """PriceInfo. There are no promotions, so no rules."""
    price = _numbers(quote)
    details = [{**detail, "Rules": {"Rule": []}} for detail in price.pop("DetailInfos")]
    spot_prices = price.pop("SpotPrices")
    return {
        "Price": {**price, "DetailInfos": {"DetailInfo": details}},
        "SpotPrices": {"SpotPrice": spot_prices},
        "Rules": {"Rule": []},
    }


def _numbers(quote: Quote) -> Json:
    """The quote as plain values, its decimals as numbers."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    plain: Json = msgspec.json.decode(encoder.encode(quote))
    return plain
