"""What placement works on: the state of the market at one moment, what is asked, what was given."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf

from msgspec import Struct, field

from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.offers import Bid, Offer
from eci_emulator.market.prices import PriceList
from eci_emulator.market.spot import SpotMarket
from eci_emulator.market.stock import Level, StockKey

TagValue = tuple[str, str]


class Host(Struct, kw_only=True):
    """A Docker host and what is free on it."""

    name: str
    zones: frozenset[str] = frozenset()  # empty: every zone
    cpu: float = inf
    memory: float = inf
    groups: float = inf
    gpus: int = 0


class VSwitchRoom(Struct, frozen=True):
    """A vSwitch and how many addresses are left in it."""

    zone_id: str
    addresses: int


class MarketSnapshot(Struct, frozen=True, kw_only=True):
    """Everything placement looks at, at one moment."""

    now: float
    catalogue: Catalogue
    prices: PriceList
    spot: SpotMarket
    v_switches: Mapping[str, VSwitchRoom]
    hosts: tuple[Host, ...]
    stock: Mapping[StockKey, Level] = field(default_factory=dict)
    quota: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (account, region) -> vCPUs left
    #: (account, tag) -> zone -> how many groups that carry the tag run there.
    tagged: Mapping[tuple[str, TagValue], Mapping[str, int]] = field(default_factory=dict)
    seed: int = 0


class Ask(Struct, frozen=True, kw_only=True):
    """One group that wants a place."""

    id: str
    account: str
    region: str
    offers: tuple[Offer, ...]
    v_switches: tuple[str, ...]  # of the snapshot; in the caller's order
    in_order: bool = False  # VSwitchOrdered; else by stock, then by chance
    zone_id: str = ""
    host: str = ""  # the only one that will do, where its disks are
    bid: Bid | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class Placed(Struct, frozen=True, kw_only=True):
    """The place a group got."""

    id: str
    offer: Offer
    zone_id: str
    v_switch_id: str
    host: str
    spot_type: str = ""  # spot: the ECS type whose market price it has
    spot_price: Decimal | None = None  # spot: the deal, an hour
    stock: tuple[StockKey, ...] = ()  # a unit of each was taken
