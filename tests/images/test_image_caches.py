"""Image caches: made for real, found by groups, paid for, and gone when their time has come."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from eci_emulator.actions.bill import usages
from eci_emulator.engine.driver import EngineUnavailable
from eci_emulator.model import errors, quotas
from eci_emulator.model.caches import DAY_SECONDS, CacheStatus, ImageCache
from eci_emulator.store import keys
from eci_emulator.store.hosts import Host
from eci_emulator.store.wakeups import RECONCILE_CACHE
from eci_workers.node.housekeeper import Housekeeper
from tests.controller.harness import ACCOUNT, BEGIN, REGION, Lab, StepByStep, container

from .conftest import MakeLab
from .test_pulling import script, watch

APP, BASE = "registry.example/app:1", "registry.example/base:1"
MEGABYTE, GIB = 1_000_000, 1 << 30


@pytest.fixture
def lab(lab: Lab) -> Lab:
    return with_host(lab)


def with_host(lab: Lab) -> Lab:
    lab.store.hosts.announce(Host(name="local", engine="simulated", cpus=64, memory=256 * GIB))
    return lab


def create(lab: Lab, *images: str, settle: bool = True, **parameters: Any) -> str:
    answer = lab.call("CreateImageCache", ImageCacheName="c", Image=list(images) or [APP], **parameters)
    if settle:
        lab.settle()
    return str(answer["ImageCacheId"])


def record(lab: Lab, cache_id: str) -> ImageCache:
    cache = lab.store.image_caches.get(cache_id)
    assert cache is not None, f"{cache_id} is gone"
    return cache


def all_caches(lab: Lab) -> list[ImageCache]:
    return lab.store.image_caches.get_many(lab.store.image_caches.all_ids())


def shown(lab: Lab, cache_id: str) -> dict[str, Any]:
    answer = msgspec.json.decode(lab.call("DescribeImageCaches", ImageCacheId=cache_id))
    (cache,) = answer["ImageCaches"]
    return dict(cache)


def told(cache: ImageCache) -> list[tuple[str, str]]:
    return [(event.type, event.reason) for event in cache.events]


# --- making one -----------------------------------------------------------------------------------


def test_it_goes_from_preparing_over_creating_to_ready(lab: Lab) -> None:
    script(lab, APP, size=300 * MEGABYTE, pull_seconds=30)
    script(lab, BASE, size=100 * MEGABYTE, pull_seconds=10)
    cache_id = create(lab, APP, BASE, settle=False)
    assert record(lab, cache_id).status is CacheStatus.PREPARING
    lab.settle()
    assert record(lab, cache_id).status is CacheStatus.CREATING
    lab.advance(10)
    assert 50 <= record(lab, cache_id).progress < 100
    lab.advance(21)
    cache = record(lab, cache_id)
    assert (cache.status, cache.progress, cache.used_bytes) == (CacheStatus.READY, 100, 400 * MEGABYTE)
    assert told(cache) == [("Normal", "Started"), ("Normal", "Created")]
    view = shown(lab, cache_id)
    assert view["Progress"] == "100%"
    assert view["SnapshotId"].startswith("s-")
    assert view["ContainerGroupId"].startswith("eci-")
    assert lab.engine.image(APP) is not None


@pytest.mark.parametrize("error", ["ImageNotFound", "RegistryDenied", "RegistryUnreachable", "DiskFull"])
def test_what_cannot_be_pulled_fails_and_is_kept_a_day(lab: Lab, error: str) -> None:
    script(lab, APP, error=error)
    cache_id = create(lab)
    cache = record(lab, cache_id)
    assert cache.status is CacheStatus.FAILED
    assert cache.events[-1].type == "Warning"
    assert APP in cache.events[-1].message
    lab.advance(DAY_SECONDS - 60)
    assert record(lab, cache_id)
    lab.advance(120)
    assert all_caches(lab) == []


def test_the_next_attempt_works(lab: Lab) -> None:
    script(lab, APP, error="RegistryDenied")
    create(lab)
    script(lab, APP)
    assert record(lab, create(lab)).status is CacheStatus.READY


def test_images_that_do_not_fit_fail(lab: Lab) -> None:
    script(lab, APP, size=15 * GIB)
    script(lab, BASE, size=6 * GIB)
    cache = record(lab, create(lab, APP, BASE))
    assert cache.status is CacheStatus.FAILED
    assert "21.0 GiB, more than the 20 GiB" in cache.events[-1].message
    assert record(lab, create(lab, APP, BASE, ImageCacheSize=21)).status is CacheStatus.READY


def test_a_cache_holds_what_the_names_stand_for_now(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.create(container(Image=APP))
    pulls = watch(lab, monkeypatch)
    create(lab, APP)
    assert pulls == [APP]


def test_the_image_of_the_host_does_where_the_registry_is_silent(lab: Lab) -> None:
    lab.create(container(Image=APP))
    script(lab, APP, error="RegistryUnreachable")
    cache = record(lab, create(lab, APP))
    assert cache.status is CacheStatus.READY
    assert ("Warning", "ImagePullFallback") in told(cache)


def test_a_killed_agent_and_a_killed_worker_cost_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    script(lab, APP, pull_seconds=30)
    cache_id = create(lab)
    lab.coordinator = lab.runtime.coordinator(StepByStep)
    lab.advance(20)
    monkeypatch.setattr(lab.engine, "image", _raise(EngineUnavailable("killed")))
    lab.settle()
    monkeypatch.undo()
    assert record(lab, cache_id).status is CacheStatus.CREATING
    lab.advance(31)
    assert record(lab, cache_id).status is CacheStatus.READY
    assert lab.coordinator.fetches.open() == {}
    assert lab.store.wakeups.unfinished("local") == []


def _raise(error: Exception) -> Any:
    def call(*_: Any) -> Any:
        raise error

    return call


def test_other_content_is_made_again(lab: Lab) -> None:
    cache_id = create(lab)
    script(lab, BASE, pull_seconds=5)
    lab.call("UpdateImageCache", ImageCacheId=cache_id, Image=[APP, BASE])
    lab.settle()
    assert record(lab, cache_id).status is CacheStatus.UPDATING
    lab.advance(6)
    assert record(lab, cache_id).status is CacheStatus.READY


def test_an_update_that_fails_is_no_end(lab: Lab) -> None:
    cache_id = create(lab)
    script(lab, BASE, error="ImageNotFound")
    lab.call("UpdateImageCache", ImageCacheId=cache_id, Image=[BASE])
    lab.settle()
    assert record(lab, cache_id).status is CacheStatus.UPDATE_FAILED
    lab.advance(2 * DAY_SECONDS)
    lab.call("UpdateImageCache", ImageCacheId=cache_id, Image=[APP])
    lab.settle()
    assert record(lab, cache_id).status is CacheStatus.READY


def test_retention_is_kept_to(lab: Lab) -> None:
    cache_id = create(lab, RetentionDays=2)
    lab.advance(2 * DAY_SECONDS - 60)
    assert record(lab, cache_id)
    lab.advance(120)
    assert all_caches(lab) == []


def test_flash_has_a_snapshot_of_its_own(lab: Lab) -> None:
    view = shown(lab, create(lab, Flash=True))
    assert view["FlashSnapshotId"].startswith("s-")
    assert view["FlashSnapshotId"] != view["SnapshotId"]


def test_lru_makes_room_at_the_quota(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_IMAGE_CACHES", 2)
    keep = create(lab)
    expendable = create(lab, EliminationStrategy="LRU")
    newest = create(lab)
    assert sorted(cache.id for cache in all_caches(lab)) == sorted([keep, newest])
    assert expendable not in [keep, newest]
    with pytest.raises(errors.QuotaExceeded):
        create(lab)


# --- held -----------------------------------------------------------------------------------------


def test_what_was_taken_away_is_brought_back(lab: Lab) -> None:
    cache_id = create(lab)
    lab.engine.remove_image(APP)
    assert lab.runtime.caches.is_missing(record(lab, cache_id))
    lab.runtime.caches.reconcile(cache_id)
    lab.settle()
    assert lab.engine.image(APP) is not None
    assert record(lab, cache_id).status is CacheStatus.READY


def test_a_host_that_comes_later_gets_it(lab: Lab) -> None:
    cache_id = create(lab)
    lab.store.redis.delete(keys.cache_reports(cache_id))
    lab.engine.remove_image(APP)
    Housekeeper(lab.runtime).once()
    assert lab.store.wakeups.unfinished("local") == [(RECONCILE_CACHE, cache_id)]
    lab.settle()
    assert lab.engine.image(APP) is not None
    Housekeeper(lab.runtime).once()
    assert lab.store.wakeups.unfinished("local") == []


def test_a_cache_waits_for_every_host_of_its_region(lab: Lab) -> None:
    lab.store.hosts.announce(Host(name="other"))
    lab.store.hosts.announce(Host(name="elsewhere", zones=["cn-beijing-h"]))
    cache_id = create(lab)
    assert record(lab, cache_id).status is CacheStatus.CREATING
    lab.store.hosts.withdraw("other")
    lab.runtime.caches.reconcile(cache_id)
    assert record(lab, cache_id).status is CacheStatus.READY


def test_images_of_caches_are_needed_those_of_ended_groups_are_not(lab: Lab) -> None:
    create(lab, APP)
    lab.create(container(Image=BASE, script="true"), RestartPolicy="Never")
    lab.advance(5)
    assert lab.runtime.users.images_of_caches() == {APP: 1}
    assert lab.runtime.users.images_of_groups() == {}


# --- found by groups -------------------------------------------------------------------------------


def test_a_named_cache_must_be_there_and_ready(lab: Lab) -> None:
    with pytest.raises(errors.ImageSnapshotNotFound):
        lab.create(container(Image=APP), ImageSnapshotId="imc-nobody")
    script(lab, APP, pull_seconds=30)
    cache_id = create(lab)
    with pytest.raises(errors.ImageSnapshotStatus):
        lab.create(container(Image=APP), ImageSnapshotId=cache_id)
    lab.advance(31)
    for named in (cache_id, record(lab, cache_id).snapshot_id):
        group_id = lab.create(container(Image=APP), ImageSnapshotId=named)
        assert lab.status(group_id) == "Running"
        assert lab.told(group_id, "SuccessfulHitImageCache") == [
            f"[eci.imagecache]Successfully hit image cache {cache_id}, "
            "eci will be scheduled with this image cache."
        ]
        assert lab.told(group_id, "Pulling") == []
        lab.delete(group_id)


def test_the_best_cache_is_found(lab: Lab) -> None:
    create(lab, APP)
    both = create(lab, APP, BASE)
    group_id = lab.create(container(Image=APP), container("b", Image=BASE), AutoMatchImageCache=True)
    assert both in lab.told(group_id, "SuccessfulHitImageCache")[0]
    assert record(lab, both).last_matched_time == lab.now
    assert len(all_caches(lab)) == 2


def test_after_a_miss_there_is_a_cache(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    pulls = watch(lab, monkeypatch)
    group_id = lab.create(container(Image=APP), AutoMatchImageCache=True, EphemeralStorage=10)
    (cache,) = all_caches(lab)
    assert lab.told(group_id, "ImageCacheMissed") == ["[eci.imagecache]Missed image cache."]
    assert lab.told(group_id, "ImageCacheAutoCreated") == [
        f"[eci.imagecache]Image cache {cache.id} is auto created"
    ]
    assert (cache.name, cache.size) == (f"auto-create-for-{group_id}", 40)
    assert (cache.automatic, cache.status, cache.images) == (True, CacheStatus.READY, [APP])
    assert pulls.count(APP) <= 2
    again = lab.create(container(Image=APP), AutoMatchImageCache=True, EphemeralStorage=10)
    assert cache.id in lab.told(again, "SuccessfulHitImageCache")[0]
    assert len(all_caches(lab)) == 1


def test_one_automatic_cache_for_all_that_miss_it(lab: Lab) -> None:
    script(lab, APP, pull_seconds=30)
    groups = [
        lab.create(container(Image=APP), ContainerGroupName=name, AutoMatchImageCache=True)
        for name in ("a", "b")
    ]
    assert all(lab.told(group_id, "ImageCacheMissed") for group_id in groups)
    assert len(all_caches(lab)) == 1


def test_an_automatic_cache_that_fails_is_told_to_its_group(lab: Lab) -> None:
    script(lab, APP, error="ImageNotFound")
    group_id = lab.create(container(Image=APP), AutoMatchImageCache=True)
    assert lab.told(group_id, "ImageCacheAutoCreateFailed") == [
        f"[eci.imagecache]Image cache auto create failed for {group_id}"
    ]


def test_unused_for_a_week_or_a_month_after_use_it_goes(lab: Lab) -> None:
    lab.create(container(Image=APP), AutoMatchImageCache=True)
    lab.advance(6 * DAY_SECONDS)
    lab.create(container(Image=APP), AutoMatchImageCache=True)
    lab.advance(29 * DAY_SECONDS)
    assert len(all_caches(lab)) == 1
    lab.advance(2 * DAY_SECONDS)
    assert all_caches(lab) == []
    lab.create(container(Image=BASE), AutoMatchImageCache=True)
    lab.advance(8 * DAY_SECONDS)
    assert all_caches(lab) == []


def test_the_least_used_automatic_cache_makes_room(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_AUTO_IMAGE_CACHES", 2)
    for image in ("a.local/a:1", "b.local/b:1", "c.local/c:1"):
        lab.create(container(Image=image), AutoMatchImageCache=True)
        lab.advance(60)
    assert sorted(cache.images[0] for cache in all_caches(lab)) == ["b.local/b:1", "c.local/c:1"]


def test_the_gain_of_a_cache_shows(make_lab: MakeLab) -> None:
    lab = with_host(make_lab(image_pull="eci", pull_bandwidth=10.0))
    script(lab, APP, size=300 * MEGABYTE)
    script(lab, BASE, size=100 * MEGABYTE)
    create(lab, APP)
    hit = lab.create(container(Image=APP), AutoMatchImageCache=True)
    assert lab.status(hit) == "Running"
    assert lab.told(hit, "Pulled") == [f'Container image "{APP}" already present on machine']
    without = lab.create(container(Image=APP), ContainerGroupName="without")
    partly = lab.create(container("a", Image=APP), container("b", Image=BASE), AutoMatchImageCache=True)
    lab.advance(11)
    assert (lab.status(without), lab.status(partly)) == ("Pending", "Running")
    lab.advance(20)
    assert lab.status(without) == "Running"


# --- paid for --------------------------------------------------------------------------------------


def bill_of(lab: Lab, cache_id: str) -> list[tuple[int, int | None, float, int, int]]:
    """Start, end, vCPUs, disk, snapshot of each interval, counted from the beginning."""
    found = [usage for usage in usages(lab.emulator) if usage.group == cache_id]
    begin = int(BEGIN)
    return [
        (u.start - begin, None if u.end is None else u.end - begin, u.cpu, u.disk, u.snapshot)
        for u in sorted(found, key=lambda usage: usage.start)
    ]


def test_a_manual_cache_is_paid_for(lab: Lab) -> None:
    script(lab, APP, pull_seconds=30)
    cache_id = create(lab, ImageCacheSize=40)
    assert bill_of(lab, cache_id) == [(0, None, 2.0, 40, 0)]
    lab.advance(100)
    assert bill_of(lab, cache_id) == [(0, 30, 2.0, 40, 0), (30, None, 0.0, 0, 40)]
    group_id = lab.create(container(Image=APP), ImageSnapshotId=cache_id)
    assert lab.group(group_id).state.placement.cache_disk == 40
    lab.call("DeleteImageCache", ImageCacheId=cache_id)
    assert bill_of(lab, cache_id) == [(0, 30, 2.0, 40, 0), (30, 100, 0.0, 0, 40)]


def test_a_failed_one_and_an_automatic_one_cost_nothing_more(lab: Lab) -> None:
    script(lab, APP, error="ImageNotFound")
    cache_id = create(lab)
    lab.advance(100)
    assert bill_of(lab, cache_id) == [(0, 0, 2.0, 20, 0)]
    group_id = lab.create(container(Image=BASE), AutoMatchImageCache=True)
    (automatic,) = [cache for cache in all_caches(lab) if cache.automatic]
    assert bill_of(lab, automatic.id) == []
    again = lab.create(container(Image=BASE), AutoMatchImageCache=True, ContainerGroupName="again")
    assert lab.group(again).state.placement.cache_disk == 0
    assert group_id != again


def test_whose_cache_it_is_and_where(lab: Lab) -> None:
    cache = record(lab, create(lab))
    assert (cache.account, cache.region) == (ACCOUNT, REGION)
    assert lab.store.cache_table(cache.id) is lab.store.image_caches
