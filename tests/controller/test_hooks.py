"""postStart, preStop and the grace period."""

from __future__ import annotations

from typing import Any

import pytest

from .harness import BEGIN, Lab, container

STUBBORN = "trap '' TERM; sleep inf"


def hook(when: str, *argv: str) -> dict[str, Any]:
    return {f"Lifecycle{when}HandlerExec": list(argv)}


def test_post_start_runs_once_and_before_the_container_is_ready(lab: Lab) -> None:
    group_id = lab.create(container(**hook("PostStart", "sh", "-c", "echo x >> /tmp/log")))
    assert lab.container(group_id, "app").ready
    lab.advance(100)
    assert lab.engine.read_file(f"{group_id}-app-0", "/tmp/log", limit=99) == b"x\n"


def test_a_failed_post_start_hook_kills_the_container(lab: Lab) -> None:
    group_id = lab.create(container(**hook("PostStart", "sh", "-c", "echo broken; exit 1")))
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count, app.ready) == ("Running", 1, False)
    assert lab.told(group_id, "FailedPostStartHook") == ["PostStartHook failed: broken"]
    assert lab.told(group_id, "Killing") == ["FailedPostStartHook: container app will be restarted"]


def test_hooks_over_the_network(lab: Lab) -> None:
    network = lab.runtime.network  # type: ignore[attr-defined]
    group_id = lab.create(
        container(
            LifecyclePostStartHandlerHttpGetPort=80,
            LifecyclePostStartHandlerHttpGetPath="/begin",
            LifecyclePostStartHandlerHttpGetHttpHeader=[{"Name": "X-Who", "Value": "me"}],
            LifecyclePreStopHandlerTcpSocketPort=81,
        )
    )
    ip = lab.group(group_id).state.placement.ip
    assert network.asked == [(f"http://{ip}:80/begin", {"X-Who": "me"})]
    network.closed.add(81)
    group = lab.group(group_id)
    lab.restart(group_id)
    assert lab.told(group_id, "FailedPreStopHook") == [
        f"PreStopHook failed: dial tcp {ip}:81: connect: connection refused"
    ]
    assert group.state.placement.ip == lab.group(group_id).state.placement.ip


def test_deleting_runs_pre_stop_first_and_shows_terminating_meanwhile(lab: Lab) -> None:
    volume = [{"Name": "v", "Type": "EmptyDirVolume"}]
    mount = [{"Name": "v", "MountPath": "/v"}]
    script = "echo bye > /v/said"
    group_id = lab.create(
        container(script=STUBBORN, VolumeMount=mount, **hook("PreStop", "sh", "-c", script)), Volume=volume
    )
    lab.delete(group_id)
    assert (lab.visible(group_id), lab.status(group_id)) == (True, "Terminating")
    assert lab.engine.read_file(f"{group_id}-app-0", "/v/said", limit=99) == b"bye\n"
    assert lab.told(group_id, "Killing") == ["Stopping container app"]
    lab.advance(29)
    assert lab.visible(group_id)
    lab.advance(1)
    assert lab.store.groups.get(group_id) is None
    assert lab.engine_containers(group_id) == {}


def test_without_pre_stop_a_deleted_group_is_gone_at_once(lab: Lab) -> None:
    group_id = lab.create(container(script=STUBBORN))
    lab.delete(group_id)
    assert not lab.visible(group_id)
    assert lab.running(group_id) == ["app-0"]  # it still has its grace period
    lab.advance(30)
    assert lab.engine_containers(group_id) == {}


def test_force_spends_no_grace_period_and_runs_no_hook(lab: Lab) -> None:
    group_id = lab.create(container(script=STUBBORN, **hook("PreStop", "false")))
    lab.delete(group_id, Force=True)
    assert lab.store.groups.get(group_id) is None
    group_id = lab.create(container(script=STUBBORN, **hook("PreStop", "false")))
    lab.delete(group_id)
    assert lab.status(group_id) == "Terminating"
    lab.delete(group_id, Force=True)  # a change of mind
    assert lab.store.groups.get(group_id) is None


@pytest.mark.parametrize(("asked", "spent"), [(None, 30), (5, 5), (0, 0)])
def test_the_grace_period_is_what_was_asked_for(lab: Lab, asked: int | None, spent: int) -> None:
    extra = {} if asked is None else {"TerminationGracePeriodSeconds": asked}
    group_id = lab.create(container(script=STUBBORN), ActiveDeadlineSeconds=100, **extra)
    lab.advance(200)
    current = lab.container(group_id, "app").current
    assert (current.exit_code, current.finish_time) == (137, BEGIN + 100 + spent)


def test_a_hook_that_takes_all_the_time_leaves_the_process_two_seconds(lab: Lab) -> None:
    script = container(script=STUBBORN, **hook("PreStop", "sleep", "100"))
    group_id = lab.create(script, TerminationGracePeriodSeconds=10, ActiveDeadlineSeconds=50)
    lab.advance(100)
    assert lab.told(group_id, "FailedPreStopHook")[0].startswith("PreStopHook failed: command ['sleep'")
    current = lab.container(group_id, "app").current
    assert current.exit_code == 137
    assert BEGIN + 52 <= current.finish_time <= BEGIN + 60


def test_real_time_ends_the_grace_period_when_the_clock_stands_still(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who freezes the clock and deletes a group must not wait for ever."""
    group_id = lab.create(container(script=STUBBORN))
    lab.delete(group_id)
    assert lab.running(group_id) == ["app-0"]
    monkeypatch.setattr("eci_emulator.controller.reconcile.time.time", lambda: 10_000_000_000.0)
    lab.settle()  # as the sweep does each second
    assert lab.engine_containers(group_id) == {}
