"""DescribeRegions."""

from __future__ import annotations

from msgspec import Struct, to_builtins

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.regions import describe


class NoParameters(Struct):
    """A request whose parameters the gateway has already used up."""


def describe_regions(emulator: Emulator, caller: Caller, request: NoParameters) -> dict[str, object]:
    """All regions, the caller's own first: Terraform's documents take the first one's first zone."""
    regions = sorted(emulator.catalogue.regions.values(), key=lambda region: region.id != caller.region)
    return {"Regions": [to_builtins(describe(region)) for region in regions]}
