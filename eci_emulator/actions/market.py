"""DescribeAvailableResource and DescribeContainerGroupPrice: what can be bought, and for how much."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.availability import SupportedResource, available
from eci_emulator.market.offers import bid, offers
from eci_emulator.market.quote import quote, spot_quote
from eci_emulator.market.regions import Region
from eci_emulator.market.sizes import Size
from eci_emulator.market.snapshot import MarketSnapshot
from eci_emulator.market.spot import SpotMarket
from eci_emulator.model import errors
from eci_emulator.model.group import GroupSpec
from eci_emulator.schemas.market import Destination, StockQuery, price_view

Json = dict[str, Any]


def describe_available_resource(emulator: Emulator, caller: Caller, query: StockQuery) -> Json:
    """Per zone the ECS types or families asked for, and whether there is stock.

    Raises InvalidValue, MissingParameter, NotFound, SpotNotMatched.
    """
    wanted = query.destination
    region = emulator.catalogue.region(caller.region)
    found = available(
        market_of(emulator),
        _zones(region, query.zone_id),
        wanted.category,
        wanted.value,
        _size(wanted),
        bid(GroupSpec(name="", containers=[], **query.spot)),
    )
    zones = [_zone_view(region, zone, wanted.category, resources) for zone, resources in found.items()]
    return {"AvailableZones": {"AvailableZone": zones}}


def describe_container_group_price(emulator: Emulator, caller: Caller, spec: GroupSpec) -> Json:
    """The price of a second of such a group, of a spot group at the market's price now.

    Raises InvalidParam.CpuOrMemorySpec, InvalidSpotSize, InvalidInstanceType, SpotNotMatched, NotFound.
    """
    market = market_of(emulator)
    region = emulator.catalogue.region(caller.region)
    zones = _zones(region, spec.zone_id)
    try:
        offer = offers(spec, emulator.catalogue, region)[0]
    except errors.InvalidSize:
        raise errors.BY_CODE["InvalidParam.CpuOrMemorySpec"]() from None
    asked = bid(spec)
    if asked is None:
        found = quote(market.prices, offer, spec.ephemeral_storage)
    else:
        found = spot_quote(
            market.prices,
            emulator.catalogue,
            market.spot,
            offer,
            asked,
            zones,
            market.now,
            spec.ephemeral_storage,
        )
    return {"PriceInfo": price_view(found)}


def market_of(emulator: Emulator) -> MarketSnapshot:
    """The market as it is now, for questions that are not about placing anything."""
    state = emulator.store.market.state()
    return MarketSnapshot(
        now=emulator.store.clock.now(),
        catalogue=emulator.catalogue,
        prices=emulator.prices,
        spot=SpotMarket(emulator.settings.spot_seed, state.spot),
        v_switches={},
        hosts=(),
        stock=state.stock,
    )


def _zones(region: Region, zone: str) -> list[str]:
    if zone and zone not in region.zone_ids:
        raise errors.NotFound(parameter="ZoneId", value=zone)
    return [zone] if zone else region.zone_ids


def _size(wanted: Destination) -> Size | None:
    if bool(wanted.cores) != bool(wanted.memory):
        raise errors.MissingParameter(
            "DestinationResource.Cores and .Memory are given together or not at all."
        )
    return Size(wanted.cores, wanted.memory) if wanted.cores else None


def _zone_view(region: Region, zone: str, category: str, resources: list[SupportedResource]) -> Json:
    supported = {"SupportedResource": [to_builtins(resource) for resource in resources]}
    return {
        "RegionId": region.id,
        "ZoneId": zone,
        "AvailableResources": {"AvailableResource": [{"Type": category, "SupportedResources": supported}]},
    }
