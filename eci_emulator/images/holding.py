"""Having on a host what the image caches hold: their images, pulled ahead of need."""

from __future__ import annotations

from eci_emulator.engine.driver import DiskFull
from eci_emulator.images.pulling import Pulled, Puller, PullFailed
from eci_emulator.images.reports import Report
from eci_emulator.model.caches import BUILDING, ImageCache
from eci_emulator.model.quantity import GIB


class ImageHolder:
    """Images that belong to a cache are never collected; layers that caches share are there once."""

    def __init__(self, puller: Puller) -> None:
        self._puller = puller

    def holds(self, cache: ImageCache) -> bool:
        return all(self._puller.has(image) for image in cache.images)

    def hold(self, cache: ImageCache, report: Report) -> None:
        """Go on with pulling what is missing, and say in the report how far it is.

        While the cache is built the registry is asked even for what is there: the cache is to hold
        what the names stand for at this time. Raises EngineUnavailable.
        """
        policy = "Always" if cache.status in BUILDING else "IfNotPresent"
        shares = []
        for image in cache.images:
            if image not in report.sizes or not self._puller.has(image):
                report.sizes.pop(image, None)
                try:
                    pulled = self._puller.ensure(image, policy, waiter=cache.id, access=cache)
                except (PullFailed, DiskFull) as error:
                    report.fail(f'Failed to pull image "{image}": {error}')
                    return
                shares.append(_take(pulled, report))
        done = len(cache.images) - len(shares) + sum(shares)
        report.progress = int(100 * done / len(cache.images))
        if len(report.sizes) == len(cache.images):
            _conclude(cache, report)

    def let_go(self, cache_id: str) -> None:
        """Nothing to do: an image that no record names any more is collected."""


def _take(pulled: Pulled, report: Report) -> float:
    """Note what has come; how much of it there is, from 0 to 1."""
    if pulled.note:
        report.notes.append(pulled.note)
    if pulled.state == "pulling":
        return int(pulled.progress.rstrip("%") or 0) / 100
    report.sizes[pulled.image] = pulled.size
    return 1.0


def _conclude(cache: ImageCache, report: Report) -> None:
    used = sum(report.sizes.values())
    if used > cache.size * GIB:
        report.fail(f"The images take {used / GIB:.1f} GiB, more than the {cache.size} GiB of the cache.")
    else:
        report.complete()
