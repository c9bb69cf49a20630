"""UpdateContainerGroup and ResizeContainerGroupVolume: changing a group in place."""

from __future__ import annotations

from eci_emulator.actions.container_groups import change_group, find
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.market.offers import Offer, offers
from eci_emulator.model import errors
from eci_emulator.model.disks import disk_gib, is_disk
from eci_emulator.model.group import ContainerGroup, Placement
from eci_emulator.model.statuses import CHANGEABLE
from eci_emulator.model.update import GroupUpdate, ask_update
from eci_emulator.schemas.updates import ResizeRequest
from eci_emulator.store.disks import enlarge

Json = dict[str, object]


def update_container_group(emulator: Emulator, caller: Caller, update: GroupUpdate) -> Json:
    """The group is Updating; a worker replaces the containers that changed. Its size is bought anew.

    Raises NotFound, IncorrectStatus, NoNeedUpdate, InvalidSize and what is wrong with the new spec.
    """

    def change(group: ContainerGroup) -> None:
        ask_update(group, update)
        _buy(emulator, group)

    change_group(emulator, caller, update.container_group_id, change)
    return {}


def _buy(emulator: Emulator, group: ContainerGroup) -> None:
    """The size of the new spec, of the kind that was bought before."""
    placed = group.state.placement
    region = emulator.catalogue.region(group.region)
    found = [offer for offer in offers(group.spec, emulator.catalogue, region) if _is_like(offer, placed)]
    if not found:
        raise errors.InvalidSize()
    placed.cpu, placed.memory = found[0].size.cpu, found[0].size.memory


def _is_like(offer: Offer, placed: Placement) -> bool:
    name = offer.instance_type.name if offer.instance_type else ""
    return name == placed.instance_type and offer.category == placed.compute_category


def resize_container_group_volume(emulator: Emulator, caller: Caller, request: ResizeRequest) -> Json:
    """Enlarge a cloud disk of a group. Raises NotFound, InvalidVolumeType, InvalidValue, IncorrectStatusDetail."""

    def change(group: ContainerGroup) -> None:
        if group.state.status not in CHANGEABLE:
            raise errors.BY_CODE["IncorrectStatusDetail"](
                f"The container group {group.id} is {group.state.status}; "
                "a volume can be resized while it is Pending or Running."
            )
        disks = {volume.name: volume for volume in group.spec.volumes if is_disk(volume)}
        disk = disks.get(request.volume_name)
        if disk is None:
            raise errors.InvalidVolumeType()
        if request.new_size <= disk_gib(disk):
            raise errors.InvalidValue("NewSize", f"it must be more than the {disk_gib(disk)} GiB there are")
        disk.disk_size = request.new_size
        group.generation += 1

    change_group(emulator, caller, request.container_group_id, change)
    enlarge(emulator.store.disks, find(emulator, caller, request.container_group_id), request.volume_name)
    return {}
