"""Numbers of bytes, and Kubernetes quantities of them: ``256Mi``, ``1Gi``, ``500M``, plain numbers."""

from __future__ import annotations

import re
from typing import Final

GIB: Final = 2**30

_UNITS: Final = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": GIB,
    "Ti": 2**40,
}
_QUANTITY: Final = re.compile(r"(\d+(?:\.\d+)?)(k|M|G|T|Ki|Mi|Gi|Ti)?")


def parse_bytes(quantity: str) -> int:
    """The number of bytes, 0 for an empty text. Raises ValueError on anything else."""
    if not quantity:
        return 0
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        raise ValueError(f"not a quantity: {quantity!r}")
    return int(float(match[1]) * _UNITS[match[2] or ""])
