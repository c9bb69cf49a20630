"""Caches in a snapshot: without secrets, and alive again when it is loaded."""

from __future__ import annotations

import msgspec
import pytest

from eci_emulator.control import state
from eci_emulator.model.caches import DAY_SECONDS, CacheStatus
from tests.controller.harness import Lab

from .test_data_caches import create as create_data
from .test_image_caches import APP, create, record, with_host


@pytest.fixture
def lab(lab: Lab) -> Lab:
    return with_host(lab)


def test_secrets_are_not_in_it(lab: Lab) -> None:
    create(lab, ImageRegistryCredential=[{"Server": "r", "UserName": "u", "Password": "hush-1"}])
    options = {"bucket": "b", "url": "http://127.0.0.1:1", "akId": "id", "akSecret": "hush-2"}
    create_data(lab, {"Type": "OSS", "Options": options})
    options = {"url": "http://127.0.0.1:1/f", "accessToken": "hush-3"}
    create_data(lab, {"Type": "URL", "Options": options}, Path="/other")
    saved = msgspec.json.encode(state.save(lab.emulator)).decode()
    assert "hush" not in saved
    assert saved.count("***") == 3


def test_a_cache_comes_back_with_what_it_holds_and_with_its_timer(lab: Lab) -> None:
    cache_id = create(lab, RetentionDays=2)
    saved = msgspec.json.decode(msgspec.json.encode(state.save(lab.emulator)))
    lab.engine.remove_image(APP)
    state.load(lab.emulator, saved)
    with_host(lab)
    lab.settle()
    assert record(lab, cache_id).status is CacheStatus.READY
    assert lab.engine.image(APP) is not None
    lab.advance(3 * DAY_SECONDS)
    assert lab.store.image_caches.get(cache_id) is None
