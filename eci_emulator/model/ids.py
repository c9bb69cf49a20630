"""Identifiers as they look on ECI: a prefix, the region's code, letters and digits."""

from __future__ import annotations

import hashlib
import secrets
import string
from typing import Final

_ALPHABET: Final = string.digits + string.ascii_lowercase


def new_id(prefix: str, region_code: str, length: int = 20) -> str:
    """A random id: ``new_id("eci", "bp1")`` -> ``eci-bp1jrgfqqy54kg5hcxyz``."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(length - len(region_code)))
    return f"{prefix}-{region_code}{tail}"


def default_resource_group(account: str) -> str:
    """The resource group of everything that names none."""
    return stable_id("rg", "acfm", account, 15)


def stable_id(prefix: str, region_code: str, seed: str, length: int = 20) -> str:
    """An id that is always the same for the same seed (default vSwitches, ENIs ...)."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
    tail = []
    for _ in range(length - len(region_code)):
        number, digit = divmod(number, len(_ALPHABET))
        tail.append(_ALPHABET[digit])
    return f"{prefix}-{region_code}{''.join(tail)}"
