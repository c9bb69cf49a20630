"""Where a group must go for the disks it names."""

from __future__ import annotations

from typing import NamedTuple

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors
from eci_emulator.model.disks import given_disk, is_disk
from eci_emulator.model.group import GroupSpec
from eci_emulator.model.network import VSwitch


class DiskPlace(NamedTuple):
    """A zone and a Docker host in it; both are empty when anywhere will do."""

    zone_id: str
    host: str

    def reachable(self, vswitches: list[VSwitch]) -> list[VSwitch]:
        """Those in the zone of the disks. Raises DiskVolume.NotInSameZone when there is none."""
        found = [vswitch for vswitch in vswitches if self.zone_id in ("", vswitch.zone_id)]
        if not found:
            raise errors.BY_CODE["DiskVolume.NotInSameZone"]()
        return found


def place_of_disks(emulator: Emulator, caller: Caller, spec: GroupSpec) -> DiskPlace:
    """An unknown disk may be anywhere; in strict mode it is refused.

    Raises DiskNotFound, and DiskVolume.NotInSameZone when they are apart.
    """
    named = [disk for volume in spec.volumes if is_disk(volume) and (disk := given_disk(volume))]
    known = emulator.store.disks.get_many([caller.tenant.scoped(disk) for disk in named])
    if len(known) < len(set(named)) and emulator.settings.strict_network:
        raise errors.DiskNotFound()
    places = {DiskPlace(disk.zone_id, disk.host) for disk in known}
    if len(places) > 1:
        raise errors.BY_CODE["DiskVolume.NotInSameZone"]()
    return places.pop() if places else DiskPlace("", "")
