"""alicloud_eci_container_group through its whole life: nothing sent may come back as another thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.terraform.container_group import create_request, update_request
from tests.terraform.container_group_state import planned, read, state
from tests.terraform.provider import ECI, VPC, Json, Provider, flat, integer, text

IMAGES = "registry.cn-beijing.aliyuncs.com/eci_open"
EXEC_PROBE = {
    "period_seconds": 5,
    "initial_delay_seconds": 5,
    "success_threshold": 1,
    "failure_threshold": 3,
    "timeout_seconds": 1,
    "exec": ["cat /tmp/healthy"],
}

#: The example of the provider's documentation.
EXAMPLE: Json = {
    "container_group_name": "tf-example",
    "cpu": 8.0,
    "memory": 16.0,
    "restart_policy": "OnFailure",
    "auto_create_eip": True,
    "tags": {"Created": "TF", "For": "example"},
    "containers": [
        {
            "name": "nginx",
            "image": f"{IMAGES}/nginx:alpine",
            "image_pull_policy": "IfNotPresent",
            "working_dir": "/tmp/nginx",
            "commands": ["/bin/sh", "-c", "sleep 9999"],
            "volume_mounts": [{"mount_path": "/tmp/example", "read_only": False, "name": "empty1"}],
            "ports": [{"port": 80, "protocol": "TCP"}],
            "environment_vars": [{"key": "name", "value": "nginx"}],
            "liveness_probe": EXEC_PROBE,
            "readiness_probe": EXEC_PROBE,
        }
    ],
    "init_containers": [
        {
            "name": "init-busybox",
            "image": f"{IMAGES}/busybox:1.30",
            "image_pull_policy": "IfNotPresent",
            "commands": ["echo"],
            "args": ["hello initcontainer"],
        }
    ],
    "volumes": [
        {"name": "empty1", "type": "EmptyDirVolume"},
        {"name": "empty2", "type": "EmptyDirVolume"},
    ],
}

#: Every attribute of a container that the provider's own tests set.
RICH: Json = {
    "container_group_name": "tf-rich",
    "restart_policy": "Always",
    "dns_policy": "None",
    "termination_grace_period_seconds": 60,
    "plain_http_registry": "harbor.example.com,192.168.1.1:5000",
    "insecure_registry": "harbor.example.com",
    "auto_match_image_cache": True,
    "image_registry_credential": [{"server": "reg.example.com", "user_name": "u", "password": "p"}],
    "acr_registry_info": [
        {
            "instance_id": "cri-1",
            "instance_name": "acr",
            "region_id": "cn-beijing",
            "domains": ["acr.example.com"],
        }
    ],
    "host_aliases": [{"ip": "1.1.1.1", "hostnames": ["hehe.com", "haha.com"]}],
    "dns_config": {
        "name_servers": ["1.1.1.1", "2.2.2.2"],
        "searches": ["tf.local", "other.local"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "edns0", "value": ""}],
    },
    "sysctls": [{"name": "net.core.somaxconn", "value": "1024"}],
    "tags": {"Created": "TF"},
    "containers": [
        {
            "name": "web",
            "image": f"{IMAGES}/nginx:alpine",
            "image_pull_policy": "Always",
            "cpu": 1.5,
            "memory": 2.5,
            "commands": ["/bin/sh", "-c"],
            "args": ["sleep 9999", "second argument"],
            "ports": [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
            "environment_vars": [
                {"key": "PLAIN", "value": "a value"},
                {"key": "HOST", "field_path": "status.hostIP"},
                {"key": "POD", "field_path": "status.podIP"},
            ],
            "security_context": {"run_as_user": 1000, "capability": ["NET_ADMIN"]},
            "lifecycle_pre_stop_handler_exec": ["/bin/sh", "-c", "echo bye"],
            "liveness_probe": {
                **{name: value for name, value in EXEC_PROBE.items() if name != "exec"},
                "tcp_socket": 80,
                "initial_delay_seconds": 600,
            },
            "readiness_probe": {
                **{name: value for name, value in EXEC_PROBE.items() if name != "exec"},
                "http_get": {"scheme": "HTTP", "port": 80, "path": "/healthz"},
            },
            "volume_mounts": [
                {"mount_path": "/cfg", "read_only": True, "name": "config"},
                {"mount_path": "/tmp/empty", "read_only": False, "name": "empty"},
            ],
        },
        {
            "name": "side",
            "image": f"{IMAGES}/busybox:1.30",
            "image_pull_policy": "Never",
            "commands": ["sleep", "9999"],
            "security_context": {"run_as_user": 0},
        },
    ],
    "init_containers": [
        {
            "name": "first",
            "image": f"{IMAGES}/busybox:1.30",
            "image_pull_policy": "IfNotPresent",
            "cpu": 0.5,
            "memory": 1.0,
            "working_dir": "/tmp",
            "commands": ["echo"],
            "args": ["one"],
            "environment_vars": [{"key": "POD", "field_path": "status.podIP"}],
            "ports": [{"port": 8080, "protocol": "TCP"}],
            "security_context": {"run_as_user": 0, "capability": ["NET_RAW"]},
            "volume_mounts": [{"mount_path": "/cfg", "read_only": False, "name": "config"}],
        },
        {
            "name": "second",
            "image": f"{IMAGES}/busybox:1.30",
            "image_pull_policy": "IfNotPresent",
            "commands": ["echo"],
            "args": ["two"],
        },
    ],
    "volumes": [
        {"name": "config", "type": "ConfigFileVolume", "files": {"a.txt": "hello", "sub/b.txt": "there"}},
        {"name": "empty", "type": "EmptyDirVolume"},
    ],
}

#: Every kind of volume, and what else is bought by name.
KINDS: Json = {
    "container_group_name": "tf-kinds",
    "instance_type": "ecs.c6.large",
    "ram_role_name": "role",
    "ephemeral_storage": 20,
    "containers": [
        {
            "name": "web",
            "image": f"{IMAGES}/nginx:alpine",
            "image_pull_policy": "IfNotPresent",
            "commands": ["sleep", "9999"],
            "volume_mounts": [
                {"mount_path": "/nfs", "read_only": False, "name": "nfs"},
                {"mount_path": "/flex", "read_only": False, "name": "flex"},
                {"mount_path": "/disk", "read_only": False, "name": "disk"},
            ],
        }
    ],
    "volumes": [
        {
            "name": "nfs",
            "type": "NFSVolume",
            "nfs_path": "/share",
            "nfs_server": "nas.example.com",
            "nfs_read_only": True,
        },
        {
            "name": "flex",
            "type": "FlexVolume",
            "flex_driver": "alicloud/disk",
            "flex_fs_type": "ext4",
            "flex_options": '{"volumeSize":"20"}',
        },
        {"name": "disk", "type": "DiskVolume", "disk_id": "d-2ze1", "disk_fs_type": "xfs"},
    ],
}

SPOT: Json = {
    "container_group_name": "tf-spot",
    "cpu": 2.0,
    "memory": 4.0,
    "spot_strategy": "SpotWithPriceLimit",
    "spot_price_limit": 0.5,
    "containers": [{"name": "c", "image": f"{IMAGES}/nginx:alpine", "image_pull_policy": "IfNotPresent"}],
}

BARE: Json = {
    "container_group_name": "tf-bare",
    "containers": [{"name": "c", "image": f"{IMAGES}/nginx:alpine", "image_pull_policy": "IfNotPresent"}],
}


#: What may be left out of the blocks that are there, for which the provider sends zeros and nothings.
SPARSE: Json = {
    "container_group_name": "tf-sparse",
    "containers": [
        BARE["containers"][0]
        | {
            "ports": [{"port": 80}],
            "liveness_probe": {"tcp_socket": 80, "period_seconds": 5},
            "readiness_probe": {"http_get": {"port": 80}},
            "security_context": {},
        }
    ],
    "init_containers": [EXAMPLE["init_containers"][0] | {"ports": [{"port": 80}]}],
}


def _name(config: Json) -> str:
    return str(config["container_group_name"]).removeprefix("tf-")


def create(provider: Provider, config: Json) -> str:
    """Create and wait, as the provider does; the id."""
    token = f"TF-CreateContainerGroup-{uuid4()}"
    request = {"ClientToken": token, **create_request(config)}
    group_id = str(provider.post(ECI, "CreateContainerGroup", request)["ContainerGroupId"])
    settle(provider, group_id)
    return group_id


def settle(provider: Provider, group_id: str) -> None:
    waiting = {"Scheduling", "Pending", "Restarting", "Updating"}
    provider.wait(lambda: read(provider, group_id), waiting, {"Running", "Succeeded"})


def delete(provider: Provider, group_id: str, *, hooks: bool = False) -> None:
    """The provider's own tests look at once whether it is gone; only preStop hooks make it linger."""
    provider.post(ECI, "DeleteContainerGroup", {"ContainerGroupId": group_id})
    if hooks:
        provider.wait_gone(lambda: read(provider, group_id), {"Terminating"})
    else:
        assert provider.gone(lambda: read(provider, group_id))


def difference(config: Json, found: Json) -> Json:
    """What a plan would want to change: attribute -> (found, wanted)."""
    return dict(_differences(found, planned(config), ""))


def _differences(found: Any, wanted: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(wanted, dict) and isinstance(found, dict) and (not path or wanted.keys() == found.keys()):
        for name, value in wanted.items():
            yield from _differences(found[name], value, f"{path}.{name}".lstrip("."))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, value in enumerate(wanted):
            yield from _differences(found[number], value, f"{path}.{number}")
    elif found != wanted:
        yield path, (found, wanted)


def test_what_is_sent_here_is_what_was_recorded() -> None:
    lines = (Path(__file__).parents[1] / "gateway" / "terraform-create.txt").read_text().splitlines()
    recorded = dict(line.split("=", 1) for line in lines)
    del recorded["ClientToken"]
    ours = create_request({**EXAMPLE, "security_group_id": "sg-1", "vswitch_id": "vsw-1"})
    assert flat({"RegionId": "cn-beijing", **ours}) == recorded


@pytest.mark.parametrize("config", [EXAMPLE, RICH, KINDS, SPOT, BARE, SPARSE], ids=_name)
def test_a_group_is_created_read_imported_and_deleted(
    provider: Provider, network: Json, config: Json
) -> None:
    config = config | network
    group_id = create(provider, config)
    item = read(provider, group_id)
    applied = state(item)
    assert difference(config, applied) == {}
    assert applied["resource_group_id"]
    assert item["IntranetIp"].startswith("10.0.1.")
    assert bool(item["InternetIp"]) == config.get("auto_create_eip", False)
    imported = state(read(provider, group_id))  # all that an import has is the id
    assert imported == applied
    delete(provider, group_id, hooks="lifecycle_pre_stop_handler_exec" in config["containers"][0])


def test_what_is_left_out_has_the_defaults_that_the_provider_expects(
    provider: Provider, network: Json
) -> None:
    group_id = create(provider, BARE | network)
    found = state(read(provider, group_id))
    expected = {"restart_policy": "Always", "cpu": 2.0, "memory": 4.0, "dns_policy": "Default"}
    assert found | expected == found
    delete(provider, group_id)


def test_a_create_that_is_tried_again_makes_no_second_group(provider: Provider, network: Json) -> None:
    config = BARE | network
    request = {"ClientToken": "TF-CreateContainerGroup-2-again", **create_request(config)}
    once, again = (provider.post(ECI, "CreateContainerGroup", request)["ContainerGroupId"] for _ in range(2))
    assert once == again
    delete(provider, once)


def test_a_probe_that_fails_leaves_the_group_running(provider: Provider, network: Json) -> None:
    eager = {**EXEC_PROBE, "initial_delay_seconds": 1, "period_seconds": 1, "failure_threshold": 1}
    eager["exec"] = ["cat", "/tmp/healthy"]
    config = BARE | network
    config["containers"] = [
        config["containers"][0] | {"commands": ["sleep", "9999"], "liveness_probe": eager}
    ]
    group_id = create(provider, config)

    def restarted() -> Json:
        item = read(provider, group_id)
        assert item["Status"] == "Running"
        return {"Status": str(item["Containers"][0]["RestartCount"] > 0)}

    provider.wait(restarted, set(), {"True"})
    assert difference(config, state(read(provider, group_id))) == {}
    delete(provider, group_id)


def test_of_several_vswitches_the_chosen_one_is_read_back(provider: Provider, network: Json) -> None:
    config = BARE | network
    config["vswitch_id"] = f"{network['vswitch_id']},{network['vswitch_id']}"
    group_id = create(provider, config)
    assert state(read(provider, group_id))["vswitch_id"] == network["vswitch_id"]
    delete(provider, group_id)


def test_an_eip_is_held_as_long_as_the_group_lives(provider: Provider, network: Json) -> None:
    eip = provider.post(VPC, "AllocateEipAddress", {"Bandwidth": "5"})

    def described() -> Json:
        answer = provider.post(VPC, "DescribeEipAddresses", None, {"AllocationId": eip["AllocationId"]})
        found: Json = answer["EipAddresses"]["EipAddress"][0]
        return found

    group_id = create(provider, BARE | network | {"eip_instance_id": eip["AllocationId"]})
    assert read(provider, group_id)["InternetIp"] == eip["EipAddress"]
    assert described()["Status"] == "InUse"
    delete(provider, group_id)
    provider.wait(described, {"InUse"}, {"Available"})
    provider.post(VPC, "ReleaseEipAddress", None, {"AllocationId": eip["AllocationId"]})


@pytest.mark.parametrize(
    "change",
    [
        {"tags": {"Created": "TF", "For": "another"}},
        {"restart_policy": "Always"},
        {"resource_group_id": "rg-another"},
        {"containers": [EXAMPLE["containers"][0] | {"cpu": 1.5, "memory": 2.5}]},
        {"containers": [EXAMPLE["containers"][0] | {"image": f"{IMAGES}/nginx:perl", "args": ["new"]}]},
        {"containers": [EXAMPLE["containers"][0] | {"name": "other"}]},
        {"init_containers": [EXAMPLE["init_containers"][0] | {"args": ["hello again"]}]},
        {"volumes": [*EXAMPLE["volumes"], {"name": "empty3", "type": "EmptyDirVolume"}]},
        {"dns_config": {"name_servers": ["1.1.1.1"], "searches": [], "options": []}},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_change_in_place_is_read_back_and_nothing_else_with_it(
    provider: Provider, network: Json, change: Json
) -> None:
    config = EXAMPLE | network | {"container_group_name": "tf-change", "resource_group_id": "rg-first"}
    group_id = create(provider, config)
    changed = config | change
    provider.post(ECI, "UpdateContainerGroup", update_request(group_id, config, changed))
    settle(provider, group_id)
    assert difference(changed, state(read(provider, group_id))) == {}
    delete(provider, group_id)


def test_what_the_data_source_reads_of_a_group(provider: Provider, network: Json) -> None:
    config = (
        BARE | network | {"container_group_name": "tf-listed", "tags": {"Created": "TF", "For": "listed"}}
    )
    group_id = create(provider, config)
    query = {"MaxResults": 50, "ContainerGroupName": "tf-listed", "WithEvent": True, "Tag.1.Key": "For"}
    answer = provider.post(ECI, "DescribeContainerGroups", query | {"Tag.1.Value": "listed"})
    assert answer["NextToken"] == ""
    (item,) = answer["ContainerGroups"]
    assert item["ContainerGroupId"] == group_id
    integer(item["Discount"])  # "2.0" would end the plugin
    for name in ("EniInstanceId", "ExpiredTime", "FailedTime", "SucceededTime", "Ipv6Address", "VpcId"):
        text(item[name])
    assert item["Events"]
    for event in item["Events"]:
        integer(event["Count"])
        for name in ("FirstTimestamp", "LastTimestamp", "Message", "Name", "Reason", "Type"):
            text(event[name])
    for other in (
        {"Tag.1.Key": "For", "Tag.1.Value": "nobody"},
        {"Status": "Failed"},
        {"ResourceGroupId": "rg-no"},
    ):
        assert provider.post(ECI, "DescribeContainerGroups", other)["ContainerGroups"] == []
    delete(provider, group_id)
