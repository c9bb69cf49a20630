"""Groups on the real engine that change: probes, hooks, back-off, restart, update, losses."""

from __future__ import annotations

from functools import partial

import docker
import pytest

from .docker_lab import DockerLab

pytestmark = pytest.mark.docker

DATA = {"Name": "data", "Type": "EmptyDirVolume"}
DATA_MOUNT = {"Name": "data", "MountPath": "/data"}
#: Of probes that are not to fail because the machine is busy.
PATIENCE = 30
STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"


def test_probes_that_fail_and_recover(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group_id = lab.create(
        lab.member(
            "live",
            LivenessProbe={
                "Exec": {"Command": ["sh", "-c", "echo looking; test ! -f /tmp/ill"]},
                "PeriodSeconds": 1,
                "TimeoutSeconds": PATIENCE,
                "FailureThreshold": 2,
            },
        ),
        lab.member(
            "web",
            "mkdir /www; echo ok > /www/ready; exec httpd -f -p 8081 -h /www",
            ReadinessProbe={
                "HttpGet": {"Port": 8081, "Path": "/ready"},
                "PeriodSeconds": 1,
                "TimeoutSeconds": PATIENCE,
            },
        ),
        lab.member("db", ReadinessProbe={"TcpSocket": {"Port": 5432}, "PeriodSeconds": 1}),
        TerminationGracePeriodSeconds=1,
    )
    lab.until_status(group_id, "Running")
    lab.until(lambda: lab.container(group_id, "web").ready)
    assert not lab.container(group_id, "db").ready
    ip = lab.group(group_id).state.placement.ip
    refused = f"Readiness probe failed: dial tcp {ip}:5432: Connection refused"
    lab.until(lambda: refused in lab.told(group_id, "Unhealthy"))

    lab.run(group_id, "web", "rm /www/ready")
    lab.until(lambda: not lab.container(group_id, "web").ready)
    lab.run(group_id, "web", "echo ok > /www/ready")
    lab.until(lambda: lab.container(group_id, "web").ready)

    lab.run(group_id, "live", "touch /tmp/ill")
    lab.until(lambda: lab.container(group_id, "live").restart_count == 1)
    live = lab.container(group_id, "live")
    assert (lab.status(group_id), live.current.state) == ("Running", "Running")
    assert "Liveness probe failed: looking" in lab.told(group_id, "Unhealthy")
    assert "Container live failed liveness probe, will be restarted" in lab.told(group_id, "Killing")
    assert [lab.container(group_id, name).restart_count for name in ("web", "db")] == [0, 0]


def test_hooks_and_the_grace_period(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group_id = lab.create(
        lab.member(
            "hooked",
            STUBBORN,
            VolumeMount=[DATA_MOUNT],
            LifecyclePostStartHandlerExec=["sh", "-c", "echo begun > /data/begun"],
            LifecyclePreStopHandlerExec=["sh", "-c", "echo bye > /data/bye; sleep 1.5"],
        ),
        lab.member("other", STUBBORN, VolumeMount=[DATA_MOUNT], env={"ECI_CONTAINER_EXIT_PRIORITY": "-1"}),
        Volume=[DATA],
        TerminationGracePeriodSeconds=60,
    )
    lab.until_status(group_id, "Running")
    lab.until(lambda: lab.container(group_id, "hooked").ready)
    assert lab.run(group_id, "other", "cat /data/begun") == "begun\n"
    lab.delete(group_id)
    assert (lab.visible(group_id), lab.status(group_id)) == (True, "Terminating")
    assert lab.run(group_id, "other", "cat /data/bye") == "bye\n"
    assert lab.running(group_id) == ["hooked-0", "other-0", "sandbox"]
    assert lab.told(group_id, "Killing") == ["Stopping container hooked"]
    lab.advance(60)
    lab.until(lambda: lab.container(group_id, "hooked").current.state == "Terminated")
    assert lab.container(group_id, "hooked").current.exit_code == 137
    lab.until(lambda: len(lab.told(group_id, "Killing")) == 2)
    lab.advance(60)
    lab.until_gone(group_id)


def test_back_off_on_a_moved_clock(docker_lab: DockerLab) -> None:
    lab = docker_lab
    lab.store.clock.freeze()
    group_id = lab.create(
        lab.member(script="[ -f /data/well ] && sleep 1000; exit 2", VolumeMount=[DATA_MOUNT]), Volume=[DATA]
    )
    seconds = []
    for restarts in range(1, 6):
        lab.until(partial(waits, lab, group_id, restarts))
        app = lab.container(group_id, "app")
        assert app.previous is not None
        seconds.append(app.retry_at - app.previous.finish_time)
        lab.advance(app.retry_at - lab.now - 1)
        assert lab.container(group_id, "app").restart_count == restarts
        lab.advance(1)
    assert seconds == [10, 20, 40, 80, 160]
    lab.until(partial(waits, lab, group_id, 6))
    lab.engine.put_files(f"{group_id}-data", {"well": (b"", 0o644)})
    lab.advance(301)
    lab.until(lambda: lab.container(group_id, "app").current.state == "Running")
    lab.advance(601)
    with docker.APIClient() as api:
        api.kill(f"{group_id}-app-{lab.container(group_id, 'app').attempt}")
    lab.until(lambda: lab.container(group_id, "app").restart_count == 8)  # at once, as the first time
    assert lab.container(group_id, "app").backoff_seconds == 10


def waits(lab: DockerLab, group_id: str, restarts: int) -> bool:
    """Whether a container that has been restarted so often waits for the next time."""
    app = lab.container(group_id, "app")
    return app.restart_count == restarts and app.current.reason == "CrashLoopBackOff"


def test_restart_and_update_in_place(docker_lab: DockerLab) -> None:
    lab = docker_lab
    gentle = "trap 'exit 5' TERM; while :; do sleep 0.1; done"
    kept = lab.member("kept", f"echo x >> /data/runs; {gentle}", VolumeMount=[DATA_MOUNT])
    group_id = lab.create(kept, lab.member("old", gentle), Volume=[DATA], TerminationGracePeriodSeconds=5)
    lab.until_status(group_id, "Running")
    ip = lab.group(group_id).state.placement.ip
    begun = lab.inspect(group_id, "kept")["State"]["StartedAt"]

    lab.call(
        "UpdateContainerGroup",
        ContainerGroupId=group_id,
        UpdateType="IncrementalUpdate",
        Container=[kept, lab.member("new", gentle)],
        Tag=[{"Key": "a", "Value": "b"}],
    )
    assert lab.status(group_id) == "Updating"
    lab.until_status(group_id, "Running")
    assert lab.inspect(group_id, "kept")["State"]["StartedAt"] == begun
    assert sorted(lab.engine_containers(group_id)) == [
        f"{group_id}-{name}" for name in ("kept-0", "new-0", "sandbox")
    ]
    assert ip in lab.run(group_id, "new", "ip addr show eth0")

    lab.restart(group_id)
    lab.until_status(group_id, "Running")
    # The volume was emptied.
    lab.until(lambda: lab.run(group_id, "kept", "cat /data/runs", attempt=1) == "x\n")
    assert lab.group(group_id).state.placement.ip == ip
    assert ip in lab.run(group_id, "new", "ip addr show eth0", attempt=1)
    kept_now = lab.container(group_id, "kept")
    assert (kept_now.restart_count, kept_now.previous.exit_code if kept_now.previous else 0) == (1, 5)


def test_what_happens_behind_our_back(docker_lab: DockerLab) -> None:
    lab = docker_lab
    group_id = lab.create(lab.member("a"), lab.member("b"), TerminationGracePeriodSeconds=1)
    alone = lab.create(lab.member())
    lab.until_status(group_id, "Running")
    lab.until_status(alone, "Running")
    with docker.APIClient() as api:
        api.remove_container(f"{alone}-app-0", force=True)
        api.kill(f"{group_id}-a-0")
        lab.until(lambda: lab.container(group_id, "a").restart_count == 1)
        lab.until(lambda: lab.container(alone, "app").restart_count == 1)
        a, app = lab.container(group_id, "a"), lab.container(alone, "app")
        assert a.previous and app.previous
        assert (a.previous.reason, a.previous.exit_code) == ("Error", 137)
        assert app.previous.exit_code == 137
        api.kill(f"{group_id}-sandbox")
        lab.until(lambda: lab.container(group_id, "b").restart_count == 1)
    lab.advance(10)  # the second restart of a waits
    lab.until(lambda: lab.running(group_id) == ["a-2", "b-1", "sandbox"])
    ip = lab.group(group_id).state.placement.ip
    assert ip in lab.run(group_id, "b", "ip addr show eth0", attempt=1)
