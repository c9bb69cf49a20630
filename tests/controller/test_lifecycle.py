"""From Scheduling to the end: the statuses of a group, their times, and what is told of them."""

from __future__ import annotations

import pytest

from eci_emulator.engine.driver import DiskFull
from eci_emulator.engine.simulated import ImageScript
from eci_emulator.model.errors import EciError
from eci_emulator.model.statuses import GroupStatus

from .harness import BEGIN, IMAGE, Lab, container

STOP_CHARGE = (
    "[eci.containergroup]The charge of current ECI instance has been stopped, "
    "but the related resources are still being cleaned."
)


def test_a_group_comes_up_and_succeeds(lab: Lab) -> None:
    group_id = lab.create(container(script="echo hi; sleep 90"), RestartPolicy="Never", Cpu=0.25, Memory=0.5)
    state = lab.group(group_id).state
    assert lab.status(group_id) == "Running"
    assert (state.creation_time, state.pending_time, state.running_time) == (BEGIN, BEGIN, BEGIN)
    assert [(e.reason, e.message, e.type) for e in lab.events(group_id)] == [
        (
            "UserInstanceTypeSpec",
            "[eci.containergroup]The user-specified instanceType for current eci instance is 0.25-0.5Gi",
            "Normal",
        ),
        ("Pulling", f'Pulling image "{IMAGE}"', "Normal"),
        ("Pulled", lab.told(group_id, "Pulled")[0], "Normal"),
        ("Created", "Created container: app", "Normal"),
        ("Started", "Started container app", "Normal"),
    ]
    assert lab.told(group_id, "Pulled")[0].startswith(f'Successfully pulled image "{IMAGE}" in 0.')

    lab.advance(89)
    assert lab.status(group_id) == "Running"
    lab.advance(2)
    state = lab.group(group_id).state
    assert (lab.status(group_id), state.succeeded_time, state.failed_time) == ("Succeeded", BEGIN + 90, 0)
    assert state.terminal_since == BEGIN + 90
    assert lab.told(group_id, "StopCharge") == [STOP_CHARGE]
    current = lab.container(group_id, "app").current
    assert (current.state, current.reason, current.exit_code) == ("Terminated", "Completed", 0)
    assert (current.start_time, current.finish_time) == (BEGIN, BEGIN + 90)


def test_an_image_that_is_there_already_is_said_to_be(lab: Lab) -> None:
    lab.create(container())
    group_id = lab.create(container())
    assert lab.told(group_id, "Pulled") == [f'Container image "{IMAGE}" already present on machine']
    assert "Pulling" not in lab.reasons(group_id)


def test_one_failure_fails_the_group_once_all_have_ended(lab: Lab) -> None:
    group_id = lab.create(
        container("good", "sleep 60"), container("bad", "sleep 10; exit 3"), RestartPolicy="Never"
    )
    lab.advance(11)
    assert lab.status(group_id) == "Running"
    bad = lab.container(group_id, "bad").current
    assert (bad.reason, bad.exit_code, bad.signal) == ("Error", 3, 0)
    lab.advance(50)
    assert lab.status(group_id) == "Failed"
    assert lab.group(group_id).state.failed_time == BEGIN + 60


def test_a_size_that_is_not_sold_is_rounded_up_and_said_so(lab: Lab) -> None:
    group_id = lab.create(container(), Cpu=3, Memory=5)
    size = lab.group(group_id).state.placement
    assert lab.told(group_id, "AutoInstanceTypeMatch") == [
        "[eci.containergroup]The most-matched instanceType for current eci instance is "
        f"{size.cpu}-{size.memory}Gi"
    ]


def test_a_container_that_is_not_counted_does_not_make_the_group_bigger(lab: Lab) -> None:
    ignored = container("aside", env={"__ECI_RESOURCE_IGNORE__": "TRUE"}, Cpu=4.0, Memory=8.0)
    group_id = lab.create(container(Cpu=1.0, Memory=2.0), ignored)
    size = lab.group(group_id).state.placement
    assert (size.cpu, size.memory) == (1, 2)


def test_the_address_is_free_again_as_soon_as_the_group_has_ended(lab: Lab) -> None:
    first = lab.create(container(script="exit 0"), RestartPolicy="Never", PrivateIpAddress="")
    ip = lab.group(first).state.placement.ip
    second = lab.create(container(), PrivateIpAddress=ip)
    assert lab.group(second).state.placement.ip == ip
    lab.delete(first)
    with pytest.raises(EciError, match="already in use"):
        lab.create(container(), PrivateIpAddress=ip)


def test_pending_until_every_container_has_started(lab: Lab) -> None:
    lab.engine.script_image("registry.example/gone:1", _failing("ImageNotFound"))
    group_id = lab.create(container("up"), container("stuck", Image="registry.example/gone:1"))
    assert lab.container(group_id, "up").current.state == "Running"
    assert lab.status(group_id) == "Pending"
    lab.engine.script_image("registry.example/gone:1", _failing(""))
    lab.advance(11)
    assert lab.status(group_id) == "Running"


def test_pending_too_long_fails(lab: Lab) -> None:
    lab.engine.script_image(IMAGE, _failing("RegistryUnreachable"))
    default, limited = lab.create(container()), lab.create(container(), MaxPendingMinute=10)
    lab.advance(10 * 60 - 1)
    assert lab.status(limited) == "Pending"
    lab.advance(1)
    assert (lab.status(limited), lab.status(default)) == ("Failed", "Pending")
    assert lab.group(limited).state.failed_time == BEGIN + 600
    assert lab.told(limited, "PendingTimeout") == [
        "[eci.containergroup]The instance has been Pending for more than 10 minutes."
    ]
    lab.advance(4 * 3600)
    assert lab.status(default) == "Failed"
    assert lab.group(default).state.failed_time == BEGIN + 4 * 3600


def test_a_running_init_container_suspends_the_limit_on_pending(lab: Lab) -> None:
    lab.engine.script_image("registry.example/gone:1", _failing("ImageNotFound"))
    group_id = lab.create(
        container(Image="registry.example/gone:1"),
        InitContainer=[container("setup", "sleep 3000")],
        MaxPendingMinute=10,
    )
    lab.advance(3000 + 599)
    assert lab.status(group_id) == "Pending"
    lab.advance(2)
    assert lab.status(group_id) == "Failed"


def test_the_active_deadline_ends_a_group(lab: Lab) -> None:
    group_id = lab.create(container(script="trap '' TERM; sleep inf"), ActiveDeadlineSeconds=300)
    lab.advance(299)
    assert lab.status(group_id) == "Running"
    assert lab.running(group_id) == ["app-0"]
    lab.advance(2)
    assert lab.told(group_id, "DeadlineExceeded") == [
        "Pod was active on the node longer than the specified deadline"
    ]
    lab.advance(30)  # the grace period
    assert (lab.status(group_id), lab.running(group_id)) == ("Failed", [])
    assert lab.container(group_id, "app").current.exit_code == 137
    assert [event.times for event in lab.events(group_id) if event.reason == "DeadlineExceeded"] == [1]


def test_a_group_that_could_not_be_placed_gives_its_address_back_and_costs_nothing(lab: Lab) -> None:
    answer = lab.call("CreateContainerGroup", ContainerGroupName="web", Container=[container()])
    group = lab.group(answer["ContainerGroupId"])
    group.state.status, group.state.failed_time = GroupStatus.SCHEDULE_FAILED, lab.now
    lab.store.groups.save(group)
    lab.settle()
    state = lab.group(group.id).state
    assert (state.status, state.released, lab.reasons(group.id)) == (GroupStatus.SCHEDULE_FAILED, True, [])
    assert lab.status(lab.create(container(), PrivateIpAddress=group.state.placement.ip)) == "Running"


def test_a_spot_group_is_released_at_the_time_that_was_announced(lab: Lab) -> None:
    group_id = lab.create(container(script="trap 'exit 0' TERM; sleep inf"))
    group = lab.group(group_id)
    group.state.spot_release_at = lab.now + 180
    lab.store.groups.save(group)
    lab.store.wake(group)
    lab.settle()
    lab.advance(179)
    assert lab.status(group_id) == "Running"
    lab.advance(1)
    state = lab.group(group_id).state
    assert (lab.status(group_id), state.expired_time) == ("Expired", BEGIN + 180)
    assert lab.container(group_id, "app").current.exit_code == 0  # it had SIGTERM and its grace period
    assert "StopCharge" in lab.reasons(group_id)


@pytest.mark.parametrize("method", ["create", "ensure_volume", "pull"])
def test_a_full_disk_fails_the_group_and_leaves_nothing_half_made(
    lab: Lab, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = lab.create(container(Image="registry.example/other:1"))
    with monkeypatch.context() as patch:
        patch.setattr(lab.engine, method, _disk_full)
        group_id = lab.create(container("a"), container("b"))
    assert lab.status(group_id) == "Failed"
    assert lab.told(group_id, "Evicted")[0].startswith(
        "The node was low on resource: ephemeral-storage. no space left"
    )
    assert (lab.running(group_id), lab.status(well)) == ([], "Running")
    lab.delete(group_id)
    assert lab.engine_containers(group_id) == {}


def _disk_full(*_: object, **__: object) -> None:
    raise DiskFull("no space left on device")


def _failing(error: str) -> ImageScript:
    return ImageScript(error=error)


def test_an_empty_dir_beyond_its_size_fails_the_group(lab: Lab) -> None:
    mount = {"VolumeMount": [{"Name": "data", "MountPath": "/data"}]}
    limited = {"Name": "data", "Type": "EmptyDirVolume", "EmptyDirVolume": {"SizeLimit": "1Ki"}}
    script = "trap 'exit 0' TERM; sleep 30; echo 0123456789 > /data/f; sleep inf"
    group_id = lab.create(container(script=script, **mount), Volume=[limited])
    within = lab.create(
        container(script=script, **mount), Volume=[{"Name": "data", "Type": "EmptyDirVolume"}]
    )
    lab.advance(60)
    assert lab.status(group_id) == "Running"
    lab.engine.put_files(f"{group_id}-data", {"more": (b"x" * 1014, 0o644)})
    lab.engine.put_files(f"{within}-data", {"more": (b"x" * 1014, 0o644)})
    lab.advance(9)
    assert lab.status(group_id) == "Running"
    lab.advance(1)
    assert (lab.status(group_id), lab.status(within)) == ("Failed", "Running")
    assert lab.told(group_id, "Evicted") == ['Usage of EmptyDir volume "data" exceeds the limit "1Ki".']
    assert lab.running(group_id) == []
