"""UpdateContainerGroup: what a group is to be from now on.

Lists (containers, volumes, tags, credentials) that are given take the place of the group's: what is
not in them goes. What becomes of an item that is in both, found by its name, is the update's type:
RenewUpdate makes it anew of what was sent, IncrementalUpdate changes in it only what was sent.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct, field, structs

from eci_emulator.model import errors
from eci_emulator.model.changes import require_changeable
from eci_emulator.model.group import ContainerGroup, ContainerSpec, DnsConfig, GroupSpec, Volume
from eci_emulator.model.statuses import GroupStatus, check
from eci_emulator.model.validate import validate

T = TypeVar("T", ContainerSpec, Volume)

Values = dict[str, Any]  # attribute of the record -> new value


class GroupUpdate(Struct, kw_only=True):
    """What was sent; None stands for a list that was not."""

    container_group_id: str
    renew: bool = True
    containers: list[Values] | None = None
    init_containers: list[Values] | None = None
    volumes: list[Values] | None = None
    dns: Values | None = None
    values: Values = field(default_factory=dict)  # everything that is simply replaced


def ask_update(group: ContainerGroup, update: GroupUpdate) -> None:
    """Give a group its new spec; a worker then sees to it.

    Raises IncorrectStatus unless the group is Pending or Running, NoNeedUpdate, MissingParameter,
    and what is wrong with the new spec.
    """
    require_changeable(group, "updated")
    spec = updated(group.spec, update)
    if spec == group.spec:
        raise errors.NoNeedUpdate()
    validate(spec)
    _let_go(group, spec)
    group.spec = spec
    group.generation += 1
    group.state.status = check(group.state.status, GroupStatus.UPDATING)


def updated(spec: GroupSpec, update: GroupUpdate) -> GroupSpec:
    """The spec with the update made. Raises MissingParameter for a new container without an image."""
    new = dict(update.values)
    if update.dns is not None:
        known = None if update.renew else spec.dns_config
        new["dns_config"] = structs.replace(known, **update.dns) if known else DnsConfig(**update.dns)
    lists: list[tuple[str, str, list[Values] | None, type[Any]]] = [
        ("containers", "Container", update.containers, ContainerSpec),
        ("init_containers", "InitContainer", update.init_containers, ContainerSpec),
        ("volumes", "Volume", update.volumes, Volume),
    ]
    for name, wire_name, given, make in lists:
        if given is not None:
            new[name] = _merged(getattr(spec, name), given, make, wire_name, renew=update.renew)
    return structs.replace(spec, **new)


def _merged(old: list[T], given: list[Values], make: type[T], wire_name: str, *, renew: bool) -> list[T]:
    known = {} if renew else {item.name: item for item in old}
    merged = []
    for number, values in enumerate(given, 1):
        item = known.get(values["name"])
        if item is None and make is ContainerSpec and "image" not in values:
            raise errors.MissingParameter(f"{wire_name}.{number}.Image is mandatory for this action.")
        merged.append(structs.replace(item, **values) if item else make(**values))
    return merged


def _let_go(group: ContainerGroup, spec: GroupSpec) -> None:
    """Remember the containers that are no longer wanted: they are stopped by their own old rules."""
    kept = {container.name for container in spec.containers}
    gone = [container for container in group.spec.containers if container.name not in kept]
    leaving = [container for container in group.state.leaving if container.name not in kept]
    group.state.leaving = [*leaving, *gone]
