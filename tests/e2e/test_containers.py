"""What the engine says of a group's containers."""

from __future__ import annotations

import pytest
import requests

from eci_emulator.engine.driver import LABEL_CONTAINER, LABEL_GROUP, LABEL_INSTANCE
from tests.e2e.running import Running, wait_for

pytestmark = pytest.mark.docker

GIB = 1 << 30


def test_limits_and_hardening_are_the_engines_own(emulator: Running) -> None:
    group_id = emulator.create(
        "limits", "sleep 1000", **{"Cpu": 2, "Memory": 4, "Container.1.Cpu": 0.5, "Container.1.Memory": 0.25}
    )
    emulator.until(group_id, "Running")
    (container,) = emulator.containers(group_id)
    host = container["HostConfig"]
    assert host["NanoCpus"] == 500_000_000
    assert host["Memory"] == GIB // 4
    assert host["MemorySwap"] == GIB // 4
    assert 0 < host["PidsLimit"] <= 4096
    assert "no-new-privileges" in host["SecurityOpt"]
    assert "ALL" in host["CapDrop"]
    assert not host["Privileged"]
    assert host["Binds"] in (None, [])
    labels = container["Config"]["Labels"]
    assert labels[LABEL_GROUP] == group_id
    assert labels[LABEL_CONTAINER] == "main"
    assert labels[LABEL_INSTANCE] == emulator.instance
    emulator.delete(group_id)


def test_a_program_cannot_take_more_than_its_memory(emulator: Running) -> None:
    group_id = emulator.create(
        "greedy", "tail /dev/zero", RestartPolicy="Never", **{"Container.1.Memory": 0.03125}
    )
    group = emulator.until(group_id, "Failed")
    state = group["Containers"][0]["CurrentState"]
    assert (state["Reason"], state["ExitCode"]) == ("OOMKilled", 137)
    assert "OOMKilled" in {event["Reason"] for event in group["Events"]}
    emulator.delete(group_id)


def test_a_program_cannot_take_more_than_its_cpu(emulator: Running) -> None:
    """A busy loop with a tenth of a CPU is throttled, says the cgroup's own count."""
    group_id = emulator.create("busy", "while :; do :; done", **{"Container.1.Cpu": 0.1})
    emulator.until(group_id, "Running")
    stat = '["sh","-c","sleep 2; cat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu.stat 2>/dev/null"]'
    shown = emulator.call(
        "ExecContainerCommand", ContainerGroupId=group_id, ContainerName="main", Command=stat, Sync="true"
    )["SyncResponse"]
    counts = dict(line.split() for line in shown.splitlines())
    assert int(counts["nr_throttled"]) > 0  # how often depends on what else the machine does
    emulator.delete(group_id)


def test_two_groups_reach_each_other_by_address(emulator: Running) -> None:
    server = emulator.create("server", "echo here > /tmp/page; httpd -f -p 80 -h /tmp")
    address = emulator.until(server, "Running")["IntranetIp"]
    client = emulator.create(
        "client", f"until wget -qO- http://{address}/page; do sleep 0.2; done", RestartPolicy="Never"
    )
    emulator.until(client, "Succeeded")
    log = emulator.call("DescribeContainerLog", ContainerGroupId=client, ContainerName="main")
    assert log["Content"].endswith("here\n")
    page = wait_for(lambda: requests.get(f"http://{address}/page", timeout=30), "the page from the host")
    assert page.text == "here\n"
    emulator.delete(server, client)


def test_config_files_arrive(emulator: Running) -> None:
    group_id = emulator.create(
        "files",
        "cat /etc/app/settings.ini; stat -c %a /etc/app/settings.ini",
        RestartPolicy="Never",
        **{
            "Volume.1.Name": "config",
            "Volume.1.Type": "ConfigFileVolume",
            "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Path": "settings.ini",
            "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content": "YT0xCg==",
            "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Mode": "256",
            "Container.1.VolumeMount.1.Name": "config",
            "Container.1.VolumeMount.1.MountPath": "/etc/app",
        },
    )
    emulator.until(group_id, "Succeeded")
    log = emulator.call("DescribeContainerLog", ContainerGroupId=group_id, ContainerName="main")
    assert log["Content"] == "a=1\n400\n"
    emulator.delete(group_id)


def test_delete_answers_while_the_container_ignores_sigterm(emulator: Running) -> None:
    group_id = emulator.create(
        "deaf", "trap '' TERM; while :; do sleep 1; done", TerminationGracePeriodSeconds=600
    )
    emulator.until(group_id, "Running")
    emulator.call("DeleteContainerGroup", ContainerGroupId=group_id)
    assert emulator.describe(group_id) is None
    assert emulator.containers(group_id), "the grace period is still on"
    for move in ({"action": "advance", "seconds": 600}, {"action": "real"}):
        assert emulator.session.post(f"{emulator.url}/_eci/clock", json=move, timeout=120).ok
    wait_for(lambda: not emulator.containers(group_id), "the container killed and removed")


def test_bad_input_names_the_parameter_and_makes_nothing(emulator: Running) -> None:
    refused = emulator.try_call("CreateContainerGroup", ContainerGroupName="no-containers")
    assert refused.status_code == 400
    assert set(refused.json()) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert refused.json()["Code"] == "MissingContainer"
    refused = emulator.try_call(
        "CreateContainerGroup",
        **{"ContainerGroupName": "bad", "Container.1.Name": "a", "Container.1.Image": "b", "Cpu": "much"},
    )
    assert refused.status_code == 400
    assert "Cpu" in refused.json()["Message"]
    assert emulator.call("DescribeContainerGroups", ContainerGroupName="bad")["TotalCount"] == 0
