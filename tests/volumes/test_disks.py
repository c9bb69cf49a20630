"""Cloud disks: they outlive groups, and belong to one at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eci_emulator.controller.disks import ROLE_DISK
from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE
from eci_emulator.model import errors
from eci_emulator.model.disks import Disk
from tests.controller.harness import ACCOUNT, REGION, Lab, container

HOUR = 3600.0


def with_disk(
    lab: Lab, script: str, *, name: str = "g", policy: str = "Never", zone: str = "", **options: Any
) -> str:
    volume = {
        "Name": "data",
        "Type": "FlexVolume",
        "FlexVolume": {"Driver": "alicloud/disk", "FsType": "ext4", "Options": json.dumps(options)},
    }
    mount = {"Name": "data", "MountPath": "/data"}
    return lab.create(
        container(script=script, VolumeMount=[mount]),
        ContainerGroupName=name,
        RestartPolicy=policy,
        Volume=[volume],
        **({"ZoneId": zone} if zone else {}),
    )


def disks(lab: Lab) -> dict[str, Disk]:
    found = lab.store.disks.get_many(lab.store.disks.all_ids())
    return {disk.public_id: disk for disk in found}


def volumes(lab: Lab) -> list[str]:
    """What the engine has of disks."""
    labels = {LABEL_INSTANCE: lab.runtime.settings.instance, LABEL_ROLE: ROLE_DISK}
    found: list[str] = lab.engine.list_volumes(labels)
    return found


def attached(lab: Lab, group: str) -> str:
    """The disk that a group says it has."""
    (message,) = lab.told(group, "SuccessfulAttachVolume")
    return message.rsplit(" ", 1)[-1]


def test_a_disk_outlives_its_group_and_comes_to_another(lab: Lab) -> None:
    first = with_disk(lab, "echo kept > /data/f; exit 0", volumeSize="40")
    disk = attached(lab, first)
    assert lab.status(first) == "Succeeded"
    lab.delete(first)

    second = with_disk(lab, "cat /data/f; exit 0", volumeId=disk)

    name = lab.runtime.names.attempt(second, "container", "app", 0)
    assert lab.engine.logs(name) == b"kept\n"
    record = disks(lab)[disk]
    assert (record.size, record.fs_type, record.account, record.region) == (40, "ext4", ACCOUNT, REGION)
    assert len(volumes(lab)) == 1
    lab.store.disks.delete(record)
    lab.delete(second)


def test_a_disk_goes_with_its_group_if_that_is_wanted(lab: Lab) -> None:
    group = with_disk(lab, "sleep inf", deleteWithInstance=True)
    assert len(disks(lab)) == len(volumes(lab)) == 1

    lab.delete(group, Force=True)

    assert disks(lab) == {}
    assert volumes(lab) == []


def test_one_group_at_a_time_has_a_disk(lab: Lab) -> None:
    holder = with_disk(lab, "sleep inf", name="holder", volumeId="d-shared")

    other = with_disk(lab, "sleep inf", name="other", volumeId="d-shared", deleteWithInstance=True)

    assert lab.status(other) == "Pending"
    (message,) = lab.told(other, "FailedMount")
    assert message == (
        'MountVolume.SetUp failed for volume "data" : '
        f"Attach disk d-shared failed: it is attached to {holder}"
    )
    lab.delete(holder, Force=True)
    lab.advance(30)
    assert lab.status(other) == "Running"
    assert attached(lab, other) == "d-shared"


def test_who_does_not_have_a_disk_does_not_delete_it(lab: Lab) -> None:
    holder = with_disk(lab, "sleep inf", name="holder", volumeId="d-shared")
    other = with_disk(lab, "sleep inf", name="other", volumeId="d-shared", deleteWithInstance=True)

    lab.delete(other, Force=True)

    assert list(disks(lab)) == ["d-shared"]
    assert lab.status(holder) == "Running"


def test_a_disk_is_free_when_its_group_has_ended(lab: Lab) -> None:
    with_disk(lab, "exit 0", name="first", volumeId="d-shared")

    assert lab.status(with_disk(lab, "sleep inf", name="second", volumeId="d-shared")) == "Running"


def test_a_disk_stays_with_a_group_that_restarts(lab: Lab) -> None:
    group = with_disk(lab, "cat /data/f; echo kept > /data/f; sleep inf", policy="Always")

    lab.restart(group)

    name = lab.runtime.names.attempt(group, "container", "app", lab.container(group, "app").attempt)
    assert lab.engine.logs(name) == b"kept\n"
    assert len(disks(lab)) == 1


def test_a_group_goes_where_its_disk_is(lab: Lab) -> None:
    with_disk(lab, "exit 0", zone="cn-hangzhou-h", volumeId="d-far")

    other = with_disk(lab, "sleep inf", volumeId="d-far")

    assert lab.group(other).state.placement.zone_id == "cn-hangzhou-h"
    assert lab.status(other) == "Running"


def test_a_disk_does_not_come_to_another_zone(lab: Lab) -> None:
    with_disk(lab, "exit 0", zone="cn-hangzhou-h", volumeId="d-far")

    with pytest.raises(errors.EciError) as refusal:
        with_disk(lab, "sleep inf", zone="cn-hangzhou-i", volumeId="d-far")

    assert refusal.value.code == "DiskVolume.NotInSameZone"


def test_a_disk_does_not_come_to_another_host(lab: Lab) -> None:
    with_disk(lab, "exit 0", volumeId="d-far")
    (disk,) = disks(lab).values()
    disk.host = "elsewhere"
    lab.store.disks.save(disk)

    with pytest.raises(errors.NoStock):
        with_disk(lab, "sleep inf", volumeId="d-far")


def test_a_disk_grows(lab: Lab) -> None:
    group = with_disk(lab, "sleep inf", volumeSize=20)

    lab.call("ResizeContainerGroupVolume", ContainerGroupId=group, VolumeName="data", NewSize=60)
    lab.settle()

    assert [disk.size for disk in disks(lab).values()] == [60]
