"""A group's images: pulled by policy, shared, mirrored, slow as on ECI, and what may go wrong."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from eci_emulator.control import state
from eci_emulator.engine.simulated.images import ImageScript
from eci_emulator.model.caches import DAY_SECONDS
from tests.controller.harness import IMAGE, Lab, StepByStep, container

from .conftest import MakeLab

MEGABYTE = 1_000_000


@pytest.fixture
def pulls(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The references that the engine is asked to pull."""
    return watch(lab, monkeypatch)


def watch(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    pull = lab.engine.pull

    def counted(reference: str, *arguments: Any, **options: Any) -> Any:
        asked.append(reference)
        return pull(reference, *arguments, **options)

    monkeypatch.setattr(lab.engine, "pull", counted)
    return asked


def script(lab: Lab, image: str = IMAGE, **how: Any) -> None:
    lab.engine.script_image(image, ImageScript(**how))


def test_a_group_waits_for_its_image(lab: Lab) -> None:
    script(lab, size=300 * MEGABYTE, pull_seconds=30)
    group_id = lab.create(container())
    assert lab.status(group_id) == "Pending"
    assert lab.told(group_id, "Pulling") == [f'Pulling image "{IMAGE}"']
    assert lab.container(group_id, "app").current.state == "Waiting"
    lab.advance(31)
    assert lab.status(group_id) == "Running"
    (pulled,) = lab.told(group_id, "Pulled")
    assert pulled.startswith(f'Successfully pulled image "{IMAGE}" in ')
    assert pulled.endswith("s including waiting). Image size: 300000000 bytes.")


def test_progress_shows_on_the_container(lab: Lab) -> None:
    script(lab, size=300 * MEGABYTE, pull_seconds=30)
    group_id = lab.create(container())
    lab.store.clock.set(lab.now + 15)
    lab.coordinator.once()
    lab.reconcile(group_id)
    assert lab.container(group_id, "app").current.detail_status.startswith("Pulling image: ")
    lab.advance(20)
    assert lab.container(group_id, "app").current.detail_status == ""


def test_twenty_groups_share_a_pull(lab: Lab, pulls: list[str]) -> None:
    script(lab, pull_seconds=30)
    asked = [
        lab.call("CreateContainerGroup", ContainerGroupName=f"g{number}", Container=[container()])
        for number in range(20)
    ]
    lab.advance(31)
    groups = [answer["ContainerGroupId"] for answer in asked]
    assert {lab.status(group_id) for group_id in groups} == {"Running"}
    assert pulls == [IMAGE]
    assert all(lab.told(group_id, "Pulled")[0].startswith("Successfully pulled") for group_id in groups)


def test_an_image_that_is_there_is_used(lab: Lab, pulls: list[str]) -> None:
    lab.create(container())
    group_id = lab.create(container(), ContainerGroupName="second")
    assert lab.told(group_id, "Pulled") == [f'Container image "{IMAGE}" already present on machine']
    assert lab.told(group_id, "Pulling") == []
    assert pulls == [IMAGE]


def test_always_asks_again(lab: Lab, pulls: list[str]) -> None:
    for name in ("one", "two"):
        lab.create(container(ImagePullPolicy="Always"), ContainerGroupName=name)
    assert pulls == [IMAGE, IMAGE]


def test_never_does_not_ask(lab: Lab, pulls: list[str]) -> None:
    group_id = lab.create(container(ImagePullPolicy="Never"))
    assert lab.container(group_id, "app").current.reason == "ErrImageNeverPull"
    assert pulls == []
    lab.create(container(), ContainerGroupName="brings it")
    lab.advance(10)
    assert lab.status(group_id) == "Running"


def test_a_failed_pull_backs_off_and_is_tried_again(lab: Lab, pulls: list[str]) -> None:
    script(lab, error="ImageNotFound")
    group_id = lab.create(container())
    assert lab.container(group_id, "app").current.reason == "ErrImagePull"
    lab.advance(5)
    assert lab.container(group_id, "app").current.reason == "ImagePullBackOff"
    assert {"Pulling", "Failed", "BackOff"} <= set(lab.reasons(group_id))
    script(lab)
    lab.advance(10)
    assert lab.status(group_id) == "Running"
    assert len(pulls) == 2
    told = {event.reason: event.count for event in lab.group(group_id).state.events}
    assert told["Pulling"] == 2


def test_a_silent_registry_does_not_keep_a_local_image_from_running(lab: Lab) -> None:
    lab.create(container())
    script(lab, error="RegistryUnreachable")
    group_id = lab.create(container(ImagePullPolicy="Always"), ContainerGroupName="second")
    assert lab.status(group_id) == "Running"
    assert "did not answer, the image on the host is used" in lab.told(group_id, "ImagePullFallback")[0]


def test_what_the_engine_cannot_do_for_one_group_is_said(lab: Lab) -> None:
    script(lab, error="RegistryUnreachable")
    group_id = lab.create(container(), PlainHttpRegistry="registry.example")
    assert "`insecure-registries`" in lab.container(group_id, "app").current.message


def test_a_full_disk_ends_the_group(lab: Lab) -> None:
    script(lab, error="DiskFull")
    group_id = lab.create(container())
    assert lab.status(group_id) == "Failed"
    assert "ephemeral-storage" in lab.told(group_id, "Evicted")[0]
    assert lab.engine_containers(group_id) == {}


def test_a_pull_is_given_up_with_its_last_group(lab: Lab) -> None:
    script(lab, pull_seconds=30)
    groups = [lab.create(container(), ContainerGroupName=name) for name in ("a", "b")]
    lab.delete(groups[0])
    lab.coordinator.once()
    assert len(lab.coordinator.fetches.open()) == 1
    lab.delete(groups[1])
    lab.coordinator.once()
    assert lab.coordinator.fetches.open() == {}
    lab.advance(31)
    assert lab.engine.image(IMAGE) is None


def test_a_killed_agent_costs_no_group_its_image(lab: Lab, pulls: list[str]) -> None:
    script(lab, pull_seconds=30)
    groups = [lab.create(container(), ContainerGroupName=name) for name in ("a", "b")]
    lab.coordinator = lab.runtime.coordinator(StepByStep)
    lab.settle()
    lab.advance(31)
    assert {lab.status(group_id) for group_id in groups} == {"Running"}
    assert pulls == [IMAGE, IMAGE]


# --- names that come to stand for another image ----------------------------------------------------


@pytest.fixture
def removed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The images that the engine has removed."""
    gone: list[str] = []
    remove = lab.engine.remove_image

    def told(reference: str) -> None:
        remove(reference)
        gone.append(reference)

    monkeypatch.setattr(lab.engine, "remove_image", told)
    return gone


def pull_anew(lab: Lab, megabytes: int) -> str:
    """Have a group pull the image, which has so many megabytes now; two days later. Its id."""
    script(lab, size=megabytes * MEGABYTE)
    lab.create(container(ImagePullPolicy="Always"), ContainerGroupName=f"of-{megabytes}")
    lab.runtime.housekeeping().tidy(time.time() + 2 * DAY_SECONDS)
    return str(lab.engine.image(IMAGE).id)


def test_an_image_that_has_lost_its_name_goes(lab: Lab, removed: list[str]) -> None:
    versions = [pull_anew(lab, megabytes) for megabytes in (1, 2, 3)]
    assert removed == versions[:2]
    assert [image.reference for image in lab.runtime.stock.all()] == [IMAGE]


def test_a_name_of_the_users_stays_and_what_was_brought_under_it_goes(lab: Lab, removed: list[str]) -> None:
    list(lab.engine.pull(IMAGE))
    versions = [pull_anew(lab, megabytes) for megabytes in (2, 3)]
    assert removed == versions[:1]
    assert lab.engine.image(IMAGE).id == versions[1]


# --- mirrors -------------------------------------------------------------------------------------

BEIJING = "registry-vpc.cn-beijing.aliyuncs.com/eci_open/"
MIRROR = {"prefix": BEIJING, "use": "127.0.0.1:5000/"}


def test_a_mirror_serves_in_the_place_of_another(make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = make_lab({"mirrors": [MIRROR]})
    pulls = watch(lab, monkeypatch)
    group_id = lab.create(container(Image=f"{BEIJING}nginx:alpine"))
    assert pulls == ["127.0.0.1:5000/nginx:alpine"]
    (info,) = lab.engine_containers(group_id).values()
    assert info.image == "127.0.0.1:5000/nginx:alpine"
    assert lab.group(group_id).spec.containers[0].image == f"{BEIJING}nginx:alpine"
    assert f'"{BEIJING}nginx:alpine"' in lab.told(group_id, "Pulling")[0]


def test_a_local_image_stands_for_all_of_a_registry(
    make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab({"mirrors": [{"prefix": BEIJING, "image": "base"}]})
    pulls = watch(lab, monkeypatch)
    group_id = lab.create(container(Image=f"{BEIJING}nginx:alpine", ImagePullPolicy="Always"))
    assert lab.status(group_id) == "Running"
    assert pulls == []


def test_without_pulling_a_missing_image_is_an_error(
    make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab({"never_pull": True})
    pulls = watch(lab, monkeypatch)
    group_id = lab.create(container())
    assert lab.container(group_id, "app").current.reason == "ErrImageNeverPull"
    assert lab.told(group_id, "ErrImageNeverPull") == [
        f'Container image "{IMAGE}" is not present and is not to be pulled'
    ]
    assert pulls == []


# --- as slow as on ECI ----------------------------------------------------------------------------


@pytest.fixture
def eci(make_lab: MakeLab) -> Lab:
    lab = make_lab(image_pull="eci", pull_bandwidth=10.0)
    script(lab, size=300 * MEGABYTE)
    return lab


def test_an_image_costs_its_time_on_every_machine(eci: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    pulls = watch(eci, monkeypatch)
    for name in ("first", "second"):
        began = eci.now
        group_id = eci.create(container(), ContainerGroupName=name)
        assert eci.told(group_id, "Pulling") == [f'Pulling image "{IMAGE}"']
        eci.advance(29)
        assert eci.status(group_id) == "Pending"
        eci.advance(2)
        assert eci.status(group_id) == "Running"
        assert eci.group(group_id).state.running_time - began == pytest.approx(30, abs=1)
        assert eci.told(group_id, "Pulled") == [
            f'Successfully pulled image "{IMAGE}" in 30.000s (30.000s including waiting). '
            "Image size: 300000000 bytes."
        ]
    assert pulls == [IMAGE]


def test_a_machine_that_has_it_has_it(eci: Lab) -> None:
    group_id = eci.create(container())
    eci.advance(31)
    eci.restart(group_id)
    assert eci.status(group_id) == "Running"
    assert eci.told(group_id, "Pulled")[-1].endswith("already present on machine")


def test_a_fresh_machine_has_nothing_to_use_without_pulling(eci: Lab) -> None:
    eci.create(container())
    group_id = eci.create(container(ImagePullPolicy="Never"), ContainerGroupName="never")
    assert eci.container(group_id, "app").current.reason == "ErrImageNeverPull"


# --- secrets ---------------------------------------------------------------------------------------


def test_a_password_is_nowhere_to_be_seen(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    script(lab, error="RegistryDenied")
    credential = {"Server": "registry.example", "UserName": "me", "Password": "hush-hush"}
    group_id = lab.create(container(), ImageRegistryCredential=[credential])
    shown = lab.call("DescribeContainerGroups", ContainerGroupIds=f'["{group_id}"]', WithEvent=True)
    assert b"hush-hush" not in msgspec.json.encode(shown)
    assert b"hush-hush" not in msgspec.json.encode(state.save(lab.emulator))
    said = capsys.readouterr()
    assert "hush-hush" not in said.out + said.err
    assert "hush-hush" not in repr(lab.coordinator.fetches.open())
