"""Restart, update and deletion of groups, in whatever status they are."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.engine.simulated import ImageScript
from eci_emulator.model.errors import EciError
from eci_emulator.model.statuses import GroupStatus

from .harness import BEGIN, IMAGE, Lab, container

DATA = {"Name": "data", "Type": "EmptyDirVolume"}
DATA_MOUNT = {"Name": "data", "MountPath": "/data"}


def update(lab: Lab, group_id: str, **parameters: Any) -> None:
    lab.call("UpdateContainerGroup", ContainerGroupId=group_id, **parameters)
    assert lab.status(group_id) == "Updating"
    lab.settle()


def refused(lab: Lab, action: str, group_id: str, **parameters: Any) -> str:
    with pytest.raises(EciError) as refusal:
        lab.call(action, ContainerGroupId=group_id, **parameters)
    return str(refusal.value.code)


# --- restart --------------------------------------------------------------------------------------


def test_restart_begins_again_with_empty_volumes_and_the_same_address(lab: Lab) -> None:
    group_id = lab.create(
        container(script="trap 'exit 4' TERM; echo x >> /data/runs; sleep inf", VolumeMount=[DATA_MOUNT]),
        container("other"),
        InitContainer=[container("setup", "echo y >> /data/setups", VolumeMount=[DATA_MOUNT])],
        Volume=[DATA],
    )
    ip = lab.group(group_id).state.placement.ip
    lab.advance(60)
    lab.call("RestartContainerGroup", ContainerGroupId=group_id)
    assert lab.status(group_id) == "Restarting"
    assert refused(lab, "RestartContainerGroup", group_id) == "IncorrectStatus"
    lab.settle()
    assert (lab.status(group_id), lab.group(group_id).state.placement.ip) == ("Running", ip)
    app = lab.container(group_id, "app")
    assert (app.restart_count, app.current.start_time) == (1, BEGIN + 60)
    assert app.previous is not None
    assert (app.previous.exit_code, app.previous.finish_time) == (4, BEGIN + 60)
    assert lab.running(group_id) == ["app-1", "other-1", "sandbox"]
    assert lab.engine.read_file(f"{group_id}-app-1", "/data/runs", limit=99) == b"x\n"
    assert lab.engine.read_file(f"{group_id}-app-1", "/data/setups", limit=99) == b"y\n"


def test_restart_waits_for_the_grace_period_and_starts_nothing_meanwhile(lab: Lab) -> None:
    group_id = lab.create(container(script="trap '' TERM; sleep inf"), container("other"))
    lab.restart(group_id)
    assert (lab.status(group_id), lab.running(group_id)) == ("Restarting", ["app-0", "sandbox"])
    lab.advance(30)
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-1", "other-1", "sandbox"])


def test_restart_of_a_group_that_cannot_come_up(lab: Lab) -> None:
    lab.engine.script_image(IMAGE, ImageScript(error="ImageNotFound"))
    group_id = lab.create(container())
    lab.restart(group_id)
    assert lab.status(group_id) == "Restarting"
    lab.engine.script_image(IMAGE, ImageScript())
    lab.advance(60)
    assert (lab.status(group_id), lab.container(group_id, "app").restart_count) == ("Running", 0)


def test_restart_forgets_the_back_off(lab: Lab) -> None:
    group_id = lab.create(container(script="exit 1"))
    lab.advance(100)
    assert lab.container(group_id, "app").backoff_seconds > 100
    lab.restart(group_id)
    assert lab.status(group_id) == "Running"
    assert lab.container(group_id, "app").backoff_seconds == 20


# --- update ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["RenewUpdate", "IncrementalUpdate"])
def test_update_replaces_only_what_has_changed(lab: Lab, kind: str) -> None:
    group_id = lab.create(container("a"), container("b", "trap 'exit 0' TERM; sleep inf"))
    ip = lab.group(group_id).state.placement.ip
    lab.advance(50)
    new = [container("a"), container("b", "sleep 5000")]
    update(lab, group_id, Container=new, UpdateType=kind)
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["a-0", "b-1", "sandbox"])
    a, b = lab.container(group_id, "a"), lab.container(group_id, "b")
    assert (a.restart_count, a.current.start_time) == (0, BEGIN)
    assert (b.restart_count, b.current.start_time) == (1, BEGIN + 50)
    assert b.previous is not None
    assert (b.previous.exit_code, lab.group(group_id).state.placement.ip) == (0, ip)
    assert lab.told(group_id, "Killing") == ["Container b definition changed, will be restarted"]


def test_update_of_tags_alone_touches_no_container(lab: Lab) -> None:
    group_id = lab.create(container(), Tag=[{"Key": "a", "Value": "1"}])
    lab.advance(10)
    update(lab, group_id, Container=[container()], Tag=[{"Key": "b", "Value": "2"}])
    assert (lab.status(group_id), lab.container(group_id, "app").current.start_time) == ("Running", BEGIN)
    assert refused(lab, "UpdateContainerGroup", group_id, Container=[container()]) == "NoNeedUpdate"


def test_update_stops_and_removes_what_is_no_longer_wanted(lab: Lab) -> None:
    hook = {"LifecyclePreStopHandlerExec": ["sh", "-c", "echo bye > /data/said"]}
    stubborn = container("old", "trap '' TERM; sleep inf", VolumeMount=[DATA_MOUNT], **hook)
    group_id = lab.create(container(VolumeMount=[DATA_MOUNT]), stubborn, Volume=[DATA])
    update(lab, group_id, Container=[container(VolumeMount=[DATA_MOUNT]), container("new")])
    assert lab.status(group_id) == "Updating"  # the old one has its grace period
    assert lab.running(group_id) == ["app-0", "new-0", "old-0", "sandbox"]
    assert lab.engine.read_file(f"{group_id}-app-0", "/data/said", limit=99) == b"bye\n"
    lab.advance(30)
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-0", "new-0", "sandbox"])
    state = lab.group(group_id).state
    assert (sorted(state.containers), state.leaving) == (["app", "new"], [])
    assert f"{group_id}-old-0" not in lab.engine_containers(group_id)


def test_update_from_one_container_to_two_and_back(lab: Lab) -> None:
    """A single container has the network to itself; to share it, it has to be started again."""
    group_id = lab.create(container())
    ip = lab.group(group_id).state.placement.ip
    update(lab, group_id, Container=[container(), container("second")])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-1", "sandbox", "second-0"])
    assert lab.engine_containers(group_id)[f"{group_id}-sandbox"].ip == ip
    update(lab, group_id, Container=[container()])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-1", "sandbox"])


def test_update_mends_an_image_that_is_not_there(lab: Lab) -> None:
    lab.engine.script_image("registry.example/typo:1", ImageScript(error="ImageNotFound"))
    group_id = lab.create(container(Image="registry.example/typo:1"), container("fine"))
    lab.advance(100)
    assert lab.status(group_id) == "Pending"
    update(lab, group_id, Container=[container(), container("fine")])
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count, app.attempt) == ("Running", 0, 0)


def test_update_while_a_container_takes_its_time_to_start(lab: Lab) -> None:
    group_id = lab.create(container(env={"ECI_SIM_START_SECONDS": "15"}), RestartPolicy="Never")
    update(lab, group_id, Container=[container()])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-1"])
    lab.advance(20)
    assert lab.running(group_id) == ["app-1"]  # the one that was begun does not come up after all


def test_update_replaces_a_container_that_never_restarts_or_has_ended(lab: Lab) -> None:
    group_id = lab.create(container("done", "exit 0"), container(), RestartPolicy="Never")
    assert lab.container(group_id, "done").current.state == "Terminated"
    update(lab, group_id, Container=[container("done", "sleep 20"), container(script="sleep 30")])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-1", "done-1", "sandbox"])
    lab.advance(31)
    assert lab.status(group_id) == "Succeeded"


def test_update_of_a_config_file_replaces_who_has_it(lab: Lab) -> None:
    def config(content: str) -> dict[str, Any]:
        files = [{"Path": "a.txt", "Content": content}]
        return {"Name": "c", "Type": "ConfigFileVolume", "ConfigFileVolume": {"ConfigFileToPath": files}}

    reader = container("reader", VolumeMount=[{"Name": "c", "MountPath": "/c"}])
    group_id = lab.create(reader, container(), Volume=[config("b2xk")])
    update(lab, group_id, Volume=[config("bmV3")])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-0", "reader-1", "sandbox"])
    assert lab.engine.read_file(f"{group_id}-reader-1", "/c/a.txt", limit=9) == b"new"


def test_update_of_the_restart_policy_applies_to_the_next_end(lab: Lab) -> None:
    group_id = lab.create(container(script="sleep 100"))
    update(lab, group_id, RestartPolicy="Never")
    lab.advance(101)
    assert lab.status(group_id) == "Succeeded"


def test_an_init_container_that_is_running_is_replaced_and_one_that_is_done_is_not(lab: Lab) -> None:
    group_id = lab.create(
        container(), InitContainer=[container("one", "exit 0"), container("two", "sleep inf")]
    )
    new = [container("one", "exit 0; true"), container("two", "sleep 5")]
    update(lab, group_id, InitContainer=new)
    assert lab.running(group_id) == ["init-two-1"]
    lab.advance(6)
    assert (lab.status(group_id), lab.container(group_id, "one").attempt) == ("Running", 0)


def test_an_init_container_that_is_taken_out_while_it_runs_is_gone(lab: Lab) -> None:
    group_id = lab.create(
        container(), InitContainer=[container("one", "exit 0"), container("two", "sleep inf")]
    )
    update(lab, group_id, InitContainer=[container("one", "exit 0")])
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-0"])


# --- in every status ------------------------------------------------------------------------------


def groups_by_status(lab: Lab) -> dict[GroupStatus, str]:
    """A group in each status that lasts."""
    lab.engine.script_image("registry.example/gone:1", ImageScript(error="ImageNotFound"))
    gone = container(Image="registry.example/gone:1")
    stubborn = container(script="trap '' TERM; sleep inf", LifecyclePreStopHandlerExec=["true"])
    found = {
        GroupStatus.PENDING: lab.create(gone),
        GroupStatus.RUNNING: lab.create(container()),
        GroupStatus.SUCCEEDED: lab.create(container(script="exit 0"), RestartPolicy="Never"),
        GroupStatus.FAILED: lab.create(container(script="exit 1"), RestartPolicy="Never"),
        GroupStatus.RESTARTING: lab.create(stubborn),
        GroupStatus.UPDATING: lab.create(stubborn),
        GroupStatus.TERMINATING: lab.create(stubborn),
        GroupStatus.EXPIRED: lab.create(container()),
    }
    lab.restart(found[GroupStatus.RESTARTING])
    update(lab, found[GroupStatus.UPDATING], Container=[container("else")])
    lab.delete(found[GroupStatus.TERMINATING])
    expired = lab.group(found[GroupStatus.EXPIRED])
    expired.state.spot_release_at = lab.now
    lab.store.groups.save(expired)
    lab.store.wake(expired)
    lab.settle()
    found[GroupStatus.SCHEDULING] = str(
        lab.call("CreateContainerGroup", ContainerGroupName="web", Container=[container()])[
            "ContainerGroupId"
        ]
    )
    assert {status: lab.status(group_id) for status, group_id in found.items()} == {s: s for s in found}
    return found


def test_restart_and_update_only_in_pending_and_running(lab: Lab) -> None:
    for status, group_id in groups_by_status(lab).items():
        if status not in (GroupStatus.PENDING, GroupStatus.RUNNING):
            assert refused(lab, "RestartContainerGroup", group_id) == "IncorrectStatus"
            assert refused(lab, "UpdateContainerGroup", group_id, RestartPolicy="Never") == "IncorrectStatus"


@pytest.mark.parametrize("force", [True, False])
def test_delete_in_every_status(lab: Lab, force: bool) -> None:
    for group_id in groups_by_status(lab).values():
        lab.delete(group_id, Force=force)
    lab.advance(100)
    assert lab.leftovers() == []
    assert refused(lab, "DeleteContainerGroup", "eci-nobody") == "InvalidParameter.NotFound"
