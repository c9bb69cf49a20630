"""Real containers of real images out of real registries, and processes that die in the middle of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import docker
import pytest
import yaml
from moto.server import ThreadedMotoServer

from eci_emulator.engine.docker import DockerEngine
from eci_emulator.images.fetches import Fetches
from eci_emulator.images.registries import Registries, Rules
from eci_emulator.images.stock import Brought, Collector, Stock
from eci_emulator.images.users import Users
from eci_emulator.store import keys
from eci_emulator.store.database import Store, connect
from eci_emulator.supervisor import sockets
from tests.e2e.running import Running, wait_for
from tests.engine import registry as small_registry

from . import real_registry
from .real_registry import PASSWORD, USER, RealRegistry

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not real_registry.PROGRAM, reason="needs the program docker-registry"),
]

HOST = "local"  # the one that an emulator has unless it is told of others
EXAMPLES = "registry-vpc.cn-beijing.aliyuncs.com/eci_open/"
SILENCE = "4"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with real_registry.serving(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with real_registry.serving(tmp_path_factory.mktemp("private"), private=True) as registry:
        yield registry


@pytest.fixture(scope="module")
def emulator(registry: RealRegistry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    rules = {"mirrors": [{"prefix": EXAMPLES, "use": f"{registry.address}/"}]}
    path = tmp_path_factory.mktemp("rules") / "registries.yaml"
    path.write_text(yaml.safe_dump(rules))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECI_EMULATOR_REGISTRIES_FILE", str(path))
        patch.setenv("ECI_EMULATOR_PULL_SILENCE_SECONDS", SILENCE)
        running = Running(tmp_path_factory.mktemp("eci"), "--engine", "docker")
        try:
            yield running
        finally:
            running.down()
            assert running.leftovers() == []


@pytest.fixture(autouse=True)
def forget_images(emulator: Running) -> Iterator[None]:
    """What a test had pulled is gone after it, once its containers are."""
    before = _local_tags()
    yield
    groups = emulator.call("DescribeContainerGroups")["ContainerGroups"]
    emulator.delete(*(group["ContainerGroupId"] for group in groups))
    for known in emulator.call("DescribeImageCaches")["ImageCaches"]:
        emulator.call("DeleteImageCache", ImageCacheId=known["ImageCacheId"])
    with docker.APIClient() as api:
        for tag in _local_tags() - before:
            wait_for(partial(_removed, api, tag), f"{tag} removed")


def _local_tags() -> set[str]:
    with docker.APIClient() as api:
        tags = {tag for image in api.images() for tag in image["RepoTags"] or []}
    return {tag for tag in tags if tag.startswith("127.0.0.1:")}


def _removed(api: docker.APIClient, tag: str) -> bool:
    try:
        api.remove_image(tag)
    except docker.errors.ImageNotFound:
        return True
    except docker.errors.APIError:
        return False
    return True


def create(emulator: Running, image: str, name: str = "app", **parameters: Any) -> str:
    container = {
        "Container.1.Name": "main",
        "Container.1.Image": image,
        "Container.1.Command.1": "sleep",
        "Container.1.Arg.1": "1000",
    }
    answer = emulator.call("CreateContainerGroup", ContainerGroupName=name, **container, **parameters)
    group_id: str = answer["ContainerGroupId"]
    return group_id


def credential(password: str, server: str) -> dict[str, str]:
    prefix = "ImageRegistryCredential.1."
    return {f"{prefix}Server": server, f"{prefix}UserName": USER, f"{prefix}Password": password}


def texts(group: dict[str, Any]) -> dict[str, str]:
    return {event["Reason"]: event["Message"] for event in group["Events"]}


def cache(emulator: Running, cache_id: str) -> dict[str, Any]:
    (found,) = emulator.call("DescribeImageCaches", ImageCacheId=cache_id)["ImageCaches"]
    return dict(found)


def until_cache(emulator: Running, cache_id: str, *statuses: str, seconds: float = 30) -> dict[str, Any]:
    def reached() -> dict[str, Any] | None:
        found = cache(emulator, cache_id)
        return found if found["Status"] in statuses else None

    found: dict[str, Any] = wait_for(reached, f"{cache_id} in {statuses}", seconds)
    return found


def make_cache(emulator: Running, *images: str, **parameters: Any) -> str:
    named = {f"Image.{number}": image for number, image in enumerate(images, 1)}
    answer = emulator.call("CreateImageCache", ImageCacheName="cache", **named, **parameters)
    cache_id: str = answer["ImageCacheId"]
    return cache_id


def test_twenty_groups_that_miss_an_image_make_one_pull(emulator: Running, registry: RealRegistry) -> None:
    image = registry.push("twenty:1", emulator.base_image, 12, layers=3)
    pushed = len(registry.asked("^twenty/"))
    groups = [create(emulator, image, f"g{number}") for number in range(20)]
    group, *_ = [emulator.until(group_id, "Running", seconds=60) for group_id in groups]
    assert "Successfully pulled image" in texts(group)["Pulled"]
    asked = registry.asked("^twenty/")[pushed:]
    blobs = [path for path in asked if "/blobs/" in path]
    assert len(blobs) == len(set(blobs)) >= 4, "each layer was fetched once"
    assert len([path for path in asked if path == "twenty/manifests/1"]) == 1


def test_the_right_password_makes_the_difference(emulator: Running, private: RealRegistry) -> None:
    image = private.push("secret:1", emulator.base_image, 1)
    refused = create(emulator, image, **credential("wr0ng-pass", private.address))
    group = wait_for(lambda: _failed_to_pull(emulator, refused), "the refusal")
    assert group["Containers"][0]["CurrentState"]["Reason"] in ("ErrImagePull", "ImagePullBackOff")
    assert group["Status"] == "Pending"
    failed = make_cache(emulator, image, **credential("wr0ng-pass", private.address))
    assert image in until_cache(emulator, failed, "Failed")["Events"][0]["Message"]
    allowed = create(emulator, image, "allowed", **credential(PASSWORD, private.address))
    emulator.until(allowed, "Running")
    made = make_cache(emulator, image, **credential(PASSWORD, private.address))
    until_cache(emulator, made, "Ready")
    known = "".join(path.read_text(errors="replace") for path in emulator.state_dir.rglob("*.log"))
    shown = json.dumps(
        [
            emulator.describe(refused),
            cache(emulator, failed),
            emulator.session.get(f"{emulator.url}/_eci/snapshot").json(),
        ]
    )
    assert known
    assert "wr0ng-pass" not in known + shown


def _failed_to_pull(emulator: Running, group_id: str) -> dict[str, Any] | None:
    group = emulator.describe(group_id)
    return group if group and "Failed to pull image" in json.dumps(group["Events"]) else None


@pytest.mark.parametrize("missing", ["nothing:1", "unreachable"])
def test_what_cannot_be_had_fails_and_the_next_attempt_works(
    emulator: Running, registry: RealRegistry, missing: str
) -> None:
    image = f"{registry.address}/{missing}" if missing != "unreachable" else "127.0.0.1:9/app:1"
    group_id = create(emulator, image)
    cache_id = make_cache(emulator, image)
    wait_for(lambda: _failed_to_pull(emulator, group_id), "the failure")
    assert until_cache(emulator, cache_id, "Failed")["Events"][0]["Type"] == "Warning"
    good = registry.push("good:1", emulator.base_image, 1)
    until_cache(emulator, make_cache(emulator, good), "Ready")
    emulator.until(create(emulator, good, "good"), "Running")


def test_a_registry_that_stalls_is_given_up(emulator: Running) -> None:
    with small_registry.serving(2_000_000) as slow:
        slow.flowing.clear()
        image = f"{slow.address}/image:1"
        group_id = create(emulator, image)
        group = wait_for(lambda: _failed_to_pull(emulator, group_id), "the end of patience", 20)
        assert f"nothing came from the registry for {SILENCE} s" in json.dumps(group["Events"])
        slow.flowing.set()
        until_cache(emulator, make_cache(emulator, image), "Ready")
        emulator.delete(group_id)


def test_killed_in_the_middle_of_pull_and_cache(emulator: Running) -> None:
    """Worker and node agent die while a registry keeps a layer back: both are finished afterwards, once."""
    with small_registry.serving(2_000_000) as slow:
        slow.flowing.clear()
        image = f"{slow.address}/image:1"
        groups = [create(emulator, image, f"g{number}") for number in range(3)]
        cache_id = make_cache(emulator, image)
        until_cache(emulator, cache_id, "Creating")
        wait_for(partial(_tells, emulator, groups[0], "Pulling"), "the pull")
        for victim in ("worker", "node"):
            emulator.kill(victim)
        wait_for(lambda: len(emulator.processes()) >= 3, "the restart")
        slow.flowing.set()
        until_cache(emulator, cache_id, "Ready", seconds=40)
        with docker.APIClient() as api:
            assert api.images(image)
        for group_id in groups:  # the image holds no program: it is there, and cannot be run
            wait_for(partial(_tells, emulator, group_id, "Pulled"), "the image")
        with _store(emulator) as store:
            users = Users(store, HOST, Registries(Rules(), ""))
            assert (users.images_of_groups(), users.images_of_caches()) == ({image: 3}, {image: 1})
            assert [brought.reference for brought in Stock(store.redis, HOST).all()].count(image) == 1
            assert Fetches(store.redis, HOST).open() == {}
            assert not list(store.redis.scan_iter(keys.fetch_waiters(HOST, "*")))
            emulator.call("DeleteImageCache", ImageCacheId=cache_id)
            emulator.delete(*groups)
            wait_for(lambda: users.images_of_groups() == users.images_of_caches() == {}, "nobody needs it")


@contextmanager
def _store(emulator: Running) -> Iterator[Store]:
    """What the emulator has in its Redis."""
    redis = connect(f"unix://{sockets.folder(emulator.state_dir)}/redis.sock")
    yield Store(redis)
    redis.close()


def _tells(emulator: Running, group_id: str, reason: str) -> bool:
    group = emulator.describe(group_id)
    return group is not None and reason in texts(group)


def test_the_images_of_examples_come_from_a_mirror(emulator: Running, registry: RealRegistry) -> None:
    registry.push("busybox:1.30", emulator.base_image, 1)
    cache_id = make_cache(emulator, f"{EXAMPLES}busybox:1.30")
    until_cache(emulator, cache_id, "Ready")
    group_id = create(emulator, f"{EXAMPLES}busybox:1.30", ImageSnapshotId=cache_id)
    group = emulator.until(group_id, "Running")
    assert group["Containers"][0]["Image"] == f"{EXAMPLES}busybox:1.30"
    assert texts(group)["Pulled"].endswith("already present on machine")


# --- data ---------------------------------------------------------------------------------------------


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    client.create_bucket(Bucket="models")
    client.put_object(Bucket="models", Key="llama/weights.bin", Body=os.urandom(3_000_000))
    yield f"http://{host}:{port}"
    server.stop()


def test_two_groups_see_the_same_data(emulator: Running, bucket: str) -> None:
    options = {"bucket": "models", "url": bucket, "path": "/llama", "akId": "a", "akSecret": "b"}
    given = {f"DataSource.Options.{name}": value for name, value in options.items()}
    answer = emulator.call("CreateDataCache", Path="/llama", **{"DataSource.Type": "OSS"}, **given)
    cache_id = answer["DataCacheId"]

    def status() -> str:
        found = emulator.call("DescribeDataCaches", **{"DataCacheId.1": cache_id})["DataCaches"]
        return str(found[0]["Status"]) if found else ""

    wait_for(lambda: status() == "Available", "the data")
    volume = {
        "DataCacheBucket": "default",
        "Volume.1.Name": "model",
        "Volume.1.Type": "HostPathVolume",
        "Volume.1.HostPathVolume.Path": "/llama",
        "Container.1.VolumeMount.1.Name": "model",
        "Container.1.VolumeMount.1.MountPath": "/model",
    }
    groups = [create(emulator, emulator.base_image, name, **volume) for name in ("one", "two")]
    for group_id in groups:
        emulator.until(group_id, "Running")
    emulator.call("DeleteDataCache", DataCacheId=cache_id)
    sums = {run(emulator, group_id, "md5sum /model/weights.bin") for group_id in groups}
    assert len(sums) == 1
    assert "weights.bin" in sums.pop()
    assert "Read-only" in run(emulator, groups[0], "touch /model/new")


def run(emulator: Running, group_id: str, script: str) -> str:
    command = json.dumps(["sh", "-c", script])
    answer = emulator.call(
        "ExecContainerCommand", ContainerGroupId=group_id, ContainerName="main", Command=command, Sync="true"
    )
    return str(answer["SyncResponse"])


# --- garbage ------------------------------------------------------------------------------------------


def test_what_nobody_needs_is_removed(emulator: Running, registry: RealRegistry, redis_client: Any) -> None:
    needed, unneeded, running = (
        registry.push(f"{name}:1", emulator.base_image, 1) for name in ("needed", "unneeded", "running")
    )
    engine, stock = DockerEngine(), Stock(redis_client, HOST)
    for image in (needed, unneeded, running):
        list(engine.pull(image))
        stock.add(Brought(image, 0.0, 1_000_000))
    group_id = create(emulator, running)
    emulator.until(group_id, "Running")
    Collector(engine, stock, hours=1, gib=0).collect({needed}, 7200.0)
    assert [engine.image(image) is not None for image in (needed, unneeded, running)] == [True, False, True]
    assert sorted(image.reference for image in stock.all()) == sorted([needed, running])
    engine.close()


def test_the_disk_is_accounted_for(emulator: Running, registry: RealRegistry) -> None:
    health = emulator.session.get(f"{emulator.url}/_eci/health").json()
    assert set(health["storage"]) >= {"images", "image_bytes", "data_caches", "volumes"}


def test_the_state_folder_is_private(emulator: Running) -> None:
    assert Path(emulator.state_dir).stat().st_mode & 0o077 == 0
