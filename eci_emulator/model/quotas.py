"""Quotas of an account in a region, as published for a new account."""

from __future__ import annotations

from typing import Final

#: What is shown of a quota that is not limited.
NO_LIMIT: Final = 1_000_000
MAX_IMAGE_CACHES: Final = 500
MAX_AUTO_IMAGE_CACHES: Final = 25
MAX_DATA_CACHES: Final = 100
