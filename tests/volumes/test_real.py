"""Volumes on the real engine: sizes that hold, modes, what containers share, what cannot be mounted."""

from __future__ import annotations

import base64
import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eci_emulator.engine.docker.folder import Folder
from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE
from tests.controller.docker_lab import DockerLab

pytestmark = pytest.mark.docker

Json = dict[str, Any]


def mount(name: str, path: str, **options: Any) -> Json:
    return {"Name": name, "MountPath": path, **options}


def empty_dir(name: str, **options: str) -> Json:
    return {"Name": name, "Type": "EmptyDirVolume", "EmptyDirVolume": options}


def config_files(name: str, **files: tuple[str, int]) -> Json:
    listed = [
        {"Path": path, "Content": base64.b64encode(text.encode()).decode(), "Mode": mode}
        for path, (text, mode) in files.items()
    ]
    return {
        "Name": name,
        "Type": "ConfigFileVolume",
        "ConfigFileVolume": {"ConfigFileToPath": listed, "DefaultMode": 444},
    }


def test_volumes_of_a_group(docker_lab: DockerLab) -> None:
    """Two containers, one not of root, on everything that needs nothing outside."""
    lab = docker_lab
    mounts = [
        mount("disk", "/disk"),
        mount("disk", "/part", SubPath="a/b"),
        mount("memory", "/memory"),
        mount("shm", "/dev/shm"),
        mount("config", "/etc/app"),
        mount("config", "/etc/one", SubPath="one"),
    ]
    group = lab.create(
        lab.member("root", VolumeMount=mounts),
        lab.member(
            "user",
            VolumeMount=[
                *mounts[2:5],
                mount("disk", "/disk", ReadOnly=True),
                mount("disk", "/own", SubPath="own"),
            ],
            SecurityContext={"RunAsUser": 1000},
        ),
        Memory=2,
        TerminationGracePeriodSeconds=1,
        Volume=[
            empty_dir("disk"),
            empty_dir("memory", Medium="Memory", SizeLimit="16Mi"),
            empty_dir("shm", Medium="Memory", SizeLimit="32Mi"),
            config_files("config", one=("1", 0o600), script=("#!/bin/sh\necho ran", 755), other=("2", 0)),
        ],
    )
    lab.until_status(group, "Running")

    # Shared, and open to who is not root.
    assert lab.run(group, "user", "echo mine > /memory/f && cat /memory/f") == "mine\n"
    assert lab.run(group, "root", "cat /memory/f; echo ours > /disk/f; echo below > /part/g") == "mine\n"
    assert (
        lab.run(group, "user", "cat /disk/f /disk/a/b/g; echo x > /own/h && cat /disk/own/h")
        == "ours\nbelow\nx\n"
    )
    assert "Read-only file system" in lab.run(group, "user", "echo x > /disk/f")
    # Full is full.
    assert "No space left on device" in lab.run(
        group, "root", "dd if=/dev/zero of=/memory/full bs=1M count=20"
    )
    assert lab.run(group, "root", "wc -c < /memory/full").strip() < str(16 << 20)
    assert lab.run(group, "root", "df -k /dev/shm | awk 'NR==2 {print $2}'") == "32768\n"
    # Modes, and nobody writes there.
    assert (
        lab.run(group, "root", "stat -c %a /etc/app/one /etc/app/script /etc/app/other") == "600\n755\n444\n"
    )
    assert lab.run(group, "root", "/etc/app/script; cat /etc/one") == "ran\n1"
    assert "Read-only file system" in lab.run(group, "root", "echo x > /etc/app/one")

    lab.restart(group)
    lab.until_status(group, "Running")

    assert lab.run(group, "root", "cat /disk/f /memory/f 2>&1 | grep -c 'No such file'", attempt=1) == "2\n"
    assert lab.run(group, "root", "ls /etc/app", attempt=1) == "one\nother\nscript\n"


def test_a_disk_outlives_its_group(docker_lab: DockerLab) -> None:
    lab = docker_lab

    def with_disk(script: str, **options: Any) -> str:
        flex = {"Driver": "alicloud/disk", "Options": json.dumps(options)}
        group = lab.create(
            lab.member("app", script, VolumeMount=[mount("data", "/data")]),
            RestartPolicy="Never",
            Volume=[{"Name": "data", "Type": "FlexVolume", "FlexVolume": flex}],
        )
        lab.until_status(group, "Succeeded")
        return group

    first = with_disk("echo kept > /data/f", volumeSize=20)
    disk = lab.told(first, "SuccessfulAttachVolume")[0].rsplit(" ", 1)[-1]
    lab.delete(first)
    lab.until_gone(first)

    second = with_disk("cat /data/f", volumeId=disk, deleteWithInstance="true")

    assert lab.log(second, "app") == "kept\n"
    lab.delete(second)
    lab.until_gone(second)
    labels = {LABEL_INSTANCE: lab.runtime.settings.instance, LABEL_ROLE: "disk"}
    assert lab.engine.list_volumes(labels) == []


def nfs(lab: DockerLab, server: str) -> str:
    volume = {"Name": "share", "Type": "NFSVolume", "NFSVolume": {"Server": server, "Path": "/"}}
    return lab.create(lab.member("app", VolumeMount=[mount("share", "/share")]), Volume=[volume])


def test_an_nfs_server_that_does_not_answer(docker_lab: DockerLab) -> None:
    group = nfs(docker_lab, "127.0.0.2")

    assert docker_lab.status(group) == "Pending"
    (message,) = docker_lab.told(group, "FailedMount")
    assert message == (
        'MountVolume.SetUp failed for volume "share" : the NFS server 127.0.0.2 does not answer '
        "at port 2049: [Errno 111] Connection refused"
    )


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of something that takes connections at the port of NFS, and knows nothing of it."""
    address = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.1"  # others run tests here, too
    with socket.create_server((address, 2049)):
        yield address


def test_a_mount_that_the_kernel_refuses(docker_lab: DockerLab, listener: str) -> None:
    if "nfs" in Path("/proc/filesystems").read_text():
        pytest.skip("this kernel would really try")
    group = nfs(docker_lab, listener)

    docker_lab.until(lambda: docker_lab.told(group, "FailedMount"))
    assert "no such device" in docker_lab.told(group, "FailedMount")[0]
    assert docker_lab.status(group) == "Pending"


def test_files_of_a_volume_are_read_where_the_engine_is_elsewhere(
    docker_lab: DockerLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, labels = docker_lab.engine, {LABEL_INSTANCE: docker_lab.runtime.settings.instance}
    engine.ensure_volume("eci-test-elsewhere", labels)
    monkeypatch.setattr(Folder, "is_here", lambda _: False)
    engine.put_files("eci-test-elsewhere", {"a": (b"1", 0o644), "b/": (b"", 0o755), "b/c": (b"22", 0o600)})

    found = {path: content.read() for path, content in engine.read_files("eci-test-elsewhere")}

    assert found == {"a": b"1", "b/c": b"22"}
    engine.remove_volume("eci-test-elsewhere")


def test_an_empty_dir_on_disk_has_its_limit(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group = lab.create(
        lab.member(
            "app",
            "dd if=/dev/zero of=/data/f bs=1M count=3; exec sleep 1000",
            VolumeMount=[mount("data", "/data")],
        ),
        TerminationGracePeriodSeconds=1,
        Volume=[empty_dir("data", SizeLimit="2Mi")],
    )
    lab.until_status(group, "Running", "Failed")
    lab.advance(10)
    lab.until_status(group, "Failed")
    assert lab.told(group, "Evicted") == ['Usage of EmptyDir volume "data" exceeds the limit "2Mi".']
