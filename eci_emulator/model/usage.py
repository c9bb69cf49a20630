"""Usage: from when to when something was used that costs money.

Times are whole seconds: a moment counts to the second it falls into, so that intervals which
follow each other share no second and lose none.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, structs


class Usage(Struct, rename="pascal", omit_defaults=True, kw_only=True, frozen=True, gc=False):
    """One interval [start, end) at one price; ``end`` None: it goes on.

    ``group`` is what is billed: a container group, or an image cache.
    """

    id: str
    group: str
    account: str
    region: str
    start: int
    end: int | None = None
    zone: str = ""
    tags: str = ""  # "app:web;team:a", sorted
    generation: int = 1
    cpu: float = 0.0  # the size that was bought; 0: no instance, only disks
    memory: float = 0.0
    category: str = ""
    instance_type: str = ""  # bought as, or priced as on the spot market; empty: by vCPU and memory
    spot: Decimal | None = None  # the deal, as a fraction of the on-demand price; None: on demand
    protected_until: int = 0  # spot: the deal holds until then, the market price counts from then on
    storage: int = 0  # GiB of ephemeral storage beyond the free ones
    disk: int = 0  # GiB of the disk that holds a manual image cache
    snapshot: int = 0  # GiB of snapshot

    def closed(self, at: float) -> Usage:
        """The same, ended; never before it began, even if a clock was set back."""
        return structs.replace(self, end=max(self.start, int(at)))
