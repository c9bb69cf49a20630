"""Everything on sale: regions and zones, sizes, instance types. Read once from the data files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct

from eci_emulator.market import files
from eci_emulator.market.instance_types import InstanceType, TypesFile, matching
from eci_emulator.market.regions import Region
from eci_emulator.market.sizes import FAMILY, Size, SizeTable
from eci_emulator.model import errors


class Catalogue(Struct, frozen=True, kw_only=True):
    """The catalogue; look things up here, by region id, zone id, type name or size."""

    regions: dict[str, Region]
    zones: dict[str, Region]  # zone id -> its region
    sizes: SizeTable
    types: dict[str, InstanceType]
    spot_types: dict[Size, InstanceType]  # which type a size is priced as on the spot market

    def region(self, region_id: str) -> Region:
        """Raises NotFound for a region there is not."""
        found = self.regions.get(region_id)
        if found is None:
            raise errors.NotFound(parameter="RegionId", value=region_id)
        return found

    def require_zone(self, zone: str) -> None:
        """Raises NotFound for a zone there is not."""
        if zone not in self.zones:
            raise errors.NotFound(parameter="zone", value=zone)

    def sells(self, name: str) -> bool:
        """Whether there is a type, a family of types, or a size of this name; ``eci`` is the family of all sizes."""
        size = Size.parse(name)
        if size:
            return str(size) == name and size.memory in self.sizes.sold(wide=True).get(size.cpu, ())
        return name == FAMILY or any(name in (kind.name, kind.family) for kind in self.types.values())

    def instance_type(self, name: str) -> InstanceType:
        """Raises InvalidInstanceType for a type that container instances are not sold as."""
        found = self.types.get(name)
        if found is None:
            raise errors.InvalidInstanceType()
        return found


@cache
def load(directory: Path | None = None) -> Catalogue:
    """The catalogue of the packaged data files, each replaced by the one of its name in ``directory``."""
    regions = files.read("regions.yaml", tuple[Region, ...], directory)
    types = files.read("instance-types.yaml", TypesFile, directory).expand()
    return Catalogue(
        regions={region.id: region for region in regions},
        zones={zone: region for region in regions for zone in region.zone_ids},
        sizes=files.read("sizes.yaml", SizeTable, directory),
        types=types,
        spot_types=matching(types),
    )
