"""Volumes on OSS, with a server that speaks S3 in its place."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import redis
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from msgspec import structs
from structlog.testing import capture_logs
from werkzeug.serving import make_server

from eci_emulator import buckets
from tests.controller.harness import Lab, container, simulated_lab

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    http = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class Bucket:
    def __init__(self, client: S3Client) -> None:
        self.client = client
        client.create_bucket(Bucket="bucket")

    def put(self, **objects: bytes) -> None:
        for key, content in objects.items():
            self.client.put_object(Bucket="bucket", Key=key.replace("__", "/"), Body=content)

    def contents(self) -> dict[str, bytes]:
        listed = self.client.list_objects_v2(Bucket="bucket").get("Contents", [])
        return {
            entry["Key"]: self.client.get_object(Bucket="bucket", Key=entry["Key"])["Body"].read()
            for entry in listed
        }


@pytest.fixture
def bucket(server: str) -> Iterator[Bucket]:
    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )
    bucket = Bucket(client)
    yield bucket
    for key in bucket.contents():
        client.delete_object(Bucket="bucket", Key=key)
    client.delete_bucket(Bucket="bucket")
    client.close()


@pytest.fixture
def oss_lab(redis_client: redis.Redis, redis_server: str, tmp_path: Path, server: str) -> Iterator[Lab]:
    keys = {"s3_access_key_id": "id", "s3_access_key_secret": "secret"}
    with closing(simulated_lab(redis_server, tmp_path, s3_endpoint_url=server, **keys)) as lab:
        yield lab


def flex_volume(name: str, path: str) -> dict[str, Any]:
    options = json.dumps({"bucket": "bucket", "path": path, "url": "oss-cn-hangzhou.aliyuncs.com"})
    return {"Name": name, "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/oss", "Options": options}}


def with_bucket(lab: Lab, script: str, path: str = "", **parameters: Any) -> str:
    parameters.setdefault("RestartPolicy", "Never")
    mount = {"Name": "v", "MountPath": "/oss"}
    volumes = [flex_volume("v", path), *parameters.pop("Volume", [])]
    return lab.create(container(script=script, VolumeMount=[mount]), Volume=volumes, **parameters)


def said(lab: Lab, group: str, attempt: int = 0) -> bytes:
    log: bytes = lab.engine.logs(lab.runtime.names.attempt(group, "container", "app", attempt))
    return log


def test_a_container_finds_what_is_in_the_bucket(oss_lab: Lab, bucket: Bucket) -> None:
    bucket.put(in__a=b"one", in__deep__b=b"two", out=b"not this", in__=b"")

    group = with_bucket(oss_lab, "cat /oss/a /oss/deep/b; exit 0", path="/in")

    assert said(oss_lab, group) == b"onetwo"


def test_what_a_container_changes_is_in_the_bucket_when_its_end_is_seen(oss_lab: Lab, bucket: Bucket) -> None:
    bucket.put(same=b"same", changed=b"old", removed=b"gone")
    before = bucket.client.head_object(Bucket="bucket", Key="same")["LastModified"]

    group = with_bucket(
        oss_lab, "echo new > /oss/changed; echo more > /oss/deep/added; rm /oss/removed; exit 0"
    )

    assert oss_lab.status(group) == "Succeeded"
    assert bucket.contents() == {"same": b"same", "changed": b"new\n", "deep/added": b"more\n"}
    assert bucket.client.head_object(Bucket="bucket", Key="same")["LastModified"] == before


def test_what_others_wrote_meanwhile_is_left_alone(oss_lab: Lab, bucket: Bucket) -> None:
    bucket.put(theirs=b"old", ours=b"old")
    group = with_bucket(oss_lab, "echo new > /oss/ours; sleep inf")
    bucket.put(theirs=b"newer", another=b"new")

    oss_lab.delete(group, Force=True)

    assert bucket.contents() == {"theirs": b"newer", "another": b"new", "ours": b"new\n"}


def test_a_restart_sees_the_bucket_as_it_is_then(oss_lab: Lab, bucket: Bucket) -> None:
    bucket.put(f=b"first")
    group = with_bucket(oss_lab, "cat /oss/f; echo ours > /oss/mine; sleep inf", RestartPolicy="Always")
    bucket.put(f=b"second")

    oss_lab.restart(group)

    attempt = oss_lab.container(group, "app").attempt
    assert said(oss_lab, group, attempt) == b"second"
    assert bucket.contents()["mine"] == b"ours\n"
    oss_lab.delete(group, Force=True)


def test_a_bucket_that_is_not_there(oss_lab: Lab) -> None:
    group = with_bucket(oss_lab, "exit 0")

    assert oss_lab.status(group) == "Pending"
    (message,) = oss_lab.told(group, "FailedMount")
    assert message.startswith('MountVolume.SetUp failed for volume "v" : bucket bucket: ')
    assert "NoSuchBucket" in message
    oss_lab.delete(group, Force=True)


def test_without_a_server_nothing_is_mounted(lab: Lab) -> None:
    group = with_bucket(lab, "exit 0")

    assert lab.told(group, "FailedMount") == [
        'MountVolume.SetUp failed for volume "v" : '
        "no S3-compatible server is set to stand for OSS (s3_endpoint_url)"
    ]


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("https://oss-cn-hangzhou.aliyuncs.com", "https://bucket.oss-cn-hangzhou.aliyuncs.com/key"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/bucket/key"),
    ],
)
def test_where_the_name_of_a_bucket_goes(endpoint: str, url: str) -> None:
    """OSS answers SecondLevelDomainForbidden to who puts it into the path; others know it only there."""
    client = buckets.s3_client(buckets.ObjectServer(endpoint, "key", "secret"), "oss")
    asked = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert asked.partition("?")[0] == url


def test_a_server_that_falls_silent_keeps_no_group_from_ending(
    oss_lab: Lab, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = with_bucket(oss_lab, "echo new > /oss/f; sleep inf", Volume=[flex_volume("w", "")])
    asked, client = [], buckets.s3_client
    with socket.create_server(("127.0.0.1", 0)) as silent, capture_logs() as said:

        def other(server: buckets.ObjectServer, *arguments: Any, **options: Any) -> S3Client:
            asked.append(server)
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            return client(structs.replace(server, endpoint_url=url, silence=0.1), *arguments, **options)

        monkeypatch.setattr(buckets, "s3_client", other)
        oss_lab.delete(group, Force=True)
        with silent.accept()[0] as connection:
            heard = connection.recv(10_000)

    assert oss_lab.store.groups.get(group) is None
    assert heard.startswith(b"PUT /bucket/f ")
    assert b"x-amz-checksum" not in heard, "what OSS refuses"
    lost = [line["volumes"] for line in said if line["event"] == "not written back"]
    assert lost == [["v", "w"]] * len(asked), "who did not answer for one volume is not asked for another"
    assert 1 <= len(lost) <= 2
