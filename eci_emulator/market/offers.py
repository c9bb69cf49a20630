"""What a group may be bought as: its sizes and instance types in the order they are to be tried."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from eci_emulator.market import sizes
from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.instance_types import EXCLUSIVE, InstanceType, Kind
from eci_emulator.market.regions import Region
from eci_emulator.market.sizes import Size
from eci_emulator.model import errors
from eci_emulator.model.group import GroupSpec

MAX_TYPES: Final = 5
MAX_BID_DECIMALS: Final = 3

NO_SPOT: Final = "NoSpot"
AS_PRICE_GOES: Final = "SpotAsPriceGo"
WITH_LIMIT: Final = "SpotWithPriceLimit"

_ARM: Final = "ARM64"


class Offer(Struct, frozen=True):
    """One thing to buy: a size by vCPU and memory, or an ECS type."""

    size: Size
    instance_type: InstanceType | None = None
    category: str = ""  # economy | general; empty: either, at the general price

    @property
    def name(self) -> str:
        """As stock knows it: ``2-4Gi`` or ``ecs.c6.large``."""
        return self.instance_type.name if self.instance_type else str(self.size)

    @property
    def family(self) -> str:
        """As stock knows the wider class: ``ecs.c6``, or ``eci`` for all sizes by vCPU and memory."""
        return self.instance_type.family if self.instance_type else sizes.FAMILY


class Bid(Struct, frozen=True):
    """How a spot instance is bought: at most ``limit`` an hour (None: whatever it costs)."""

    limit: Decimal | None = None
    duration: int = 1  # hours of protection, 0 or 1


def bid(spec: GroupSpec) -> Bid | None:
    """The bid of a spot group, None for an on-demand one.

    Raises InvalidValue for an unknown strategy, a limit that is missing, not positive or finer
    than three decimals, and a duration other than 0 or 1.
    """
    duration = 1 if spec.spot_duration is None else spec.spot_duration
    if spec.spot_strategy in ("", NO_SPOT):
        return None
    if duration not in (0, 1):
        raise errors.InvalidValue("SpotDuration", "it must be 0 or 1")
    if spec.spot_strategy == AS_PRICE_GOES:
        return Bid(None, duration)
    if spec.spot_strategy != WITH_LIMIT:
        raise errors.InvalidValue("SpotStrategy", "it must be NoSpot, SpotAsPriceGo or SpotWithPriceLimit")
    limit = Decimal(str(spec.spot_price_limit))
    if limit <= 0 or round(limit, MAX_BID_DECIMALS) != limit:
        raise errors.InvalidValue("SpotPriceLimit", "it must be positive, with three decimals at most")
    return Bid(limit, duration)


def offers(spec: GroupSpec, catalogue: Catalogue, region: Region) -> list[Offer]:
    """What ``spec`` may be bought as in ``region``, best first; never empty.

    Raises InvalidSize (nothing on sale holds it), InvalidSpotSize (nothing
    on the spot market does), InvalidInstanceType, InstanceTypeNotMatchCpuArch,
    LengthExceeded (more than five types) and FeatureBasedConstraintConflict
    (kinds of types that do not mix, categories where there are none, GPUs that are not there).
    """
    _check_category(spec)
    names = [name.strip() for name in spec.instance_type.split(",") if name.strip()]
    if len(names) > MAX_TYPES:
        raise errors.LengthExceeded(f"InstanceType takes {MAX_TYPES} types at most.")
    if names:
        found = _listed(names, spec, catalogue, region)
    elif spec.cpu_architecture.upper() == _ARM:
        found = _arm(spec, catalogue)
    else:
        found = _sized(sizes.asked(spec), spec, catalogue, region)
    if not found:
        raise errors.InvalidSpotSize() if bid(spec) else errors.InvalidSize()
    need = sizes.needed(spec)
    found = [offer for offer in found if offer.size.fits(need)]
    if not found:
        raise errors.InvalidSize()
    found = _with_gpus(spec, found)
    _check_kinds(found, spec)
    return found


def gpu_unused(spec: GroupSpec, gpus: int) -> bool:
    """Whether GPUs were bought and no container asks for one: such a group fails at its start."""
    return gpus > 0 and not any(container.gpu for container in (*spec.containers, *spec.init_containers))


def _listed(names: Iterable[str], spec: GroupSpec, catalogue: Catalogue, region: Region) -> list[Offer]:
    found: list[Offer] = []
    for name in names:
        if asked := Size.parse(name):
            found += _sized(asked, spec, catalogue, region)
        else:
            kind = catalogue.instance_type(name)
            found.append(Offer(kind.size, kind))
    return found


def _sized(asked: Size, spec: GroupSpec, catalogue: Catalogue, region: Region) -> list[Offer]:
    """Offers by vCPU and memory: one per category, in the order the categories were named."""
    spot = bid(spec) is not None
    found = []
    for category in spec.compute_categories or [""]:
        table = catalogue.sizes.sold(wide=region.wide, spot=spot, category=category)
        size = sizes.round_up(asked, table)
        if size:
            found.append(Offer(size, category=category))
    return found


def _arm(spec: GroupSpec, catalogue: Catalogue) -> list[Offer]:
    """ARM is sold as ECS types only: the cheapest ones that hold the size asked for."""
    asked = sizes.asked(spec)
    fitting = [kind for kind in catalogue.types.values() if kind.kind is Kind.ARM and kind.size.fits(asked)]
    fitting.sort(key=lambda kind: (kind.price, kind.name))
    return [Offer(kind.size, kind) for kind in fitting[:MAX_TYPES]]


def _check_category(spec: GroupSpec) -> None:
    if not spec.compute_categories or spec.instance_type.lower().startswith("ecs."):
        return  # an ECS type decides for itself
    for category in spec.compute_categories:
        if category not in ("economy", "general"):
            raise errors.InvalidValue("ComputeCategory", "it must be economy or general")
    if bid(spec) or spec.cpu_architecture.upper() == _ARM:
        raise _conflict("ComputeCategory")


def _check_kinds(found: list[Offer], spec: GroupSpec) -> None:
    kinds = {offer.instance_type.kind if offer.instance_type else Kind.CPU for offer in found}
    if len(kinds) > 1 and kinds & EXCLUSIVE:
        raise _conflict("InstanceType")
    architecture = spec.cpu_architecture.upper()
    if architecture and kinds and (architecture == _ARM) != (kinds == {Kind.ARM}):
        raise errors.BY_CODE["InstanceTypeNotMatchCpuArch"](f"The CPU architecture is not {architecture}.")


def _with_gpus(spec: GroupSpec, found: list[Offer]) -> list[Offer]:
    """Those with GPUs enough. Containers may share GPUs, so each one's number counts, not their sum."""
    asked = max((container.gpu for container in (*spec.containers, *spec.init_containers)), default=0)
    enough = [offer for offer in found if (offer.instance_type.gpu if offer.instance_type else 0) >= asked]
    if not enough:
        raise _conflict(f"Container.Gpu {asked}, InstanceType")
    return enough


def _conflict(features: str) -> errors.EciError:
    text = f"A conflict occurs in specified feature constraints: [{features}]."
    return errors.BY_CODE["FeatureBasedConstraintConflict"](text)
