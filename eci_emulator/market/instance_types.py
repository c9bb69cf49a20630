"""ECS instance types that a container group can be bought as."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from eci_emulator.market.sizes import Size


class Kind(StrEnum):
    CPU = "cpu"
    SHARED = "shared"
    GPU = "gpu"
    LOCAL_DISK = "local-disk"
    ARM = "arm"


#: Kinds that do not mix with any other in one list of instance types.
EXCLUSIVE = frozenset({Kind.GPU, Kind.LOCAL_DISK, Kind.ARM})


class InstanceType(Struct, frozen=True, kw_only=True):
    """One type; ``price`` in CNY an hour, the base that price lists scale."""

    name: str
    family: str
    cpu: float
    memory: float
    price: Decimal
    gpu: int = 0
    kind: Kind = Kind.CPU

    @property
    def size(self) -> Size:
        return Size(self.cpu, self.memory)


class Family(Struct, frozen=True, kw_only=True):
    """Types of regular sizes: ``memory`` GiB per vCPU, ``price`` per vCPU and hour."""

    name: str
    memory: float
    price: Decimal
    sizes: tuple[str, ...]
    kind: Kind = Kind.CPU
    prefix: str = ""  # opens the type names; empty: the family's name does


class TypesFile(Struct, frozen=True, kw_only=True):
    """instance-types.yaml: families of regular sizes, and types that follow no rule."""

    sizes: dict[str, int]  # size name -> vCPUs
    families: tuple[Family, ...] = ()
    types: tuple[InstanceType, ...] = ()

    def expand(self) -> dict[str, InstanceType]:
        """All types by name."""
        regular = [self._member(family, size) for family in self.families for size in family.sizes]
        return {kind.name: kind for kind in (*regular, *self.types)}

    def _member(self, family: Family, size: str) -> InstanceType:
        cpu = self.sizes[size]
        return InstanceType(
            name=f"{family.prefix or family.name}.{size}",
            family=family.name,
            cpu=cpu,
            memory=cpu * family.memory,
            price=cpu * family.price,
            kind=family.kind,
        )


def matching(types: dict[str, InstanceType]) -> dict[Size, InstanceType]:
    """For every size the type that stands for it on the spot market: the cheapest plain one of that size."""
    best: dict[Size, InstanceType] = {}
    for kind in types.values():
        current = best.get(kind.size)
        if kind.kind is Kind.CPU and (
            current is None or (kind.price, kind.name) < (current.price, current.name)
        ):
            best[kind.size] = kind
    return best
