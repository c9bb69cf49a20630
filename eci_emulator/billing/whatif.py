"""What would it have cost elsewhere, or on spot? Usage rewritten, to be billed with any price list."""

from __future__ import annotations

from msgspec import structs

from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.instance_types import Kind
from eci_emulator.market.sizes import Size, round_up
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model.usage import Usage


def on_spot(usage: Usage, catalogue: Catalogue, market: SpotMarket) -> Usage:
    """The same bought as spot without protection: the market price all along.

    Sizes are rounded up to those of the spot market; what is not sold there stays as it is.
    """
    if usage.spot is not None or not usage.cpu:
        return usage
    kind = catalogue.types.get(usage.instance_type)
    if kind is None:
        size = round_up(Size(usage.cpu, usage.memory), catalogue.sizes.sold(spot=True))
        kind = catalogue.spot_types[size] if size else None
    if kind is None or kind.kind is Kind.SHARED:
        return usage
    return structs.replace(
        usage,
        cpu=kind.cpu,
        memory=kind.memory,
        category="",
        instance_type=kind.name,
        spot=market.discount(usage.zone, kind.name, usage.start),
        protected_until=usage.start,
    )


def moved(usage: Usage, catalogue: Catalogue, region: str) -> Usage:
    """The same in the first recommended zone of another region."""
    return structs.replace(usage, region=region, zone=catalogue.region(region).recommended_zone_ids[0])
