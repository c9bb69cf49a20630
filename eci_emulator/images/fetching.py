"""How the node agent fetches an image."""

from __future__ import annotations

import time
from collections.abc import Generator

from eci_emulator.engine.driver import Engine, PullProgress
from eci_emulator.images.fetches import ImageFetch
from eci_emulator.images.stock import Brought, Stock


class ImageFetcher:
    """``silence``: seconds without a byte from a registry before a pull is given up."""

    def __init__(self, engine: Engine, stock: Stock, silence: float) -> None:
        self._engine = engine
        self._stock = stock
        self._silence = silence

    def __call__(self, fetch: ImageFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        """Pull an image, unless it is there and need not be fresh; its size. Raises EngineError."""
        reference = fetch.reference
        present = self._engine.image(reference)
        if present and not fresh:
            return present.size
        brought = Brought(reference, time.time())
        ours = present is None or self._stock.has(reference)
        if ours:
            self._stock.add(brought)  # before it is there: what is ours stays ours if we are killed
        yield from self._engine.pull(reference, fetch.auth, silence=self._silence)
        info = self._engine.image(reference)
        brought.size = info.size if info else 0
        if ours:
            self._stock.add(brought)
        return brought.size
