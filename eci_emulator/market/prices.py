"""Price lists: what a second of a vCPU, a GiB or an ECS type costs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from eci_emulator.market import files
from eci_emulator.market.instance_types import InstanceType
from eci_emulator.market.sizes import Size

ECONOMY: Final = "economy"

HOUR: Final = 3600
MONTH_HOURS: Final = 720
SPOT_STEP: Final = Decimal("0.001")  # spot prices, like bids, have three decimals
_SECOND_STEP: Final = Decimal("0.0000000001")

BUILT_IN: Final[Mapping[str, str]] = {"china": "prices-cn.yaml", "international": "prices-intl.yaml"}


class PriceList(Struct, frozen=True, kw_only=True):
    """One list of prices, all in ``currency``; the suffix of a name says for how long."""

    name: str
    currency: str
    cpu_second: Decimal
    economy_cpu_second: Decimal
    memory_second: Decimal
    storage_second: Decimal
    disk_hour: Decimal
    snapshot_month: Decimal
    ecs_factor: Decimal = Decimal(1)
    instance_types: dict[str, Decimal] = field(default_factory=dict)

    def cpu_hour(self, category: str = "") -> Decimal:
        return HOUR * (self.economy_cpu_second if category == ECONOMY else self.cpu_second)

    @property
    def memory_hour(self) -> Decimal:
        return HOUR * self.memory_second

    @property
    def storage_hour(self) -> Decimal:
        return HOUR * self.storage_second

    @property
    def snapshot_hour(self) -> Decimal:
        return self.snapshot_month / MONTH_HOURS

    def type_hour(self, kind: InstanceType) -> Decimal:
        """The on-demand price of an ECS type, per hour."""
        return self.instance_types.get(kind.name, kind.price * self.ecs_factor)

    def spot_hour(self, kind: InstanceType, discount: Decimal) -> Decimal:
        """An ECS type at ``discount`` (what is paid as a fraction of the on-demand price, its cap)."""
        cap = self.type_hour(kind)
        price = (cap * discount).quantize(SPOT_STEP, ROUND_HALF_UP)
        return min(max(price, SPOT_STEP), cap)

    def discount_of(self, kind: InstanceType, price: Decimal) -> Decimal:
        """The fraction of the on-demand price that ``price`` an hour is, 1 at most."""
        return min(price / self.type_hour(kind), Decimal(1))


@cache
def load(name: str, directory: Path | None = None) -> PriceList:
    """The price list ``china``, ``international``, or of a file by its path.

    ``directory`` may replace the packaged files, see ``files``. Raises FileNotFoundError,
    msgspec.ValidationError.
    """
    if name in BUILT_IN:
        return files.read(BUILT_IN[name], PriceList, directory)
    return files.read_path(Path(name), PriceList)


def items(
    prices: PriceList, size: Size, kind: InstanceType | None = None, category: str = ""
) -> dict[str, Decimal]:
    """What an on-demand instance costs an hour, by item of the bill."""
    if kind:
        return {"instance_type": prices.type_hour(kind)}
    return {
        "cpu": prices.cpu_hour(category) * Decimal(size.cpu),
        "mem": prices.memory_hour * Decimal(size.memory),
    }


def second(hour: Decimal) -> Decimal:
    """The price per second, given that per hour."""
    return (hour / HOUR).quantize(_SECOND_STEP, ROUND_HALF_UP).normalize()
