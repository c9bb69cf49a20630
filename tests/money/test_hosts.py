"""Docker hosts that are lost: what becomes of their groups, their bill and what they had taken."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from eci_emulator.store import keys
from eci_emulator.store.hosts import LOST_AFTER_SECONDS, Host
from eci_workers.node import host_watch
from eci_workers.node.announce import Announcer
from eci_workers.node.host_watch import HostWatch
from tests.controller.harness import ACCOUNT, BEGIN, REGION, Lab, container
from tests.money.conftest import Admin, Run


@pytest.fixture
def group(lab: Lab) -> str:
    """A group that runs on a host named "other"."""
    lab.store.hosts.announce(Host(name="other", engine="simulated"))
    made = lab.create(container())
    lab.store.hosts.announce(Host(name="local", engine="simulated"))
    assert lab.group(made).state.placement.host == "other"
    for _ in range(4):  # the lab's engine stands for that of the other host, too
        lab.reconcile(made)
        lab.coordinator.once()
    assert lab.status(made) == "Running"
    return made


def silent(lab: Lab, name: str) -> None:
    """Nothing has been heard of a host for a while."""
    host = lab.store.hosts.get(name)
    assert host
    host.heartbeat = time.time() - LOST_AFTER_SECONDS - 1
    lab.store.redis.hset(keys.HOSTS, name, msgspec.json.encode(host))


def used(lab: Lab) -> Any:
    state = lab.store.market.state()
    return state.vcpus(ACCOUNT, REGION), state.host("other").groups


def test_its_groups_have_failed_and_cost_nothing_since_it_was_heard_of(
    lab: Lab, admin: Admin, group: str
) -> None:
    lab.advance(100)
    last_heard = time.time()
    lab.advance(50)
    assert lab.runtime.losses.host_gone("other", last_heard) == [group]
    state = lab.group(group).state
    assert (state.status, state.failed_time) == ("Failed", BEGIN + 150)
    assert lab.reasons(group)[-1] == "SYSTEM_FAILURE"
    current = state.containers["app"].current
    assert (current.state, current.exit_code, current.finish_time) == ("Terminated", 137, BEGIN + 100)
    assert admin("GET", "/bill")["seconds"] == 100
    assert used(lab) == (0, 0)
    assert lab.store.redis.hlen(keys.addresses(state.placement.cidr)) == 0


def test_a_group_that_had_not_begun_was_never_placed(lab: Lab, admin: Admin) -> None:
    lab.store.hosts.announce(Host(name="other", engine="simulated"))
    lab.call("CreateContainerGroup", ContainerGroupName="late", Container=[container()])
    (made,) = lab.store.groups.all_ids()
    lab.runtime.losses.host_gone("other", time.time())
    assert (lab.status(made), lab.reasons(made)[-1]) == ("ScheduleFailed", "NoStock")
    assert (admin("GET", "/bill")["seconds"], used(lab)) == (0, (0, 0))


def test_a_group_that_was_being_deleted_is_gone(lab: Lab, admin: Admin, group: str) -> None:
    lab.advance(60)
    lab.call("DeleteContainerGroup", ContainerGroupId=group)
    lab.runtime.losses.host_gone("other", time.time())
    assert lab.store.groups.all_ids() == []
    assert (admin("GET", "/bill")["seconds"], used(lab)) == (60, (0, 0))


def test_a_silent_host_is_lost_when_it_has_looked_so_for_a_while(
    lab: Lab, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent(lab, "other")
    watch = HostWatch(lab.runtime)
    watch.once()
    assert lab.status(group) == "Running"  # we may have slept ourselves
    monkeypatch.setattr(host_watch, "SURE_AFTER_LOOKS", 1)
    watch.once()
    assert lab.status(group) == "Failed"


def test_a_host_is_not_lost_because_we_stood_still_ourselves(
    lab: Lab, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent(lab, "other")
    watch = HostWatch(lab.runtime)
    watch.once()
    stood_still_since = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: stood_still_since() + 60)
    watch.once()
    assert lab.status(group) == "Running"


def test_nobody_takes_himself_for_lost(lab: Lab, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_watch, "SURE_AFTER_LOOKS", 1)
    silent(lab, "local")
    mine = lab.create(container())
    watch = HostWatch(lab.runtime)
    watch.once()
    watch.once()
    assert lab.status(group) == "Running"
    assert lab.group(mine).state.placement.host == "other"


def test_but_for_others_to_go_on(lab: Lab, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine of the host that leads has died: it says so of itself, and only while there is another."""
    monkeypatch.setattr(host_watch, "SURE_AFTER_LOOKS", 1)
    watch = HostWatch(lab.runtime)
    watch.host = "other"
    silent(lab, "other")
    silent(lab, "local")
    watch.once()
    watch.once()
    assert lab.status(group) == "Running"
    lab.store.hosts.announce(Host(name="local", engine="simulated"))
    watch.once()
    assert lab.status(group) == "Failed"


def test_what_had_ended_on_it_holds_nothing_any_more(lab: Lab) -> None:
    made = lab.create(container(script="exit 0"), RestartPolicy="Never")
    lab.store.groups.update(made, lambda group: setattr(group.state, "released", False))
    assert lab.runtime.losses.host_gone("local", time.time()) == [made]
    assert (lab.status(made), lab.group(made).state.released) == ("Succeeded", True)
    assert lab.runtime.losses.host_gone("local", time.time()) == []


def test_only_who_leads_says_so(lab: Lab, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_watch, "SURE_AFTER_LOOKS", 1)
    lab.store.redis.set(keys.TIMEKEEPER, b"somebody else")
    silent(lab, "other")
    watch = HostWatch(lab.runtime)
    watch.once()
    watch.once()
    assert lab.status(group) == "Running"


def test_a_host_is_lost_on_demand(lab: Lab, admin: Admin, group: str) -> None:
    fault = admin("POST", "/faults", json={"kind": "host_loss", "host": "other"})["id"]
    lab.runtime.store.faults.refresh()
    HostWatch(lab.runtime).once()
    assert lab.status(group) == "Failed"
    assert admin("GET", "/faults")["faults"][0]["fired"] == 1
    assert admin("GET", "/trace")["requests"][0]["fault"] == f"{fault} host_loss"
    hosts = {host["name"]: host["alive"] for host in admin("GET", "/hosts")["hosts"]}
    assert hosts == {"local": True, "other": False}


def test_a_host_that_is_lost_on_demand_stays_so(lab: Lab, admin: Admin, group: str) -> None:
    """Its own agent has looked for faults a moment before."""
    announcer = Announcer(lab.runtime)
    announcer.announce()
    admin("POST", "/faults", json={"kind": "host_loss", "host": "local"})
    watch = HostWatch(lab.runtime)
    watch.store = lab.store
    watch.once()
    announcer.announce()
    assert not [host for host in lab.store.hosts.alive() if host.name == "local"]


def test_hosts_on_the_command_line(run: Run, lab: Lab) -> None:
    lab.store.hosts.announce(Host(name="one", zones=["cn-hangzhou-h"], engine="docker", cpus=4))
    assert "serves" in run("hosts").output
    shown = run("hosts", "--drain", "one").output
    assert ("drained" in shown, "cn-hangzhou-h" in shown) == (True, True)
    assert "serves" in run("hosts", "--serve", "one").output
    assert run("hosts", "--drain", "none").exit_code == 1
