"""The metadata server: what is told to whom, and who may come with the keys it gives."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.gateway.keys import AccessKey, Keyring, account_of
from eci_emulator.gateway.roles import FirstOf, RoleKeys
from eci_emulator.model.group import (
    ContainerGroup,
    ContainerSpec,
    DnsConfig,
    GroupSpec,
    GroupState,
    Placement,
)
from eci_emulator.model.metadata import Credentials, lines, mac, metadata
from eci_emulator.store import role_keys
from eci_emulator.store.database import Store, connect
from eci_emulator.store.role_keys import credentials
from tests.e2e.running import Running, wait_for

NOBODY = Credentials("id", "secret", "token")


def group(**spec: Any) -> ContainerGroup:
    return ContainerGroup(
        id="eci-1",
        account="1234567890123456",
        region="cn-hangzhou",
        spec=GroupSpec(name="job", containers=[ContainerSpec(name="main", image="busybox")], **spec),
        state=GroupState(
            placement=Placement(
                zone_id="cn-hangzhou-h",
                v_switch_id="vsw-1",
                vpc_id="vpc-1",
                cidr="10.64.16.0/20",
                vpc_cidr="10.64.0.0/16",
                ip="10.64.16.3",
            )
        ),
    )


# --- what is told -------------------------------------------------------------------------------


def test_what_a_group_is_told() -> None:
    told = metadata(group(), NOBODY, 0.0)

    interface = "network/interfaces/macs/02:42:0a:40:10:03"
    expected = {
        "instance-id": "eci-1",
        "hostname": "job",
        "owner-account-id": "1234567890123456",
        "region-id": "cn-hangzhou",
        "zone-id": "cn-hangzhou-h",
        "mac": "02:42:0a:40:10:03",
        "private-ipv4": "10.64.16.3",
        "vpc-id": "vpc-1",
        "vpc-cidr-block": "10.64.0.0/16",
        "vswitch-id": "vsw-1",
        "vswitch-cidr-block": "10.64.16.0/20",
        "dns-conf/nameservers": "127.0.0.11",
        f"{interface}/primary-ip-address": "10.64.16.3",
        f"{interface}/netmask": "255.255.0.0",
        f"{interface}/gateway": "10.64.0.2",
    }
    assert {path: told[path] for path in expected} == expected
    assert not [path for path in told if path.startswith(("ram/", "eipv4", "instance/"))]
    assert told["serial-number"] == metadata(group(), NOBODY, 1e9)["serial-number"]


def test_what_was_asked_for_is_told() -> None:
    dns = DnsConfig(name_servers=["10.0.0.1", "10.0.0.2"])
    asked = group(
        host_name="me", dns_config=dns, dns_policy="None", ntp_servers=["ntp.example"], ram_role_name="reader"
    )
    asked.state.placement.internet_ip = "203.0.113.7"

    told = metadata(asked, NOBODY, 1_700_000_000.0)

    assert told["hostname"] == "me"
    assert told["dns-conf/nameservers"] == "10.0.0.1\n10.0.0.2"
    assert told["ntp-conf/ntp-servers"] == "ntp.example"
    assert told["eipv4"] == "203.0.113.7"
    assert json.loads(told["ram/security-credentials/reader"]) == {
        "AccessKeyId": "id",
        "AccessKeySecret": "secret",
        "SecurityToken": "token",
        "LastUpdated": "2023-11-14T22:13:20Z",
        "Expiration": "2024-11-13T22:13:20Z",
        "Code": "Success",
    }


def test_folders_list_what_is_in_them() -> None:
    written = lines({"a": "1", "b/c": "2", "b/d/e": "3"}).decode().splitlines()

    assert written == ["/\ta\\nb/", "/b\tc\\nd/", "/b/d\te", "/a\t1", "/b/c\t2", "/b/d/e\t3"]


@given(st.text(st.sampled_from("ab\\\n\t%c0"), min_size=1))
def test_texts_stay_on_their_line(text: str) -> None:
    (_, line) = lines({"a": text}).decode().splitlines()

    path, tab, escaped = line.partition("\t")
    assert (path, tab) == ("/a", "\t")
    assert "\t" not in escaped
    # What C's escapes mean, told by Python's, which knows these too.
    assert escaped.encode().decode("unicode_escape") == text


# --- keys of roles ------------------------------------------------------------------------------


@pytest.fixture
def store(redis_client: redis.Redis) -> Store:
    return Store(redis_client)


def test_the_key_of_a_role_is_good_while_the_group_is_there(store: Store) -> None:
    store.groups.save(group(ram_role_name="reader"))
    given_out = credentials(store.redis, "eci-1")

    key = RoleKeys(store).lookup(given_out.access_key_id)

    assert key is not None
    assert (key.account, key.access_key_secret) == ("1234567890123456", given_out.access_key_secret)
    assert key.security_token == given_out.security_token
    found = store.groups.get("eci-1")
    assert found
    store.groups.delete(found)
    assert RoleKeys(store).lookup(given_out.access_key_id) is None


def test_there_is_no_key_without_a_role(store: Store) -> None:
    store.groups.save(group())

    for key in (credentials(store.redis, "eci-1").access_key_id, "STS.eci-nobody", "STS.", "", "LTAI1"):
        assert RoleKeys(store).lookup(key) is None


def test_configured_keys_come_first(store: Store) -> None:
    store.groups.save(group(ram_role_name="reader"))
    given_out = credentials(store.redis, "eci-1").access_key_id
    configured = AccessKey(access_key_id=given_out, access_key_secret="mine")

    assert FirstOf(Keyring([configured]), RoleKeys(store)).lookup(given_out) == configured
    assert FirstOf(Keyring([]), RoleKeys(store)).lookup(given_out) != configured


def test_the_secrets_of_groups_differ(store: Store) -> None:
    one, other = credentials(store.redis, "eci-1"), credentials(store.redis, "eci-2")

    assert one != other
    assert one == credentials(store.redis, "eci-1")
    assert role_keys.group_of(one.access_key_id) == "eci-1"


# --- the real engine ----------------------------------------------------------------------------


class Asking:
    """A group whose container asks the metadata server."""

    def __init__(self, real: Running, name: str, **options: str) -> None:
        self.real = real
        self.group = real.create(name, "sleep 1000", RamRoleName="reader", **options)
        self.ip = str(real.until(self.group, "Running")["IntranetIp"])

    def run(self, script: str) -> str:
        answer = self.real.call(
            "ExecContainerCommand",
            ContainerGroupId=self.group,
            ContainerName="main",
            Command=json.dumps(["sh", "-c", script]),
            Sync="true",
            TTY="false",
        )
        return str(answer["SyncResponse"])

    def get(self, path: str) -> str:
        return self.run(f"wget -qO- http://100.100.100.200/latest/{path} 2>&1")


@pytest.mark.docker
def test_each_group_is_told_about_itself(real: Running) -> None:
    one, other = Asking(real, "one"), Asking(real, "other", AutoCreateEip="true")

    for asking in (one, other):
        assert asking.get("meta-data/instance-id") == asking.group
        assert asking.get("meta-data/private-ipv4") == asking.ip
        assert asking.get("meta-data/mac") == asking.run("cat /sys/class/net/eth0/address").strip()
    assert one.get("meta-data/hostname") == "one" == one.run("hostname").strip()
    listing = one.get("meta-data").splitlines()
    assert {"instance-id", "network/", "ram/", "dns-conf/"} < set(listing)
    assert "eipv4" not in listing
    assert other.get("meta-data/eipv4").startswith("203.0.113.")
    assert one.get("meta-data/network/interfaces/macs/") == mac(one.ip) + "/"
    assert one.get("meta-data/ram/security-credentials/") == "reader"
    assert "404" in one.get("meta-data/nothing")
    assert "404" in one.get("meta-data/instance/spot/termination-time")
    assert "404" in one.get("user-data")
    real.delete(one.group, other.group)


@pytest.mark.docker
def test_many_ask_at_once(real: Running, real_group: str) -> None:
    asking = Asking(real, "many")

    script = (
        "for i in $(seq 20); do wget -qO /tmp/$i http://100.100.100.200/latest/meta-data/instance-id & done;"
        " wait; cat /tmp/*"
    )

    assert asking.run(script) == asking.group * 20
    real.delete(asking.group)


@pytest.mark.docker
def test_the_emulator_takes_the_key_of_a_role_for_its_groups_account(real: Running) -> None:
    asking = Asking(real, "role")
    key = json.loads(asking.get("meta-data/ram/security-credentials/reader"))
    account = asking.get("meta-data/owner-account-id")

    answer = real.call(
        "DescribeContainerGroups",
        AccessKeyId=key["AccessKeyId"],
        SecurityToken=key["SecurityToken"],
        ContainerGroupIds=json.dumps([asking.group]),
    )

    assert account == account_of("")
    assert [found["ContainerGroupId"] for found in answer["ContainerGroups"]] == [asking.group]
    real.delete(asking.group)


@pytest.mark.docker
def test_a_notice_of_release_appears(real: Running) -> None:
    asking = Asking(real, "spot", SpotStrategy="SpotAsPriceGo", InstanceType="ecs.c6.large")

    _take_back(real, asking.group)

    wait_for(
        lambda: asking.get("meta-data/instance/spot/termination-time").startswith("20"), "the notice appears"
    )
    assert asking.get("meta-data/instance-id") == asking.group
    real.delete(asking.group)


def _take_back(real: Running, group_id: str) -> None:
    """Have the group's end announced, as the keeper of spot groups does when a price rises."""
    with closing(connect(f"unix://{real.state_dir}/redis.sock")) as client:
        store = Store(client)
        found = store.groups.update(group_id, lambda found: setattr(found.state, "spot_release_at", 4e9))
        assert found
        store.wake(found)
