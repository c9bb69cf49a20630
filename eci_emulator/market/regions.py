"""The regions and zones that sell container instances."""

from __future__ import annotations

from msgspec import Struct, field


class Region(Struct, frozen=True, kw_only=True):
    """One region. ``code`` opens the ids of its resources; ``wide``: the finer table of sizes is sold."""

    id: str
    code: str
    zones: tuple[str, ...]  # letters
    recommended: tuple[str, ...] = ()  # letters; none: all of them
    wide: bool = False

    @property
    def endpoint(self) -> str:
        return f"eci.{self.id}.aliyuncs.com"

    @property
    def zone_ids(self) -> list[str]:
        return [self.zone_id(letter) for letter in self.zones]

    @property
    def recommended_zone_ids(self) -> list[str]:
        return [self.zone_id(letter) for letter in self.recommended or self.zones]

    def zone_id(self, letter: str) -> str:
        """``cn-hangzhou`` and ``i`` make cn-hangzhou-i, ``us-west-1`` and ``a`` make us-west-1a."""
        return f"{self.id}{letter}" if self.id[-1].isdigit() else f"{self.id}-{letter}"


class RegionInfo(Struct, rename="pascal"):
    """One region as DescribeRegions shows it."""

    region_id: str
    region_endpoint: str
    zones: list[str] = field(default_factory=list)
    recommend_zones: list[str] = field(default_factory=list)


def describe(region: Region) -> RegionInfo:
    return RegionInfo(region.id, region.endpoint, region.zone_ids, region.recommended_zone_ids)
