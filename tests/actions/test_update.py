"""UpdateContainerGroup and ResizeContainerGroupVolume: what they make of a group's record."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.model.group import ContainerGroup, ContainerSpec
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.store import keys

from .conftest import Api

RENEW, INCREMENTAL = "RenewUpdate", "IncrementalUpdate"
EACH = pytest.mark.parametrize("kind", [RENEW, INCREMENTAL])


def run(group: ContainerGroup) -> None:
    group.state.status = GroupStatus.RUNNING


@pytest.fixture
def group_id(api: Api) -> str:
    made = api.create_group(
        "web",
        Container=[
            {
                "Name": "a",
                "Image": "a:1",
                "Cpu": 1,
                "Memory": 2,
                "Command": ["sleep", "1"],
                "EnvironmentVar": [{"Key": "K", "Value": "1"}],
                "LifecyclePreStopHandlerExec": ["bye"],
            },
            {"Name": "b", "Image": "b:1"},
        ],
        Volume=[{"Name": "v", "Type": "NFSVolume", "NFSVolume": {"Server": "s", "Path": "/p"}}],
        DnsConfig={"NameServer": ["10.0.0.2"], "Search": ["x.local"]},
        Tag=[{"Key": "t", "Value": "1"}],
    )
    api.store.groups.update(made, run)
    return made


def update(api: Api, group_id: str, kind: str = INCREMENTAL, **parameters: Any) -> ContainerGroup:
    api("UpdateContainerGroup", ContainerGroupId=group_id, UpdateType=kind, **parameters)
    return api.group(group_id)


def containers(group: ContainerGroup) -> dict[str, ContainerSpec]:
    return {spec.name: spec for spec in group.spec.containers}


def test_the_group_is_updating_and_a_worker_is_woken(api: Api, group_id: str) -> None:
    host, ip = api.group(group_id).state.placement.host, api.group(group_id).state.placement.ip
    api.store.redis.delete(keys.unsettled(host))
    before = api.store.leases.pokes(group_id)
    group = update(api, group_id, RestartPolicy="Never")
    assert (group.state.status, group.generation) == (GroupStatus.UPDATING, 2)
    assert group.state.placement.ip == ip
    assert api.store.redis.sismember(keys.unsettled(host), group_id)
    assert api.store.leases.pokes(group_id) == before + 1
    assert api("DescribeContainerGroups")["ContainerGroups"][0]["Status"] == "Updating"


def test_increments_change_what_was_sent(api: Api, group_id: str) -> None:
    group = update(api, group_id, Container=[{"Name": "a", "Image": "a:2"}, {"Name": "b"}])
    a = containers(group)["a"]
    assert (a.image, a.commands, a.cpu, a.memory) == ("a:2", ["sleep", "1"], 1, 2)
    assert a.environment_vars[0].value == "1"
    assert a.pre_stop
    assert a.pre_stop.exec == ["bye"]
    assert containers(group)["b"].image == "b:1"


def test_renewal_takes_what_was_sent_and_no_more(api: Api, group_id: str) -> None:
    group = update(
        api, group_id, RENEW, Container=[{"Name": "a", "Image": "a:2"}, {"Name": "b", "Image": "b:1"}]
    )
    a = containers(group)["a"]
    assert (a.image, a.commands, a.cpu, a.environment_vars, a.pre_stop) == ("a:2", [], 0, [], None)


def test_renewal_is_the_default(api: Api, group_id: str) -> None:
    api("UpdateContainerGroup", ContainerGroupId=group_id, Container=[{"Name": "a", "Image": "a:1"}])
    assert containers(api.group(group_id))["a"].commands == []


@EACH
def test_containers_that_are_not_listed_leave(api: Api, group_id: str, kind: str) -> None:
    """Terraform replaces a container by one of another name with an incremental update."""
    group = update(
        api, group_id, kind, Container=[{"Name": "b", "Image": "b:1"}, {"Name": "c", "Image": "c:1"}]
    )
    assert list(containers(group)) == ["b", "c"]
    (gone,) = group.state.leaving
    assert gone.name == "a"
    assert gone.pre_stop, "it is stopped by its own rules"


def test_a_container_that_comes_back_no_longer_leaves(api: Api, group_id: str) -> None:
    update(api, group_id, Container=[{"Name": "b"}])
    api.store.groups.update(group_id, run)
    group = update(api, group_id, Container=[{"Name": "a", "Image": "a:1"}, {"Name": "b"}])
    assert group.state.leaving == []


@EACH
def test_lists_that_are_not_sent_stay(api: Api, group_id: str, kind: str) -> None:
    group = update(api, group_id, kind, RestartPolicy="OnFailure")
    assert list(containers(group)) == ["a", "b"]
    assert [volume.name for volume in group.spec.volumes] == ["v"]
    assert [tag.key for tag in group.spec.tags] == ["t"]


def test_volumes(api: Api, group_id: str) -> None:
    files = {"ConfigFileToPath": [{"Path": "f", "Content": "aGk="}]}
    group = update(
        api,
        group_id,
        Volume=[
            {"Name": "v", "Type": "NFSVolume", "NFSVolume": {"Server": "", "ReadOnly": True}},
            {"Name": "c", "Type": "ConfigFileVolume", "ConfigFileVolume": files},
        ],
        Container=[{"Name": "a", "VolumeMount": [{"Name": "c", "MountPath": "/etc/c"}]}, {"Name": "b"}],
    )
    nfs, config = group.spec.volumes
    assert (nfs.nfs_server, nfs.nfs_path, nfs.nfs_read_only) == ("s", "/p", True)
    assert config.config_files[0].content == "aGk="
    assert containers(group)["a"].volume_mounts[0].mount_path == "/etc/c"


@pytest.mark.parametrize(("kind", "searches"), [(INCREMENTAL, ["x.local"]), (RENEW, [])])
def test_dns(api: Api, group_id: str, kind: str, searches: list[str]) -> None:
    dns = update(api, group_id, kind, DnsConfig={"NameServer": ["10.0.0.3"]}).spec.dns_config
    assert dns
    assert (dns.name_servers, dns.searches) == (["10.0.0.3"], searches)


def test_tags_credentials_and_resource_group(api: Api, group_id: str) -> None:
    credential = {"Server": "r", "UserName": "u", "Password": "p"}
    acr = {"InstanceId": "cri-1", "Domain": ["d"]}
    group = update(
        api,
        group_id,
        Tag=[{"Key": "new"}],
        ResourceGroupId="rg-2",
        ImageRegistryCredential=[credential],
        AcrRegistryInfo=[acr],
    )
    assert [tag.key for tag in group.spec.tags] == ["new"]
    assert group.spec.resource_group_id == "rg-2"
    assert group.spec.image_registry_credentials[0].user_name == "u"
    assert group.spec.acr_registries[0].domains == ["d"]
    found = api("DescribeContainerGroups", Tag=[{"Key": "new"}], ResourceGroupId="rg-2")
    assert found["TotalCount"] == 1


def test_the_size_is_bought_anew(api: Api, group_id: str) -> None:
    group = update(
        api, group_id, Container=[{"Name": "a", "Cpu": 2.5}, {"Name": "b", "Cpu": 1.5, "Memory": 3}]
    )
    assert (group.state.placement.cpu, group.state.placement.memory) == (4, 6)
    api.store.groups.update(group_id, run)
    group = update(api, group_id, Cpu=8, Memory=0)
    assert (group.spec.cpu, group.spec.memory) == (8, 0)
    assert group.state.placement.cpu == 8
    api.store.groups.update(group_id, run)
    assert api.refused("UpdateContainerGroup", ContainerGroupId=group_id, Cpu=999).code == (
        "InvalidParameter.CPU.Memory"
    )


@EACH
def test_as_terraform_sends_a_change_of_tags_only(api: Api, group_id: str, kind: str) -> None:
    """All containers again, with the zeros and empty strings that it sends for what is not set."""
    unset = {"WorkingDir": "", "Cpu": 0, "Memory": 0, "Gpu": 0, "ImagePullPolicy": "", "Image": "b:1"}
    full = {"Name": "a", "Image": "a:1", "Cpu": 1, "Memory": 2, "Command": ["sleep", "1"], "Gpu": 0}
    before = api.group(group_id).spec.containers
    group = update(api, group_id, INCREMENTAL, Container=[full, {"Name": "b", **unset}], Tag=[{"Key": "x"}])
    assert group.spec.containers == before


def test_nothing_to_change(api: Api, group_id: str) -> None:
    asked = {"ContainerGroupId": group_id, "UpdateType": INCREMENTAL}
    refusal = api.refused("UpdateContainerGroup", **asked, Container=[{"Name": "a"}, {"Name": "b"}])
    assert (refusal.status, refusal.code) == (400, "NoNeedUpdate")
    assert api.refused("UpdateContainerGroup", **asked).code == "NoNeedUpdate"
    assert api.group(group_id).generation == 1


@pytest.mark.parametrize("status", sorted(set(GroupStatus) - {GroupStatus.PENDING, GroupStatus.RUNNING}))
def test_other_statuses(api: Api, group_id: str, status: GroupStatus) -> None:
    def change(group: ContainerGroup) -> None:
        group.state.status = status

    api.store.groups.update(group_id, change)
    asked = {"ContainerGroupId": group_id, "RestartPolicy": "Never"}
    assert api.refused("UpdateContainerGroup", **asked).code == "IncorrectStatus"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Container": [{"Name": "new"}]}, "MissingParameter"),
        ({"Container": [{"Image": "x"}]}, "MissingParameter"),
        ({"Container": [{"Name": "a"}, {"Name": "a"}]}, "InvalidParameter.DuplicatedName"),
        (
            {"Container": [{"Name": "a", "VolumeMount": [{"Name": "?", "MountPath": "/"}]}]},
            "InvalidParameter.Name",
        ),
        ({"UpdateType": "Sometimes", "RestartPolicy": "Never"}, "InvalidParameter.UpdateType"),
        ({"RestartPolicy": "Perhaps"}, "InvalidParameter.RestartPolicy"),
    ],
)
def test_what_makes_no_sense(api: Api, group_id: str, asked: dict[str, Any], code: str) -> None:
    asked = {"ContainerGroupId": group_id, "UpdateType": INCREMENTAL, **asked}
    assert api.refused("UpdateContainerGroup", **asked).code == code
    assert api.group(group_id).generation == 1


def test_an_unknown_group(api: Api) -> None:
    refusal = api.refused("UpdateContainerGroup", ContainerGroupId="eci-x", RestartPolicy="Never")
    assert (refusal.status, refusal.code) == (404, "InvalidParameter.NotFound")


# --- resize -------------------------------------------------------------------------------------

DISK = {"Driver": "alicloud/disk", "FsType": "ext4", "Options": '{"volumeSize":"30"}'}


@pytest.fixture
def with_disk(api: Api) -> str:
    volumes = [
        {"Name": "disk", "Type": "FlexVolume", "FlexVolume": DISK},
        {"Name": "dir", "Type": "EmptyDirVolume"},
    ]
    made = api.create_group("web", Volume=volumes)
    api.store.groups.update(made, run)
    return made


def test_a_disk_grows(api: Api, with_disk: str) -> None:
    asked = {"ContainerGroupId": with_disk, "VolumeName": "disk"}
    api("ResizeContainerGroupVolume", **asked, NewSize=40)
    group = api.group(with_disk)
    assert (group.spec.volumes[0].disk_size, group.generation) == (40, 2)
    assert group.state.status is GroupStatus.RUNNING
    for size in (40, 31):
        assert (
            api.refused("ResizeContainerGroupVolume", **asked, NewSize=size).code
            == "InvalidParameter.NewSize"
        )
    shown = api("DescribeContainerGroups")["ContainerGroups"][0]["Volumes"][0]
    assert shown["FlexVolumeOptions"] == DISK["Options"], "as it was sent"


@pytest.mark.parametrize("volume", ["dir", "unknown"])
def test_what_is_no_disk_does_not(api: Api, with_disk: str, volume: str) -> None:
    refusal = api.refused(
        "ResizeContainerGroupVolume", ContainerGroupId=with_disk, VolumeName=volume, NewSize=40
    )
    assert (refusal.status, refusal.code) == (403, "InvalidVolumeType")


def test_a_group_that_has_ended_keeps_its_disks(api: Api, with_disk: str) -> None:
    def end(group: ContainerGroup) -> None:
        group.state.status = GroupStatus.SUCCEEDED

    api.store.groups.update(with_disk, end)
    refusal = api.refused(
        "ResizeContainerGroupVolume", ContainerGroupId=with_disk, VolumeName="disk", NewSize=40
    )
    assert (refusal.status, refusal.code) == (403, "IncorrectStatusDetail")
