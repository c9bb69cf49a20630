"""Sizes by vCPU and memory: what is sold where, and rounding up to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from eci_emulator.model import errors
from eci_emulator.model.group import ContainerSpec, GroupSpec

#: A container with this variable set to TRUE is left out of the sum that is rounded.
IGNORE: Final = "__ECI_RESOURCE_IGNORE__"

#: GiB that come with a vCPU when only one of the two was given, as in the default size of 2/4.
GIB_PER_VCPU: Final = 2.0

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)Gi", re.IGNORECASE)

Table = Mapping[float, tuple[float, ...]]  # vCPUs -> GiB, both ascending


class Size(Struct, frozen=True, order=True):
    """vCPUs and GiB of memory."""

    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:g}-{self.memory:g}Gi"

    @classmethod
    def parse(cls, text: str) -> Size | None:
        """``2-4Gi`` as a size; None for anything else."""
        match = _SIZE.fullmatch(text)
        return cls(float(match[1]), float(match[2])) if match else None

    def fits(self, other: Size) -> bool:
        """Whether ``other`` has room inside this size."""
        return self.cpu >= other.cpu and self.memory >= other.memory


DEFAULT: Final = Size(2.0, 4.0)
#: What stock calls all sizes by vCPU and memory together, as if they were a family of types.
FAMILY: Final = "eci"


class SizeTable(Struct, frozen=True, dict=True):
    """sizes.yaml: what is sold everywhere, in wide-table regions besides, as spot, and by category."""

    everywhere: dict[float, tuple[float, ...]]
    wide: dict[float, tuple[float, ...]]
    spot: dict[float, tuple[float, ...]]
    categories: dict[str, tuple[float, float]]  # name -> least and most vCPUs

    def sold(self, *, wide: bool = False, spot: bool = False, category: str = "") -> Table:
        """The sizes on sale; ``wide``: in a region of the finer table; ``category``: only that one's."""
        if spot:
            return self._spot
        table = self._wide if wide else self._everywhere
        if not category:
            return table
        least, most = self.categories[category]
        return {cpu: memories for cpu, memories in table.items() if least <= cpu <= most}

    @cached_property
    def _everywhere(self) -> Table:
        return _merged(self.everywhere)

    @cached_property
    def _wide(self) -> Table:
        return _merged(self.everywhere, self.wide)

    @cached_property
    def _spot(self) -> Table:
        return _merged(self.spot)


def round_up(asked: Size, table: Table) -> Size | None:
    """The smallest size of ``table`` that holds ``asked``: fewest vCPUs, then least memory; or None."""
    for cpu, memories in table.items():
        if cpu >= asked.cpu and memories[-1] >= asked.memory:
            return Size(cpu, next(memory for memory in memories if memory >= asked.memory))
    return None


def needed(spec: GroupSpec) -> Size:
    """What the containers ask for: their sum, or more if a single init container needs more.

    Init containers run one at a time and before the others. Containers that set the ignore
    variable, and limits that were not given, count nothing.
    """
    running = [container for container in spec.containers if not _ignored(container)]
    starting = [container for container in spec.init_containers if not _ignored(container)]
    return Size(
        _most((c.cpu for c in running), (c.cpu for c in starting)),
        _most((c.memory for c in running), (c.memory for c in starting)),
    )


def asked(spec: GroupSpec) -> Size:
    """The size to be rounded: the group's own where given, else the containers' need, else 2/4.

    Raises InvalidSize for negative numbers.
    """
    need = needed(spec)
    cpu, memory = spec.cpu or need.cpu, spec.memory or need.memory
    if cpu < 0 or memory < 0:
        raise errors.InvalidSize()
    if not cpu and not memory:
        return DEFAULT
    return Size(cpu or memory / GIB_PER_VCPU, memory or cpu * GIB_PER_VCPU)


def _most(together: Iterable[float], singles: Iterable[float]) -> float:
    return round(max(sum(together), *singles, 0.0), 6)  # 0.7 + 0.2 + 0.1 is one vCPU, not a bit more or less


def _ignored(container: ContainerSpec) -> bool:
    return any(var.key == IGNORE and var.value.upper() == "TRUE" for var in container.environment_vars)


def _merged(*tables: Table) -> Table:
    merged: dict[float, set[float]] = {}
    for table in tables:
        for cpu, memories in table.items():
            merged.setdefault(cpu, set()).update(memories)
    return {cpu: tuple(sorted(merged[cpu])) for cpu in sorted(merged)}
