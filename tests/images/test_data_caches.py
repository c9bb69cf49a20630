"""Data caches: loaded from their sources, mounted read-only, shared, and kept by who uses them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE, ROLE_COPIER, ContainerConfig, DiskFull
from eci_emulator.images.data_volumes import ROLE_SOURCE, volume_labels, volume_name
from eci_emulator.images.sources import Web, hub_files
from eci_emulator.images.storage import Storages
from eci_emulator.model.caches import CacheStatus, DataCache
from tests.controller.harness import Json, Lab, container

from . import web
from .conftest import MakeLab
from .test_image_caches import bill_of, with_host
from .test_image_caches import create as create_image_cache

PATH = "/models/llama"


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    return with_host(make_lab(pull_silence_seconds=0.5))


@pytest.fixture
def server() -> Iterator[web.Server]:
    with web.serving() as server:
        yield server


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3-compatible server with a bucket of two models."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket="models")
    for key in ("llama/weights/1.bin", "llama/config.json", "llama2/config.json", "llama/", "note"):
        client.put_object(Bucket="models", Key=key, Body=f"content of {key}".encode())
    client.put_object_acl(Bucket="models", Key="note", ACL="public-read")
    yield url
    server.stop()


def oss(url: str, path: str = "/llama", **more: str) -> Json:
    options = {"bucket": "models", "url": url, "path": path, "akId": "a", "akSecret": "hush", **more}
    return {"Type": "OSS", "Options": options}


def create(lab: Lab, source: Json, **parameters: Any) -> str:
    given = {"Path": PATH, "DataSource": source, "Name": "model", **parameters}
    return str(lab.call("CreateDataCache", **given)["DataCacheId"])


def load(lab: Lab, source: Json, **parameters: Any) -> DataCache:
    """Create a data cache and wait until it is what it will be."""
    cache_id = create(lab, source, **parameters)
    for _ in range(40):
        lab.settle()
    return record(lab, cache_id)


def record(lab: Lab, cache_id: str) -> DataCache:
    cache = lab.store.data_caches.get(cache_id)
    assert cache is not None
    return cache


def content(lab: Lab, volume: str) -> dict[str, bytes]:
    found: dict[str, bytes] = lab.engine._volume_files(volume)
    return found


def volumes(lab: Lab) -> list[str]:
    found: list[str] = lab.engine.list_volumes(volume_labels("lab"))
    return found


def failed(cache: DataCache) -> str:
    assert cache.status is CacheStatus.FAILED
    assert cache.events[-1].type == "Warning"
    return cache.events[-1].message


# --- sources --------------------------------------------------------------------------------------


def test_a_folder_of_a_bucket(lab: Lab, s3: str) -> None:
    cache = load(lab, oss(s3), Size=30, RetentionDays=1)
    assert cache.status is CacheStatus.AVAILABLE
    assert content(lab, volume_name(cache.id, 1)) == {
        "weights/1.bin": b"content of llama/weights/1.bin",
        "config.json": b"content of llama/config.json",
    }
    assert cache.used_bytes == 58
    (shown,) = msgspec.json.decode(lab.call("DescribeDataCaches", DataCacheId=[cache.id]))["DataCaches"]
    assert (shown["Status"], shown["Progress"], shown["Bucket"]) == ("Available", "100%", "default")
    assert "hush" not in json.dumps(shown)
    assert shown["SnapshotId"]


def test_a_single_object(lab: Lab, s3: str) -> None:
    cache = load(lab, oss(s3, "/note", akId="", akSecret=""))  # as a stranger
    assert content(lab, volume_name(cache.id, 1)) == {"note": b"content of note"}


def test_what_a_bucket_does_not_have(lab: Lab, s3: str) -> None:
    assert "has nothing at nowhere" in failed(load(lab, oss(s3, "/nowhere")))
    assert "NoSuchBucket" in failed(load(lab, oss(s3, bucket="nobodys"), Path="/other"))
    assert volumes(lab) == []


def test_a_bucket_that_is_not_there(lab: Lab) -> None:
    assert "Could not connect" in failed(load(lab, oss("http://127.0.0.1:1")))
    assert "Invalid endpoint" in failed(load(lab, oss("http://no address"), Path="/other"))


def test_a_file_behind_a_url(lab: Lab, server: web.Server) -> None:
    server.content["/files/a%20model.bin?v=2"] = b"weights"
    options = {"url": f"{server.url}/files/a%20model.bin?v=2", "accessToken": "t"}
    cache = load(lab, {"Type": "URL", "Options": options})
    assert content(lab, volume_name(cache.id, 1)) == {"a model.bin": b"weights"}
    assert server.tokens == ["Bearer t"]


@pytest.mark.parametrize(
    ("url", "told"),
    [("{}/missing", "answered 404"), ("ftp://x/y", "no http"), ("http://127.0.0.1:1/x", "could not")],
)
def test_a_url_with_nothing_behind_it(lab: Lab, server: web.Server, url: str, told: str) -> None:
    message = failed(load(lab, {"Type": "URL", "Options": {"url": url.format(server.url)}}))
    assert told in message
    assert volumes(lab) == []


def test_a_server_that_stalls_is_given_up_and_the_next_attempt_works(lab: Lab, server: web.Server) -> None:
    server.content["/big"] = b"x" * 10_000
    server.flowing.clear()
    source = {"Type": "URL", "Options": {"url": f"{server.url}/big"}}
    assert "could not be read" in failed(load(lab, source))
    assert volumes(lab) == []
    server.flowing.set()
    assert load(lab, source, Path="/again").status is CacheStatus.AVAILABLE


@pytest.mark.parametrize("server", ["127.0.0.1", "no..host"])
def test_a_nas_that_is_not_there(lab: Lab, server: str) -> None:
    source = {"Type": "NAS", "Options": {"server": server, "path": "/share"}}
    assert f"the NAS server {server} does not answer at port 2049" in failed(load(lab, source))


@pytest.fixture
def nas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something that listens where a NAS would."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr("eci_emulator.images.loading.NFS_PORT", listener.getsockname()[1])
        yield


def test_a_folder_of_a_nas(lab: Lab, nas: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is mounted read-only by the engine, for as long as it is copied."""
    mounted: dict[str, Json] = {}
    make = lab.engine.ensure_volume

    def ensure(name: str, labels: Json, *, driver_options: Json | None = None) -> None:
        mounted[name] = driver_options or {}
        make(name, labels, driver_options=driver_options)

    monkeypatch.setattr(lab.engine, "ensure_volume", ensure)
    options = {"server": "127.0.0.1", "path": "/share", "vers": "3", "options": "noresvport"}
    cache = load(lab, {"Type": "NAS", "Options": options})
    assert cache.status is CacheStatus.AVAILABLE, cache.events
    asked = mounted[f"{volume_name(cache.id, 1)}-source"]
    assert asked["device"] == ":/share"
    assert {"addr=127.0.0.1", "nfsvers=3", "ro", "soft", "noresvport"} <= set(asked["o"].split(","))
    assert lab.engine.list_volumes(lab.runtime.names.labels()) == [volume_name(cache.id, 1)]


def test_a_full_disk_leaves_nothing_behind(lab: Lab, s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = lab.engine.fill_file

    def full(volume: str, path: str, pieces: Any, mode: int) -> Iterator[int]:
        if path.endswith(".bin"):
            raise DiskFull("no space left on device")
        yield from fill(volume, path, pieces, mode)

    monkeypatch.setattr(lab.engine, "fill_file", full)
    assert "no space left on device" in failed(load(lab, oss(s3)))
    assert volumes(lab) == []
    monkeypatch.undo()
    assert load(lab, oss(s3), Path="/again").status is CacheStatus.AVAILABLE


def test_too_much_data_fail(lab: Lab, s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eci_emulator.images.loading.GIB", 2)
    assert "more than the 20 GiB" in failed(load(lab, oss(s3)))


HUB_LISTINGS = {
    "HuggingFace/Model": (
        "/api/models/org/m/tree/main?recursive=true",
        [{"type": "directory", "path": "d"}, {"type": "file", "path": "d/a b.bin", "size": 3}],
        "/org/m/resolve/main/d/a%20b.bin",
    ),
    "HuggingFace/DataSet": (
        "/api/datasets/org/m/tree/main?recursive=true",
        [{"type": "file", "path": "d/a b.bin", "size": 3}],
        "/datasets/org/m/resolve/main/d/a%20b.bin",
    ),
    "ModelScope/Model": (
        "/api/v1/models/org/m/repo/files?Revision=master&Recursive=true",
        {
            "Data": {
                "Files": [{"Type": "tree", "Path": "d"}, {"Type": "blob", "Path": "d/a b.bin", "Size": 3}]
            }
        },
        "/api/v1/models/org/m/repo?Revision=master&FilePath=d/a%20b.bin",
    ),
}


@pytest.mark.parametrize("repository", HUB_LISTINGS)
def test_a_repository_of_a_hub(make_lab: MakeLab, server: web.Server, repository: str) -> None:
    listing, answer, file = HUB_LISTINGS[repository]
    server.content |= {listing: json.dumps(answer).encode(), file: b"abc"}
    lab = with_host(make_lab({"hubs": {repository.partition("/")[0]: server.url}}))
    options = {"repoSource": repository, "repoId": "org/m", "accessToken": "t"}
    cache = load(lab, {"Type": "URL", "Options": options})
    assert cache.status is CacheStatus.AVAILABLE, cache.events
    assert content(lab, volume_name(cache.id, 1)) == {"d/a b.bin": b"abc"}


def test_a_hub_that_nobody_knows() -> None:
    with pytest.raises(Exception, match="is none of HuggingFace/Model"):
        hub_files(Web(1.0), {"repoSource": "Elsewhere/Model", "repoId": "x"}, {})


def test_a_copy_of_another_cache_and_of_a_snapshot(lab: Lab, server: web.Server) -> None:
    server.content["/f"] = b"data"
    first = load(lab, {"Type": "URL", "Options": {"url": f"{server.url}/f"}})
    snapshot = load(lab, {"Type": "SNAPSHOT", "Options": {"snapshotId": first.snapshot_id}}, Path="/snap")
    lab.call("CopyDataCache", DataCacheId=first.id, DestinationRegionId="cn-beijing")
    for _ in range(10):
        lab.settle()
    copies = lab.store.data_caches.get_many(lab.store.data_caches.all_ids())
    assert {cache.region for cache in copies} == {"cn-hangzhou", "cn-beijing"}
    for cache in copies:
        assert content(lab, volume_name(cache.id, 1)) == {"f": b"data"}
    assert server.asked == ["/f"], "it was read once"
    assert snapshot.status is CacheStatus.AVAILABLE


def test_a_snapshot_of_nothing(lab: Lab) -> None:
    source = {"Type": "SNAPSHOT", "Options": {"snapshotId": "s-none"}}
    assert "no data cache with the snapshot s-none" in failed(load(lab, source))


def test_another_source_is_loaded_beside_the_old_one(lab: Lab, server: web.Server) -> None:
    server.content |= {"/old": b"old", "/new": b"new"}
    cache = load(lab, {"Type": "URL", "Options": {"url": f"{server.url}/old"}})
    group_id = lab.create(reader(), **mounted())
    lab.call(
        "UpdateDataCache",
        DataCacheId=cache.id,
        DataSource={"Type": "URL", "Options": {"url": f"{server.url}/new"}},
    )
    for _ in range(10):
        lab.settle()
    assert record(lab, cache.id).status is CacheStatus.AVAILABLE
    assert volumes(lab) == [volume_name(cache.id, 1), volume_name(cache.id, 2)]
    assert content(lab, volume_name(cache.id, 2)) == {"new": b"new"}
    lab.delete(group_id, Force=True)
    lab.runtime.data.clear(cache.id, but=2)
    assert volumes(lab) == [volume_name(cache.id, 2)]


# --- mounted --------------------------------------------------------------------------------------


def mounted(path: str = PATH, bucket: str = "default") -> Json:
    volume = {"Name": "model", "Type": "HostPathVolume", "HostPathVolume": {"Path": path}}
    return {"DataCacheBucket": bucket, "Volume": [volume]}


def reader(name: str = "app") -> Json:
    return container(name, VolumeMount=[{"Name": "model", "MountPath": "/model"}])


def mounts(lab: Lab, group_id: str) -> list[tuple[str, str, bool]]:
    config = lab.engine._loaded(f"{group_id}-app-0").config
    return [(m.volume, m.sub_path, m.read_only) for m in config.mounts if m.target == "/model"]


@pytest.fixture
def cache(lab: Lab, server: web.Server) -> DataCache:
    server.content["/f"] = b"data"
    return load(lab, {"Type": "URL", "Options": {"url": f"{server.url}/f"}})


def test_groups_share_it_read_only(lab: Lab, cache: DataCache) -> None:
    groups = [lab.create(reader(), ContainerGroupName=name, **mounted()) for name in ("a", "b")]
    for group_id in groups:
        assert lab.status(group_id) == "Running"
        assert mounts(lab, group_id) == [(volume_name(cache.id, 1), "", True)]
    assert record(lab, cache.id).last_matched_time == lab.now


def test_a_folder_of_it_is_mounted(lab: Lab, cache: DataCache) -> None:
    group_id = lab.create(reader(), **mounted(f"{PATH}/deep/er"))
    assert mounts(lab, group_id) == [(volume_name(cache.id, 1), "deep/er", True)]


@pytest.mark.parametrize(
    ("path", "bucket"), [("/models", "default"), ("/models/llama2", "default"), (PATH, "b")]
)
def test_what_is_not_there_is_waited_for(lab: Lab, cache: DataCache, path: str, bucket: str) -> None:
    group_id = lab.create(reader(), **mounted(path, bucket))
    assert lab.status(group_id) == "Pending"
    assert "there is no data cache at" in lab.told(group_id, "FailedMount")[0]
    create(lab, {"Type": "SNAPSHOT", "Options": {"snapshotId": cache.snapshot_id}}, Path=path, Bucket=bucket)
    for _ in range(10):
        lab.settle()
    lab.advance(20)
    assert lab.status(group_id) == "Running"


def test_deleted_while_in_use_it_stays_until_the_last_group_is_gone(lab: Lab, cache: DataCache) -> None:
    groups = [lab.create(reader(), ContainerGroupName=name, **mounted()) for name in ("a", "b")]
    lab.call("DeleteDataCache", DataCacheId=cache.id)
    lab.settle()
    assert lab.store.data_caches.all_ids() == []
    assert volumes(lab) == [volume_name(cache.id, 1)]
    lab.restart(groups[0])
    lab.advance(40)
    assert lab.status(groups[0]) == "Running", "it keeps what it has"
    late = lab.create(reader(), ContainerGroupName="late", **mounted())
    assert lab.status(late) == "Pending"
    for group_id in (*groups, late):
        lab.delete(group_id, Force=True)
    lab.runtime.data.clear_strays(set())
    assert volumes(lab) == []


def test_it_is_paid_for_like_an_image_cache(lab: Lab, cache: DataCache) -> None:
    lab.advance(100)
    lab.call("DeleteDataCache", DataCacheId=cache.id)
    assert bill_of(lab, cache.id) == [(0, 0, 2.0, 20, 0), (0, 100, 0.0, 0, 20)]


def test_what_a_killed_load_has_left_is_cleared_away(lab: Lab) -> None:
    left = volume_labels("lab", "edc-gone", ROLE_SOURCE)
    lab.engine.ensure_volume("edc-gone-1-source", left)
    lab.engine.ensure_volume("edc-gone-1", volume_labels("lab", "edc-gone"))
    config = ContainerConfig(
        name="edc-gone-1-copier",
        image=lab.runtime.base_image,
        labels={LABEL_INSTANCE: "lab", LABEL_ROLE: ROLE_COPIER},
    )
    lab.engine.create(config)
    storage = lab.runtime.housekeeping().tidy(0.0)
    assert lab.engine.list_volumes({LABEL_INSTANCE: "lab"}) == []
    assert lab.engine.list_containers({LABEL_INSTANCE: "lab"}) == []
    assert (storage.data_caches, storage.volumes) == (0, 0)


def test_the_disk_is_counted(lab: Lab, cache: DataCache) -> None:
    lab.create(reader(), **mounted())
    create_image_cache(lab, "registry.example/held:1", "registry.example/also:1")
    found = lab.runtime.housekeeping().tidy(0.0)
    assert (found.data_caches, found.data_bytes) == (1, 4)
    assert found.volumes == 1
    assert (found.images, found.images_held, found.image_caches) == (3, 2, 1)
    assert found.image_bytes > found.held_bytes > 0
    Storages(lab.store.redis).put("a", found)
    Storages(lab.store.redis).put("b", found)
    assert Storages(lab.store.redis).total().data_bytes == 8
