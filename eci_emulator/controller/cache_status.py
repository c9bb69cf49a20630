"""What the reports of the hosts make of a cache (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from eci_emulator.images.reports import Report
from eci_emulator.model import ids
from eci_emulator.model.caches import BUILDING, Cache, CacheStatus, ImageCache
from eci_emulator.model.events import WARNING


def advance(cache: Cache, reports: Sequence[Report | None], now: float, region_code: str) -> None:
    """Bring a cache one status further, if it is time. ``reports``: of the hosts that should have it."""
    if cache.status not in BUILDING:
        return
    known = [report for report in reports if report and report.generation == cache.generation]
    cache.progress = sum(report.progress for report in known) // len(reports)
    _pass_on(cache, known, now)
    if cache.status is CacheStatus.PREPARING:
        _create(cache, now)
    elif len(known) == len(reports) and all(report.over for report in known):
        _conclude(cache, known, now, region_code)


def _pass_on(cache: Cache, reports: Sequence[Report], now: float) -> None:
    """Turn each warning of the hosts into an event, once."""
    told = {event.message for event in cache.events}
    for note in dict.fromkeys(note for report in reports for note in report.notes):
        if note not in told:
            cache.tell(now, "ImagePullFallback", note, WARNING)


def _conclude(cache: Cache, reports: Sequence[Report], now: float, region_code: str) -> None:
    """All hosts have finished, well or badly."""
    if not any(report.held for report in reports):
        _fail(cache, reports[0].error, now)
    elif cache.status is CacheStatus.LOADING:
        _create(cache, now)
    else:
        _complete(cache, reports, now, region_code)


def _create(cache: Cache, now: float) -> None:
    cache.enter(CacheStatus.CREATING, now)
    cache.tell(now, "Started", f"Successfully check {_kind(cache)} resource.")


def _complete(cache: Cache, reports: Sequence[Report], now: float, region_code: str) -> None:
    cache.enter(CacheStatus.READY if isinstance(cache, ImageCache) else CacheStatus.AVAILABLE, now)
    cache.progress = 100
    cache.used_bytes = max(sum(report.sizes.values()) for report in reports)
    cache.built_generation = cache.generation
    snapshot = f"{cache.id}/{cache.generation}"
    cache.snapshot_id = ids.stable_id("s", region_code, snapshot)
    if isinstance(cache, ImageCache) and cache.flash:
        cache.flash_snapshot_id = ids.stable_id("s", region_code, f"{snapshot}/flash")
    cache.tell(now, "Created", f"Successfully created {_kind(cache)}, {cache.used_bytes} bytes.")
    for error in {report.error for report in reports if report.error}:
        cache.tell(now, "Failed", f"Not on every host: {error}", WARNING)


def _fail(cache: Cache, error: str, now: float) -> None:
    updating = cache.status is CacheStatus.UPDATING
    cache.enter(CacheStatus.UPDATE_FAILED if updating else CacheStatus.FAILED, now)
    cache.tell(
        now, "Failed", f"Failed to {'update' if updating else 'create'} {_kind(cache)}: {error}", WARNING
    )


def _kind(cache: Cache) -> str:
    return "image cache" if isinstance(cache, ImageCache) else "data cache"
