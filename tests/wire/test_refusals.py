"""Every code that a call can be refused with: provoked, with its HTTP status and its published text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from eci_emulator.controller.accounting import snapshot
from eci_emulator.gateway.keys import account_of
from eci_emulator.gateway.tree import flatten
from eci_emulator.model.disks import Disk
from eci_emulator.model.errors import BY_CODE
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.store.table import Tenant
from tests.coverage_page import FACTS
from tests.wire.scenario import running
from tests.wire.served import FORM, Answer, Served, encoded, serving

LIMITS = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
CONTAINER = {"Name": "c", "Image": "i"}
TWICE = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
DISK = {"Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/disk"}}
SOURCE = {"Type": "NAS", "Options": {"server": "s"}}
JSON = [(b"content-type", b"application/json")]


class World:
    """Emulators, each with other settings, and calls of them."""

    def __init__(self, served: Served, open_one: Callable[..., Served]) -> None:
        self.served = served
        self._open = open_one

    def __call__(self, action: str, **parameters: Any) -> Answer:
        public = {"Action": action, "Version": "2018-08-08", "Format": "JSON", "RegionId": "cn-hangzhou"}
        return self.served("POST", b"/", [FORM], encoded(public | flatten(parameters)))

    def create(self, **parameters: Any) -> Answer:
        return self(
            "CreateContainerGroup", **{"ContainerGroupName": "web", "Container": [CONTAINER], **parameters}
        )

    def group(self, *, runs: bool = True, **parameters: Any) -> dict[str, str]:
        group_id = self.create(**parameters).json["ContainerGroupId"]
        if runs:
            self.served.emulator.store.groups.update(group_id, running)
        return {"ContainerGroupId": group_id}

    def image_cache(self) -> dict[str, str]:
        made = self("CreateImageCache", ImageCacheName="c", Image=["a:1"]).json
        return {"ImageCacheId": made["ImageCacheId"]}

    def disk_volume(self, **options: str) -> list[Any]:
        flex = {"Driver": "alicloud/disk", "Options": json.dumps(options)}
        return [{"Name": "d", "Type": "FlexVolume", "FlexVolume": flex}]

    def stock(self, **level: Any) -> None:
        body = json.dumps(level).encode()
        headers = [*JSON, (b"content-length", str(len(body)).encode())]
        assert self.served("PUT", b"/_eci/stock", headers, body).status < 300

    def with_settings(self, **settings: Any) -> World:
        return World(self._open(**settings), self._open)


@pytest.fixture
def world(served: Served, redis_server: str, tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(
            served, lambda **settings: stack.enter_context(serving(redis_server, tmp_path, **settings))
        )


def taken_address(world: World) -> Answer:
    taken = world.group(VSwitchId="vsw-1")["ContainerGroupId"]
    group = world.served.emulator.store.groups.get(taken)
    assert group
    return world.create(VSwitchId="vsw-1", PrivateIpAddress=group.state.placement.ip)


def no_address(world: World) -> Answer:
    world.group(VSwitchId="vsw-1")
    vswitches = world.served.emulator.store.vswitches
    (vswitch,) = vswitches.get_many(vswitches.all_ids())
    vswitch.cidr = vswitch.cidr.rpartition("/")[0] + "/30"
    vswitches.save(vswitch)
    return world.create(VSwitchId="vsw-1")


def with_ipv6(world: World) -> Answer:
    world.group(VSwitchId="vsw-1")
    vswitches = world.served.emulator.store.vswitches
    (vswitch,) = vswitches.get_many(vswitches.all_ids())
    vswitch.ipv6_cidr = "2001:db8::/64"
    vswitches.save(vswitch)
    return world.create(VSwitchId="vsw-1", Ipv6AddressCount=1)


def no_stock(world: World) -> Answer:
    world.stock(what="2-4Gi", units=0)
    return world.create()


def strange_zone(world: World) -> Answer:
    """It leaves nothing behind: the vSwitch is not made up in a zone that nobody sells."""
    elsewhere = {"VSwitchId": "vsw-1", "ZoneId": "cn-beijing-h"}
    assert world("CreateVirtualNode", SecurityGroupId="sg-1", **elsewhere).code == "Zone.NotOnSale"
    answer = world.create(**elsewhere)
    assert world.create(VSwitchId="vsw-1").status == 200
    return answer


def closed_zone(world: World) -> Answer:
    world.stock(zone="cn-hangzhou-h", closed=True)
    return world.create(ZoneId="cn-hangzhou-h")


def strange_security_group(world: World) -> Answer:
    world.group(SecurityGroupId="sg-1")
    groups = world.served.emulator.store.security_groups
    (known,) = groups.get_many(groups.all_ids())
    known.vpc_id, known.invented = "vpc-other", False
    groups.save(known)
    return world.create(SecurityGroupId="sg-1")


def too_much_on_the_bill(world: World) -> Answer:
    """A group that was Pending for an hour."""
    emulator = world.served.emulator
    (group,) = emulator.store.groups.get_many([*world.group(runs=False).values()])
    before = snapshot(group)
    group.state.status = GroupStatus.PENDING
    emulator.store.groups.save(
        group, also=emulator.accounting.changed(before, group, emulator.store.clock.now())
    )
    emulator.store.clock.set(emulator.store.clock.now() + 3600)
    return world.with_settings(budget=0.01).create()


def disks_apart(world: World) -> Answer:
    emulator = world.served.emulator
    account = account_of("")
    disk = Disk(
        id=Tenant(account, "cn-hangzhou").scoped("d-1"),
        account=account,
        region="cn-hangzhou",
        zone_id="cn-hangzhou-i",
        host="",
        size=20,
    )
    emulator.store.disks.save(disk)
    return world.create(Volume=world.disk_volume(volumeId="d-1"), ZoneId="cn-hangzhou-h")


def unready_snapshot(world: World) -> Answer:
    return world.create(ImageSnapshotId=world.image_cache()["ImageCacheId"])


def updated(world: World, **parameters: Any) -> Answer:
    return world("UpdateContainerGroup", **world.group(), **parameters)


def task(world: World, **parameters: Any) -> Answer:
    return world("CreateInstanceOpsTask", **{**world.group(), "OpsType": "coredump", **parameters})


#: Each code that a rule of the emulator raises, and one way to it.
PROVOKED: dict[str, Callable[[World], Answer]] = {
    "Account.Arrearage": too_much_on_the_bill,
    "DiskNumber.LimitExceed": lambda w: w.create(Volume=[{"Name": f"d{n}", **DISK} for n in range(7)]),
    "DiskVolume.NotInSameZone": disks_apart,
    "DryRun.Success": lambda w: w.create(DryRun=True),
    "FeatureBasedConstraintConflict": lambda w: w.create(InstanceType="ecs.gn6i-c4g1.xlarge,ecs.c6.large"),
    "ImageCache.IncorrectStatus": lambda w: w("UpdateImageCache", **w.image_cache(), ImageCacheName="x"),
    "ImageSnapshot.IncorrectStatus": unready_snapshot,
    "ImageSnapshot.NotFound": lambda w: w.create(ImageSnapshotId="imc-none"),
    "IncorrectStatus": lambda w: w("RestartContainerGroup", **w.group(runs=False)),
    "IncorrectStatusDetail": lambda w: w(
        "ResizeContainerGroupVolume", **w.group(runs=False), VolumeName="d", NewSize=50
    ),
    "InstanceTypeNotMatchCpuArch": lambda w: w.create(InstanceType="ecs.c6.large", CpuArchitecture="ARM64"),
    "InvalidDiskId.NotFound": lambda w: w.with_settings(strict_network=True).create(
        Volume=w.disk_volume(volumeId="d-9")
    ),
    "InvalidInstanceId.NotFound": lambda w: task(w, ContainerGroupId="eci-none", OpsValue="enable"),
    "InvalidInstanceTypeForEciBuy": lambda w: w.create(InstanceType="ecs.t1.small"),
    "InvalidParam.CpuOrMemorySpec": lambda w: w("DescribeContainerGroupPrice", Cpu=9, Memory=9999),
    "InvalidParameter.CPU.Memory": lambda w: w.create(Cpu=9, Memory=9999),
    "InvalidParameter.DuplicatedName": lambda w: w.create(Container=[CONTAINER, CONTAINER]),
    "InvalidParameter.DuplicatedVolumeName": lambda w: w.create(
        Volume=[{"Name": "v", "Type": "EmptyDirVolume"}] * 2
    ),
    "InvalidParameter.KMS.EncryptedIllegal": lambda w: w.create(
        Volume=w.disk_volume(kmsKeyId="k", encrypted="false")
    ),
    "InvalidParameter.LengthExceeded": lambda w: w.create(ContainerGroupName="x" * 200),
    "InvalidParameter.NotFound": lambda w: w("DeleteContainerGroup", ContainerGroupId="eci-none"),
    "InvalidParameter.ValueExceeded": lambda w: w("DescribeContainerGroups", Limit=21),
    "InvalidSpotCpuMemorySpec": lambda w: w.create(Cpu=1, Memory=2000, SpotStrategy="SpotAsPriceGo"),
    "InvalidVSwitchId.IpNotEnough": no_address,
    "InvalidVolumeType": lambda w: w("ResizeContainerGroupVolume", **w.group(), VolumeName="d", NewSize=50),
    "Ipv6AddressNotSupport": with_ipv6,
    "Ipv6AddressNotSupportVsw": lambda w: w.create(Ipv6AddressCount=1),
    "MissingParameter": lambda w: w.create(Container=[{"Name": "c"}]),
    "NoNeedUpdate": lambda w: updated(w, RestartPolicy="Always"),
    "NumberExceed.Tags": lambda w: w.create(Tag=[{"Key": f"k{n}"} for n in range(21)]),
    "OperationDenied.NoStock": no_stock,
    "OperationDenied.SecurityGroupMisMatch": strange_security_group,
    "OperationDenied.VswZoneMisMatch": lambda w: (
        w.group(VSwitchId="vsw-1", ZoneId="cn-hangzhou-h")
        and w.create(VSwitchId="vsw-1", ZoneId="cn-hangzhou-i")
    ),
    "Ops.InstanceNotSupport": lambda w: task(w, **w.group(runs=False), OpsValue="enable"),
    "Ops.OpsValueInvalid": lambda w: task(w, OpsValue="maybe"),
    "Ops.TypeNotSupport": lambda w: task(w, OpsType="strace", OpsValue="enable"),
    "PrivateIpAddress.Already.InUse": taken_address,
    "QuotaExceeded": lambda w: w.with_settings(vcpu_quota=1.0).create(Cpu=2, Memory=4),
    "Spot.NotMatched": lambda w: w.create(SpotStrategy="SpotWithPriceLimit", SpotPriceLimit=0.001),
    "Tcpdump.InvalidValue": lambda w: task(w, OpsType="tcpdump", OpsValue="enable"),
    "Zone.NotOnSale": closed_zone,
}
ALL = {code for fact in FACTS.values() for code in fact["errors"]}


def test_a_zone_of_another_region(world: World) -> None:
    assert strange_zone(world).code == "Zone.NotOnSale"


@pytest.mark.parametrize("code", sorted(PROVOKED))
def test_a_refusal_has_the_published_status_and_text(world: World, code: str) -> None:
    answer = PROVOKED[code](world)
    assert (answer.code, answer.status) == (code, BY_CODE[code].http_status), answer.body
    assert answer.status in {
        fact["errors"][code]["http"] for fact in FACTS.values() if code in fact["errors"]
    }
    published = {BY_CODE[code].template, *BY_CODE[code].variants}
    texts = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)) for text in published]
    assert any(re.fullmatch(text, answer.json["Message"]) for text in texts), answer.body


def test_the_limits_tell_which_codes_only_faults_bring() -> None:
    """All that are published are either provoked here or told of there, in the order of the alphabet."""
    told = re.search(r"Only fault injection brings\n\n((?:[^\n]+\n)+)", LIMITS)
    assert told
    assert re.findall(r"`([^`]+)`", told[1]) == sorted(ALL - set(PROVOKED))


def vswitches_apart(world: World) -> Answer:
    world.group(VSwitchId="vsw-1,vsw-2")
    vswitches = world.served.emulator.store.vswitches
    one = vswitches.get_many(vswitches.all_ids())[0]
    one.vpc_id = "vpc-other"
    vswitches.save(one)
    return world.create(VSwitchId="vsw-1,vsw-2")


def probed(**handlers: Any) -> Callable[[World], Answer]:
    return lambda world: world.create(Container=[CONTAINER | handlers])


TCP, EXEC = {"TcpSocket": {"Port": 80}}, {"Exec": {"Command": ["true"]}}
HOOKS = {"LifecyclePreStopHandlerExec": ["true"], "LifecyclePreStopHandlerTcpSocketPort": 80}


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("LengthExceeded", lambda w: w.create(VSwitchId=",".join(f"vsw-{n}" for n in range(11)))),
        ("VSwitchId", vswitches_apart),
        *(
            ("PrivateIpAddress", lambda w, ip=ip: w.create(PrivateIpAddress=ip))
            for ip in ("1.2.3", "192.0.2.7", "::1", "0.0.0.0", "255.255.255.255")
        ),
        ("LivenessProbe", probed(LivenessProbe=TCP | EXEC)),
        ("ReadinessProbe", probed(ReadinessProbe=EXEC | {"HttpGet": {"Port": 80}})),
        ("LifecyclePreStopHandler", probed(**HOOKS)),
        ("SuccessThreshold", probed(LivenessProbe=TCP | {"SuccessThreshold": 2})),
    ],
)
def test_what_the_service_refuses_in_words_of_its_own(
    world: World, code: str, way: Callable[[World], Answer]
) -> None:
    """Its code is not known; ours names the parameter."""
    answer = way(world)
    assert (answer.status, answer.code) == (400, f"InvalidParameter.{code}"), answer.body


def test_an_address_a_vswitch_has_a_variable_given_twice_and_a_handler_of_zero(world: World) -> None:
    world.group(VSwitchId="vsw-1,vsw-2")
    vswitches = world.served.emulator.store.vswitches
    for vswitch in vswitches.get_many(vswitches.all_ids()):
        wanted = str(ip_network(vswitch.cidr)[9])
        probe = EXEC | {"SuccessThreshold": 1, "HttpGet": {"Port": 0}}  # zero: not set
        made = world.group(
            VSwitchId="vsw-1,vsw-2",
            PrivateIpAddress=wanted,
            Container=[CONTAINER | {"LivenessProbe": probe, "EnvironmentVar": TWICE}],
        )
        (group,) = world.served.emulator.store.groups.get_many([*made.values()])
        assert (group.state.placement.ip, group.state.placement.v_switch_id) == (wanted, vswitch.public_id)
        for reserved in (0, 1, 2, -2, -1):
            taken = world.create(
                VSwitchId="vsw-1,vsw-2", PrivateIpAddress=str(ip_network(vswitch.cidr)[reserved])
            )
            assert taken.code == "InvalidParameter.PrivateIpAddress"
