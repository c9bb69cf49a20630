"""Groups on the real engine: what containers find around them, how they start together and end."""

from __future__ import annotations

import base64

import pytest

from .docker_lab import DockerLab

pytestmark = pytest.mark.docker

DATA = {"Name": "data", "Type": "EmptyDirVolume"}
DATA_MOUNT = {"Name": "data", "MountPath": "/data"}
SIDECAR = {"ECI_CONTAINER_TYPE": "sidecar"}
#: A sidecar that heeds SIGTERM, and how another container waits until it does.
SIDE = "trap 'exit 0' TERM; touch /data/up; while :; do sleep 0.1; done"
UP = "until [ -f /data/up ]; do sleep 0.1; done"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_what_containers_of_a_group_find_around_them(docker_lab: DockerLab) -> None:
    """One group with everything: init containers, a sidecar, shared volumes, network, names, DNS, users ..."""
    lab = docker_lab
    setup = "echo page > /data/index.html; chmod 644 /data/index.html; id -u > /data/uid"
    group_id = lab.create(
        lab.member("web", "cd /data; exec httpd -f -p 8080", VolumeMount=[DATA_MOUNT]),
        lab.member(
            "looker",
            "until wget -q -O - http://127.0.0.1:8080/; do sleep 0.1; done; cat /conf/a/b.txt; sleep 1000",
            VolumeMount=[DATA_MOUNT, {"Name": "conf", "MountPath": "/conf"}],
            env={"WHO": "__ECI_NAME__/__CONTAINER_NAME__"},
            SecurityContext={"RunAsUser": 1234, "ReadOnlyRootFilesystem": True},
            WorkingDir="/data",
            Tty=True,
            Stdin=True,
        ),
        lab.member(
            "side",
            env={"ECI_CONTAINER_TYPE": "sidecar"},
            SecurityContext={"Capability": {"Add": ["NET_ADMIN", "SYS_PTRACE"]}},
            Cpu=0.25,
            Memory=0.5,
        ),
        InitContainer=[
            lab.member("first", setup, VolumeMount=[DATA_MOUNT]),
            lab.member("second", "test -f /data/index.html", VolumeMount=[DATA_MOUNT]),
        ],
        Volume=[
            DATA,
            {
                "Name": "conf",
                "Type": "ConfigFileVolume",
                "ConfigFileVolume": {
                    "ConfigFileToPath": [{"Path": "a/b.txt", "Content": encoded("told\n"), "Mode": 420}]
                },
            },
        ],
        ContainerGroupName="every-thing",
        TerminationGracePeriodSeconds=1,
        HostAliase=[{"Ip": "10.9.8.7", "Hostname": ["db.example", "db"]}],
        DnsPolicy="None",
        DnsConfig={
            "NameServer": ["9.9.9.9"],
            "Search": ["x.example"],
            "Option": [{"Name": "ndots", "Value": "3"}],
        },
        SecurityContext={
            "Sysctl": [
                {"Name": "net.core.somaxconn", "Value": "512"},
                {"Name": "kernel.shmmax", "Value": "123456"},
                {"Name": "vm.swappiness", "Value": "1"},
            ]
        },
    )
    lab.until_status(group_id, "Running")
    ip = lab.group(group_id).state.placement.ip
    assert lab.container(group_id, "first").current.reason == "Completed"
    lab.until(lambda: "told" in lab.log(group_id, "looker"))
    assert lab.log(group_id, "looker").replace("\r", "") == "page\ntold\n"

    # The same network, names and DNS for all; the address is the group's.
    for name in ("web", "looker", "side"):
        assert lab.run(group_id, name, "hostname") == "every-thing\n"
        assert ip in lab.run(group_id, name, "ip addr show eth0")
        assert "10.9.8.7\tdb.example" in lab.run(group_id, name, "cat /etc/hosts")
        assert lab.run(group_id, name, "cat /etc/resolv.conf") == (
            "nameserver 9.9.9.9\nsearch x.example\noptions ndots:3\n"
        )
        assert lab.run(group_id, name, "cat /proc/sys/net/core/somaxconn /proc/sys/kernel/shmmax") == (
            "512\n123456\n"
        )
    assert lab.told(group_id, "SysctlNotApplied") == [
        "The sysctl vm.swappiness belongs to the whole host here and is left as it is."
    ]

    # Users, rights, terminal, environment, working directory.
    assert lab.run(group_id, "looker", "id -u; pwd; echo $WHO") == "1234\n/data\nevery-thing/looker\n"
    assert "Read-only" in lab.run(group_id, "looker", "touch /new 2>&1")
    assert lab.inspect(group_id, "looker")["Config"]["Tty"]
    assert lab.inspect(group_id, "looker")["Config"]["OpenStdin"]
    added = lab.inspect(group_id, "side")["HostConfig"]
    assert {"NET_ADMIN", "SYS_PTRACE"} <= set(added["CapAdd"])
    assert (added["NanoCpus"], added["Memory"]) == (250_000_000, 512 << 20)
    assert "no-new-privileges" in added["SecurityOpt"]

    # Delete: everything goes, and nothing of it stays.
    lab.delete(group_id)
    lab.until_gone(group_id)


def test_exit_codes_messages_and_memory(docker_lab: DockerLab) -> None:
    """Business containers that fail, succeed, run out of memory and cannot be run; a sidecar that is stopped."""
    lab = docker_lab
    hog = "exec tail /dev/zero"
    group_id = lab.create(
        lab.member("bad", f"{UP}; echo last words > /dev/termination-log; exit 3", VolumeMount=[DATA_MOUNT]),
        lab.member("loose", "exit 9", env={"ECI_CONTAINER_IGNORE_EXIT_CODE": "true"}),
        lab.member("logs", "echo oops; exit 4", TerminationMessagePolicy="FallbackToLogsOnError"),
        lab.member("path", "echo here > /tmp/words", TerminationMessagePath="/tmp/words"),
        lab.member("hog", hog, Memory=0.03125),
        {"Name": "typo", "Image": lab.image, "Command": ["/no/such/program"]},
        {"Name": "args", "Image": lab.image, "Arg": ["sh", "-c", "exit 0"]},
        lab.member("side", SIDE, env=SIDECAR, VolumeMount=[DATA_MOUNT]),
        RestartPolicy="Never",
        Volume=[DATA],
    )
    lab.until_status(group_id, "Failed")
    found = {
        name: (status.current.reason, status.current.exit_code, status.current.signal)
        for name, status in lab.group(group_id).state.containers.items()
    }
    assert found == {
        "bad": ("Error", 3, 0),
        "loose": ("Completed", 0, 0),
        "logs": ("Error", 4, 0),
        "path": ("Completed", 0, 0),
        "hog": ("OOMKilled", 137, 9),
        "typo": ("StartError", 128, None),
        "args": ("Completed", 0, 0),
        "side": ("Completed", 0, 0),
    }
    messages = {name: s.current.message for name, s in lab.group(group_id).state.containers.items()}
    assert (messages["bad"], messages["logs"], messages["path"]) == ("last words\n", "oops\n", "here\n")
    assert "no such file" in messages["typo"]
    assert "exit code 9 (Error)" in messages["loose"]
    assert lab.told(group_id, "OOMKilled") == ["Out of memory"]
    assert lab.running(group_id) == []
    times = [s.current for s in lab.group(group_id).state.containers.values()]
    assert all(0 < time.start_time <= time.finish_time <= lab.now for time in times)
    assert lab.log(group_id, "logs") == "oops\n"  # still there after the end


def test_running_as_root_can_be_forbidden(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group_id = lab.create(
        lab.member(SecurityContextRunAsNonRoot=True),
        lab.member("other", SecurityContextRunAsNonRoot=True, SecurityContext={"RunAsUser": 1000}),
        lab.member("grouped", SecurityContextRunAsGroup=77, SecurityContext={"RunAsUser": 1000}),
    )
    lab.until(lambda: lab.container(group_id, "other").current.state == "Running")
    app = lab.container(group_id, "app").current
    assert (app.reason, app.message) == (
        "CreateContainerConfigError",
        "container has runAsNonRoot and image will run as root",
    )
    assert (lab.status(group_id), lab.run(group_id, "grouped", "id -u; id -g")) == ("Pending", "1000\n77\n")


def test_a_shared_process_namespace(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group_id = lab.create(lab.member("a", "exec sleep 12345"), lab.member("b"), ShareProcessNamespace=True)
    lab.until_status(group_id, "Running")
    assert "sleep 12345" in lab.run(group_id, "b", "ps")
