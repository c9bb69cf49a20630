"""What the engine is asked for, given what a caller asked for."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.controller.configure import Configurer, resolv_conf, sysctls_left_out
from eci_emulator.controller.names import ROLE_CONTAINER, Names
from eci_emulator.engine.driver import ContainerConfig
from eci_emulator.model.group import (
    ContainerGroup,
    ContainerSecurityContext,
    ContainerSpec,
    DnsConfig,
    EnvironmentVar,
    GroupSpec,
    GroupState,
    HostAlias,
    NameValue,
    Placement,
    Volume,
    VolumeMount,
)

CONFIGURER = Configurer(Names("test"), "base", runtime="crun")


def group(*containers: ContainerSpec, **spec: Any) -> ContainerGroup:
    placed = Placement(
        ip="10.0.0.9", cidr="10.0.0.0/24", vpc_cidr="10.0.0.0/16", zone_id="cn-hangzhou-b", cpu=2, memory=4
    )
    made = ContainerGroup(
        id="eci-1",
        account="1",
        region="cn-hangzhou",
        spec=GroupSpec(
            name="web", containers=list(containers) or [ContainerSpec(name="app", image="a")], **spec
        ),
        state=GroupState(placement=placed),
    )
    made.state.sandboxed = CONFIGURER.needs_sandbox(made)
    return made


def configured(made: ContainerGroup, number: int = 0) -> ContainerConfig:
    return CONFIGURER.container(made, made.spec.containers[number], ROLE_CONTAINER, 0)


def with_app(**values: Any) -> ContainerConfig:
    return configured(group(ContainerSpec(name="app", image="a", **values)))


def test_no_container_is_to_have_more_than_its_host() -> None:
    made = group(ContainerSpec(name="app", image="a", gpu=2))
    assert configured(made).gpus == 0, "it runs without"
    rich = Configurer(Names("test"), "base", gpus=8)
    assert rich.container(made, made.spec.containers[0], ROLE_CONTAINER, 0).gpus == 2
    small = Configurer(Names("test"), "base", cpus=1)
    assert small.container(made, made.spec.containers[0], ROLE_CONTAINER, 0).nano_cpus == 1_000_000_000


@pytest.mark.parametrize(
    ("commands", "args", "entrypoint", "command"),
    [
        ([], [], None, None),  # the image's ENTRYPOINT and CMD
        (["run"], [], ["run"], None),  # CMD is left out
        ([], ["-v"], None, ["-v"]),  # ENTRYPOINT with these
        (["run"], ["-v"], ["run"], ["-v"]),
    ],
)
def test_command_and_arguments(
    commands: list[str], args: list[str], entrypoint: list[str] | None, command: list[str] | None
) -> None:
    config = with_app(commands=commands, args=args)
    assert (config.entrypoint, config.command) == (entrypoint, command)


def test_environment_is_filled_in() -> None:
    config = with_app(
        environment_vars=[
            EnvironmentVar(key="ID", value="the last one counts"),
            EnvironmentVar(key="ID", value="__ECI_ID__/__ECI_NAME__/__CONTAINER_NAME__"),
            EnvironmentVar(key="WHERE", value="__REGION_ID__ __ZONE_ID__ __OTHER__"),
            EnvironmentVar(key="IP", field_path="status.podIP"),
        ]
    )
    assert config.environment == {
        "ID": "eci-1/web/app",
        "WHERE": "cn-hangzhou cn-hangzhou-b __OTHER__",
        "IP": "10.0.0.9",
    }


def test_a_single_container_has_the_network_and_a_container_among_several_joins_it() -> None:
    alone = with_app()
    assert (alone.network, alone.ip, alone.hostname, alone.join) == (
        "eci-test-10.0.0.0_16", "10.0.0.9", "web", "",
    )  # fmt: skip
    two = group(ContainerSpec(name="a", image="a"), ContainerSpec(name="b", image="b"))
    assert (configured(two).join, configured(two).network) == ("eci-1-sandbox", "")
    sandbox = CONFIGURER.sandbox(two)
    assert (sandbox.network, sandbox.ip, sandbox.hostname) == ("eci-test-10.0.0.0_16", "10.0.0.9", "web")


def test_limits_are_the_containers_own_or_the_groups() -> None:
    assert (with_app().nano_cpus, with_app().memory) == (2_000_000_000, 4 << 30)
    own = with_app(cpu=0.25, memory=0.5)
    assert (own.nano_cpus, own.memory, own.pids_limit) == (250_000_000, 512 << 20, 4096)


@pytest.mark.parametrize(
    ("context", "user"),
    [
        ({}, ""),
        ({"run_as_user": 0}, "0"),
        ({"run_as_user": 1000}, "1000"),
        ({"run_as_user": 1000, "run_as_group": 0}, "1000:0"),
        ({"run_as_group": 3000}, ":3000"),
    ],
)
def test_users(context: dict[str, Any], user: str) -> None:
    assert with_app(security_context=ContainerSecurityContext(**context)).user == user


def test_security() -> None:
    context = ContainerSecurityContext(
        capability_adds=["SYS_PTRACE", "NET_ADMIN"], read_only_root_filesystem=True
    )
    config = with_app(security_context=context)
    assert (config.cap_add, config.read_only_root) == (["NET_ADMIN", "SYS_PTRACE"], True)
    assert config.runtime == "crun"


def test_terminal_and_input() -> None:
    config = with_app(tty=True, stdin=True, stdin_once=True)
    assert (config.tty, config.stdin, config.stdin_once) == (True, True, True)


def test_kernel_parameters_go_where_their_namespace_is() -> None:
    sysctls = [
        NameValue(name="net.core.somaxconn", value="1024"),
        NameValue(name="kernel.shmmax", value="1"),
        NameValue(name="kernel.sem", value="1 2 3 4"),
        NameValue(name="fs.mqueue.msg_max", value="9"),
        NameValue(name="vm.swappiness", value="1"),
        NameValue(name="kernel.panic", value="1"),
    ]
    ipc = {"kernel.shmmax": "1", "kernel.sem": "1 2 3 4", "fs.mqueue.msg_max": "9"}
    net = {"net.core.somaxconn": "1024"}
    alone = group(sysctls=sysctls)
    assert configured(alone).sysctls == ipc | net
    two = group(ContainerSpec(name="a", image="a"), ContainerSpec(name="b", image="b"), sysctls=sysctls)
    assert (configured(two).sysctls, CONFIGURER.sandbox(two).sysctls) == (ipc, net)
    assert sysctls_left_out(two.spec) == ["vm.swappiness", "kernel.panic"]


def test_host_aliases() -> None:
    made = group(host_aliases=[HostAlias(ip="1.2.3.4", hostnames=["a.example", "b.example"])])
    assert configured(made).extra_hosts == {"a.example": "1.2.3.4", "b.example": "1.2.3.4"}


def test_a_groups_own_dns_is_a_file_of_its_own() -> None:
    dns = DnsConfig(
        name_servers=["9.9.9.9"],
        searches=["x.example", "y.example"],
        options=[NameValue(name="ndots", value="2"), NameValue(name="rotate")],
    )
    rest = b"nameserver 9.9.9.9\nsearch x.example y.example\noptions ndots:2 rotate\n"
    assert resolv_conf(group(dns_config=dns, dns_policy="None").spec) == rest
    assert resolv_conf(group(dns_config=dns).spec) == b"nameserver 127.0.0.11\n" + rest
    searching = group(dns_config=DnsConfig(searches=["x"]), dns_policy="None")
    assert resolv_conf(searching.spec) == b"nameserver 127.0.0.11\nsearch x\n"
    targets = [mount.target for mount in configured(group(dns_config=dns)).mounts]
    assert targets == ["/dev/termination-log", "/etc/resolv.conf"]
    assert [mount.target for mount in configured(group()).mounts] == ["/dev/termination-log"]


def test_volumes_and_the_file_for_last_words() -> None:
    spec = ContainerSpec(
        name="app",
        image="a",
        termination_message_path="/tmp/words",
        volume_mounts=[
            VolumeMount(name="data", mount_path="/data", sub_path="a/b"),
            VolumeMount(name="conf", mount_path="/conf"),
        ],
    )
    made = group(
        spec,
        volumes=[Volume(name="data", type="EmptyDirVolume"), Volume(name="conf", type="ConfigFileVolume")],
    )
    data, conf, words = configured(made).mounts
    assert (data.target, data.volume, data.sub_path, data.read_only) == ("/data", "eci-1-data", "a/b", False)
    assert (conf.target, conf.read_only) == ("/conf", True)
    assert (words.target, words.volume, words.sub_path) == (
        "/tmp/words", "eci-1.files", "messages/container-app-0",
    )  # fmt: skip


def test_a_shared_process_namespace_is_the_sandboxs() -> None:
    made = group(share_process_namespace=True)
    assert (configured(made).share_pid_with, configured(made).join) == ("eci-1-sandbox", "eci-1-sandbox")
    assert configured(group()).share_pid_with == ""


# --- the digest -----------------------------------------------------------------------------------


def digest(made: ContainerGroup) -> str:
    return CONFIGURER.digest(made, made.spec.containers[0])


def test_the_digest_changes_with_everything_a_container_is_made_from() -> None:
    app = ContainerSpec(name="app", image="a", volume_mounts=[VolumeMount(name="v", mount_path="/v")])
    base = group(app, volumes=[Volume(name="v", type="EmptyDirVolume")])
    other_volume = group(app, volumes=[Volume(name="v", type="EmptyDirVolume", empty_dir_medium="Memory")])
    bigger = group(app, volumes=base.spec.volumes)
    bigger.state.placement.memory = 8
    dns = group(app, volumes=base.spec.volumes, dns_config=DnsConfig(searches=["x"]))
    several = group(app, ContainerSpec(name="b", image="b"), volumes=base.spec.volumes)
    assert len({digest(made) for made in (base, other_volume, bigger, dns, several)}) == 5


def test_the_digest_stays_when_only_others_change_or_a_disk_grows() -> None:
    mount = VolumeMount(name="d", mount_path="/d")
    app = ContainerSpec(name="app", image="a", volume_mounts=[mount])

    def made(size: int, other: str) -> ContainerGroup:
        volumes = [Volume(name="d", type="FlexVolume", disk_size=size), Volume(name=other, type="x")]
        return group(app, volumes=volumes, tags=[])

    assert digest(made(20, "one")) == digest(made(40, "two"))
