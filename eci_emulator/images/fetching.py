"""How the node agent fetches an image."""

from __future__ import annotations

import time
from collections.abc import Generator

from eci_emulator.engine.driver import Engine, ImageInfo, PullProgress
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
        before = self._engine.image(reference)
        if before and not fresh:
            return before.size
        ours = before is None or self._stock.has(reference)
        if ours:  # before it is there: what is ours stays ours if we are killed
            self._stock.add(Brought(reference, time.time()))
        yield from self._engine.pull(reference, fetch.auth, silence=self._silence)
        after = self._engine.image(reference)
        if after is None:  # somebody has removed it again
            return 0
        if ours:
            self._stock.add(Brought(reference, time.time(), after.size))
        if before and before.id != after.id:
            self._note_change(before, after, ours=ours)
        return after.size

    def _note_change(self, before: ImageInfo, after: ImageInfo, *, ours: bool) -> None:
        """A name stands for another image now: the one before stays without a name, if it has no other.

        A name that was on the host before goes on being the user's; what we have brought under it
        is known by its id, and goes when yet another one takes its place.
        """
        if ours or self._stock.has(before.id):
            self._stock.add(Brought(before.id, time.time(), before.size))
        if not ours:
            self._stock.add(Brought(after.id, time.time(), after.size))
