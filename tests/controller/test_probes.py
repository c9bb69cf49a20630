"""Liveness and readiness: delays, periods, thresholds, recovery, and what they do to container and group."""

from __future__ import annotations

from typing import Any

from .harness import BEGIN, Lab, container


def probed(kind: str, **probe: Any) -> dict[str, Any]:
    """A container with a probe that looks for a file, unless it is told to do something else."""
    if not probe.keys() & {"HttpGet", "TcpSocket"}:
        probe.setdefault("Exec", {"Command": ["test", "-f", "/tmp/ok"]})
    script: str = probe.pop("script", "sleep inf")
    return container("app", script, **{f"{kind}Probe": probe})


def put(lab: Lab, group_id: str, there: bool, attempt: int = 0) -> None:
    """Make the file that probes look for, or remove it."""
    command = ["touch" if there else "rm", "/tmp/ok"]
    lab.engine.exec(f"{group_id}-app-{attempt}", command, timeout=5, limit=100)


def test_a_failing_liveness_probe_kills_and_restarts_while_the_group_stays_running(lab: Lab) -> None:
    group_id = lab.create(probed("Liveness", InitialDelaySeconds=20, PeriodSeconds=5, FailureThreshold=2))
    assert lab.container(group_id, "app").ready  # liveness has no say in that
    lab.advance(24)
    assert lab.told(group_id, "Unhealthy") == ["Liveness probe failed: "]
    assert lab.container(group_id, "app").restart_count == 0
    lab.advance(1)
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count, app.current.state) == ("Running", 1, "Running")
    assert app.previous is not None
    assert (app.previous.reason, app.previous.exit_code, app.previous.signal) == ("Error", 143, 15)
    assert app.previous.finish_time == BEGIN + 25
    assert lab.told(group_id, "Killing") == ["Container app failed liveness probe, will be restarted"]
    lab.advance(25)
    app = lab.container(group_id, "app")  # killed again: the second restart has to wait
    assert (lab.status(group_id), app.current.reason) == ("Running", "CrashLoopBackOff")
    unhealthy = [event for event in lab.events(group_id) if event.reason == "Unhealthy"]
    assert [(event.times, event.type) for event in unhealthy] == [(4, "Warning")]


def test_liveness_counts_failures_in_a_row(lab: Lab) -> None:
    group_id = lab.create(probed("Liveness", PeriodSeconds=10, FailureThreshold=3))
    lab.advance(10)
    put(lab, group_id, True)
    lab.advance(10)
    put(lab, group_id, False)
    lab.advance(29)
    assert lab.container(group_id, "app").restart_count == 0
    lab.advance(1)
    assert lab.container(group_id, "app").restart_count == 1


def test_readiness_is_won_and_lost_and_won_again(lab: Lab) -> None:
    group_id = lab.create(
        probed("Readiness", InitialDelaySeconds=5, PeriodSeconds=10, SuccessThreshold=2, FailureThreshold=2)
    )
    put(lab, group_id, True)
    assert not lab.container(group_id, "app").ready
    lab.advance(14)  # one success
    assert not lab.container(group_id, "app").ready
    lab.advance(1)  # two
    assert lab.container(group_id, "app").ready
    put(lab, group_id, False)
    lab.advance(10)
    assert lab.container(group_id, "app").ready
    lab.advance(10)
    app = lab.container(group_id, "app")
    assert (app.ready, app.restart_count, lab.status(group_id)) == (False, 0, "Running")
    put(lab, group_id, True)
    lab.advance(20)
    assert lab.container(group_id, "app").ready


def test_defaults_are_kubernetes(lab: Lab) -> None:
    """Period 10, failure threshold 3, no delay."""
    group_id = lab.create(probed("Liveness"))
    lab.advance(19)
    assert lab.container(group_id, "app").restart_count == 0
    lab.advance(1)
    assert lab.container(group_id, "app").restart_count == 1


def test_probes_over_the_network(lab: Lab) -> None:
    network = lab.runtime.network  # type: ignore[attr-defined]
    http = probed("Readiness", HttpGet={"Port": 8080, "Path": "ready"})
    tcp = {**probed("Readiness", TcpSocket={"Port": 5432}), "Name": "db"}
    network.statuses[8080] = 503
    network.closed.add(5432)
    group_id = lab.create(http, tcp)
    ip = lab.group(group_id).state.placement.ip
    assert network.asked == [(f"http://{ip}:8080/ready", {})]
    assert sorted(lab.told(group_id, "Unhealthy")) == [
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        f"Readiness probe failed: dial tcp {ip}:5432: connect: connection refused",
    ]
    network.statuses[8080] = 302
    network.closed.clear()
    lab.advance(10)
    assert [lab.container(group_id, name).ready for name in ("app", "db")] == [True, True]


def test_a_command_that_takes_too_long_has_failed(lab: Lab) -> None:
    group_id = lab.create(probed("Liveness", Exec={"Command": ["sleep", "5"]}, TimeoutSeconds=2))
    assert lab.told(group_id, "Unhealthy") == [
        "Liveness probe failed: command ['sleep', '5'] timed out after 2s"
    ]


def test_a_container_is_not_probed_any_more_while_it_is_being_stopped(lab: Lab) -> None:
    group_id = lab.create(probed("Liveness", script="trap '' TERM; sleep inf", FailureThreshold=1))
    lab.advance(25)
    assert [e.times for e in lab.events(group_id) if e.reason == "Unhealthy"] == [1]
    lab.advance(6)
    app = lab.container(group_id, "app")  # it took all of its grace period
    assert app.previous is not None
    assert (app.previous.exit_code, app.previous.finish_time) == (137, BEGIN + 30)


def test_a_moved_clock_does_not_bring_a_volley_of_probes(lab: Lab) -> None:
    """Set the clock, instead of letting time pass: one probe is due, not all that were missed."""
    group_id = lab.create(probed("Readiness", PeriodSeconds=1))
    lab.store.clock.set(lab.now + 600)
    lab.time.catch_up()
    assert [e.times for e in lab.events(group_id) if e.reason == "Unhealthy"] == [2]
