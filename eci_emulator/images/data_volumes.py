"""What the engine has of data caches: a volume for each generation."""

from __future__ import annotations

from typing import Final

from eci_emulator.engine.driver import LABEL_CACHE, LABEL_INSTANCE, LABEL_ROLE

ROLE_DATA: Final = "data-cache"
#: A file system that a data cache is loaded from.
ROLE_SOURCE: Final = "data-source"


def volume_name(cache_id: str, generation: int) -> str:
    return f"{cache_id}-{generation}"


def volume_labels(instance: str, cache_id: str = "", role: str = ROLE_DATA) -> dict[str, str]:
    """Of the volumes of one data cache, or of all."""
    return {LABEL_INSTANCE: instance, LABEL_ROLE: role, LABEL_CACHE: cache_id}
