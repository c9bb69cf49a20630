"""What volumes ask for, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from eci_emulator.model import errors
from eci_emulator.model.disks import disk_id, goes_with_group
from eci_emulator.model.group import (
    ConfigFile,
    ContainerGroup,
    ContainerSpec,
    GroupSpec,
    Volume,
    VolumeMount,
)
from eci_emulator.model.validate import validate
from eci_emulator.model.volumes import BucketFolder, NfsFolder, bucket_folder, nfs_folder


def flex(driver: str, options: Any, **fields: Any) -> Volume:
    text = options if isinstance(options, str) else json.dumps(options)
    return Volume(name="v", type="FlexVolume", flex_driver=f"alicloud/{driver}", flex_options=text, **fields)


def spec(*volumes: Volume, mount: VolumeMount | None = None, **fields: Any) -> GroupSpec:
    container = ContainerSpec(name="c", image="busybox", volume_mounts=[mount] if mount else [])
    return GroupSpec(name="g", containers=[container], volumes=list(volumes), **fields)


# --- NFS ----------------------------------------------------------------------------------------


def test_an_nfs_volume() -> None:
    volume = Volume(
        name="v", type="NFSVolume", nfs_server="nas.example", nfs_path="/share", nfs_read_only=True
    )

    folder = nfs_folder(volume)

    assert folder == NfsFolder("nas.example", "/share", read_only=True)
    assert folder.driver_options() == {
        "type": "nfs",
        "device": ":/share",
        "o": "addr=nas.example,nfsvers=4,soft,timeo=100,retrans=2,ro",
    }


def test_a_nas_volume_has_options_of_its_own() -> None:
    folder = nfs_folder(flex("nas", {"server": "nas.example", "vers": "3", "options": "nordirplus"}))

    assert folder
    assert folder.driver_options() == {
        "type": "nfs",
        "device": ":/",
        "o": "addr=nas.example,nfsvers=3,soft,timeo=100,retrans=2,nolock,nordirplus",
    }


# --- OSS ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "prefix"), [("", ""), ("/", ""), ("data", "data/"), ("/a/b/", "a/b/")])
def test_a_folder_of_a_bucket(path: str, prefix: str) -> None:
    volume = flex("oss", {"bucket": "b", "path": path, "akId": "id", "akSecret": "secret", "url": "oss"})

    assert bucket_folder(volume) == BucketFolder("b", prefix, "id", "secret")
    assert bucket_folder(flex("nas", {"server": "s"})) is None
    assert nfs_folder(volume) is None


# --- disks --------------------------------------------------------------------------------------


def test_the_disk_of_a_volume() -> None:
    group = ContainerGroup(id="eci-bp1abc", account="1", region="cn-hangzhou", spec=spec())
    named, new = flex("disk", {"volumeId": "d-1"}), flex("disk", {"volumeSize": "40"})

    assert (
        disk_id(group, named) == disk_id(group, Volume(name="v", type="DiskVolume", disk_id="d-1")) == "d-1"
    )
    assert disk_id(group, new).startswith("d-bp1")
    assert disk_id(group, new) == disk_id(group, new)


@pytest.mark.parametrize(
    ("said", "goes"), [(None, False), (False, False), ("false", False), (True, True), ("true", True)]
)
def test_whether_a_disk_goes_with_its_group(said: object, goes: bool) -> None:
    assert goes_with_group(flex("disk", {} if said is None else {"deleteWithInstance": said})) is goes


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("volume", "code"),
    [
        (Volume(name="v", type="HostPathVolume", host_path="/etc"), "Type"),
        (Volume(name="v", type="NFSVolume"), "NFSVolume"),
        (Volume(name="v", type="NFSVolume", nfs_server="s", nfs_path="share"), "NFSVolume"),
        (flex("cpfs", {}), "Driver"),
        (flex("disk", "volumeSize=20"), "Options"),
        (flex("disk", "[]"), "Options"),
        (flex("disk", {"volumeSize": 19}), "Options"),
        (flex("disk", {"volumeSize": "32769"}), "Options"),
        (flex("disk", {"volumeSize": "much"}), "Options"),
        (flex("disk", {}, flex_fs_type="ntfs"), "FsType"),
        (flex("oss", {"path": "/"}), "Options"),
        (flex("nas", {"path": "/"}), "Options"),
        (Volume(name="v", type="EmptyDirVolume", empty_dir_size_limit="much"), "SizeLimit"),
        (Volume(name="v", type="EmptyDirVolume", empty_dir_medium="Tape"), "Medium"),
    ],
)
def test_what_could_never_be_mounted_is_refused(volume: Volume, code: str) -> None:
    with pytest.raises(errors.InvalidValue) as refusal:
        validate(spec(volume))

    assert refusal.value.code == f"InvalidParameter.{code}"


@pytest.mark.parametrize(
    "volume",
    [
        flex("disk", {"volumeSize": 20, "deleteWithInstance": True}),
        flex("disk", ""),
        flex("nas", {"server": "s"}),
        Volume(name="v", type="DiskVolume", disk_id="d-1"),
        Volume(name="v", type="EmptyDirVolume", empty_dir_medium="Memory", empty_dir_size_limit="1Gi"),
    ],
)
def test_what_can_be_mounted_is_not(volume: Volume) -> None:
    validate(spec(volume))


def test_a_path_of_the_host_may_show_a_data_cache() -> None:
    validate(spec(Volume(name="v", type="HostPathVolume", host_path="/models"), data_cache_bucket="default"))
    for path in ("", "models", "/models/../../etc"):
        with pytest.raises(errors.InvalidValue, match="absolute path"):
            validate(
                spec(Volume(name="v", type="HostPathVolume", host_path=path), data_cache_bucket="default")
            )


@pytest.mark.parametrize(
    ("mount", "code"),
    [
        (VolumeMount(name="other", mount_path="/v"), "Name"),
        (VolumeMount(name="v", mount_path="v"), "MountPath"),
        (VolumeMount(name="v", mount_path="/v", sub_path="a/../.."), "SubPath"),
        (VolumeMount(name="v", mount_path="/v", sub_path="/a"), "SubPath"),
        (VolumeMount(name="v", mount_path="/v", mount_propagation="Bidirectional"), "MountPropagation"),
    ],
)
def test_mounts_that_are_refused(mount: VolumeMount, code: str) -> None:
    with pytest.raises(errors.InvalidValue) as refusal:
        validate(spec(Volume(name="v", type="EmptyDirVolume"), mount=mount))

    assert refusal.value.code == f"InvalidParameter.{code}"


@pytest.mark.parametrize("sizes", [[32 * 1024 + 1], [30 * 1024, 30 * 1024 + 1]])
def test_config_files_may_not_be_large(sizes: list[int]) -> None:
    files = [
        ConfigFile(path=str(number), content=base64.b64encode(bytes(size)).decode())
        for number, size in enumerate(sizes)
    ]

    with pytest.raises(errors.ValueExceeded):
        validate(spec(Volume(name="v", type="ConfigFileVolume", config_files=files)))
