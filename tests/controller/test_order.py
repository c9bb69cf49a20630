"""Who waits for whom: init containers, sidecars, launch and exit priorities."""

from __future__ import annotations

from eci_emulator.engine.simulated import ImageScript

from .harness import BEGIN, IMAGE, Lab, container


def started_at(lab: Lab, group_id: str, *names: str) -> list[float]:
    return [lab.container(group_id, name).current.start_time - BEGIN for name in names]


def test_init_containers_run_in_order_and_before_the_others(lab: Lab) -> None:
    group_id = lab.create(
        container(), InitContainer=[container("first", "sleep 10"), container("second", "sleep 20")]
    )
    assert lab.status(group_id) == "Pending"
    assert lab.running(group_id) == ["init-first-0"]
    for name in ("second", "app"):
        current = lab.container(group_id, name).current
        assert (current.state, current.reason) == ("Waiting", "PodInitializing")
    lab.advance(10)
    assert lab.running(group_id) == ["init-second-0"]
    assert lab.container(group_id, "first").ready
    lab.advance(20)
    assert (lab.status(group_id), lab.running(group_id)) == ("Running", ["app-0"])
    assert started_at(lab, group_id, "first", "second", "app") == [0, 10, 30]


def test_a_failed_init_container_is_run_again_with_a_back_off(lab: Lab) -> None:
    group_id = lab.create(container(), InitContainer=[container("setup", "exit 1")], RestartPolicy="Always")
    setup = lab.container(group_id, "setup")
    assert (setup.restart_count, setup.current.reason) == (1, "CrashLoopBackOff")
    lab.advance(300)
    assert lab.status(group_id) == "Pending"
    assert lab.container(group_id, "setup").restart_count == 5
    assert lab.container(group_id, "app").current.reason == "PodInitializing"


def test_a_failed_init_container_fails_a_group_that_never_restarts(lab: Lab) -> None:
    group_id = lab.create(container(), InitContainer=[container("setup", "exit 7")], RestartPolicy="Never")
    assert lab.status(group_id) == "Failed"
    assert lab.container(group_id, "setup").current.exit_code == 7
    app = lab.container(group_id, "app").current
    assert (app.state, app.reason) == ("Waiting", "PodInitializing")


def test_a_sidecar_is_stopped_when_the_others_have_finished(lab: Lab) -> None:
    sidecar = container("side", "trap 'exit 5' TERM; sleep inf", env={"ECI_CONTAINER_TYPE": "sidecar"})
    group_id = lab.create(container(script="sleep 30"), sidecar, RestartPolicy="Never")
    lab.advance(31)
    assert lab.status(group_id) == "Succeeded"  # the sidecar's exit code does not count
    assert lab.container(group_id, "side").current.exit_code == 5
    assert "Stopping container side" in lab.told(group_id, "Killing")


def test_sidecars_are_stopped_by_exit_priority(lab: Lab) -> None:
    def sidecar(name: str, priority: str) -> dict[str, object]:
        env = {"ECI_CONTAINER_TYPE": "sidecar", "ECI_CONTAINER_EXIT_PRIORITY": priority}
        return container(name, "trap '' TERM; sleep inf", env=env)

    group_id = lab.create(
        container(script="sleep 5"), sidecar("one", "1"), sidecar("two", "2"),
        RestartPolicy="Never", TerminationGracePeriodSeconds=10,
    )  # fmt: skip
    lab.advance(16)
    assert lab.running(group_id) == ["one-0", "sandbox"]
    lab.advance(10)
    assert lab.status(group_id) == "Succeeded"


def test_a_sidecar_that_cannot_start_does_not_keep_a_finished_group(lab: Lab) -> None:
    lab.engine.script_image("registry.example/gone:1", ImageScript(error="ImageNotFound"))
    sidecar = container("side", Image="registry.example/gone:1", env={"ECI_CONTAINER_TYPE": "sidecar"})
    group_id = lab.create(container(script="sleep 30; exit 2"), sidecar, RestartPolicy="Never")
    lab.advance(31)
    assert lab.status(group_id) == "Failed"


def test_a_sidecar_lives_by_the_restart_policy_until_then(lab: Lab) -> None:
    sidecar = container("side", "sleep 10", env={"ECI_CONTAINER_TYPE": "sidecar"})
    group_id = lab.create(container(script="sleep 35; exit 1"), sidecar, RestartPolicy="OnFailure")
    lab.advance(36)
    assert lab.status(group_id) == "Running"
    assert lab.container(group_id, "app").restart_count == 1


def test_an_exit_code_can_be_ignored(lab: Lab) -> None:
    loose = container("loose", "exit 9", env={"ECI_CONTAINER_IGNORE_EXIT_CODE": "true"})
    group_id = lab.create(loose, container(script="exit 0"), RestartPolicy="OnFailure")
    current = lab.container(group_id, "loose").current
    assert lab.status(group_id) == "Succeeded"
    assert (current.exit_code, current.reason) == (0, "Completed")
    assert "exit code 9 (Error)" in current.message


def test_higher_launch_priorities_start_first(lab: Lab) -> None:
    slow = {"ECI_SIM_START_SECONDS": "10"}

    def priority(name: str, value: str) -> dict[str, object]:
        return container(name, env={"ECI_CONTAINER_LAUNCH_PRIORITY": value, **slow})

    group_id = lab.create(
        priority("last", "-5"), container("default", env=slow), priority("high", "1000"),
        priority("also", "1000"),
    )  # fmt: skip
    assert sorted(lab.engine_containers(group_id)) == [
        f"{group_id}-{name}" for name in ("also-0", "high-0", "sandbox")
    ]
    assert lab.container(group_id, "default").current.reason == "ContainerCreating"
    lab.advance(60)
    assert lab.status(group_id) == "Running"
    assert started_at(lab, group_id, "high", "also", "default", "last") == [10, 10, 20, 30]


def test_a_crashed_container_of_high_priority_does_not_hold_up_the_rest_for_ever(lab: Lab) -> None:
    first = container("first", "exit 1", env={"ECI_CONTAINER_LAUNCH_PRIORITY": "10"})
    group_id = lab.create(first, container())
    assert (lab.status(group_id), lab.container(group_id, "app").current.state) == ("Running", "Running")


def test_higher_exit_priorities_stop_first_each_with_its_own_grace(lab: Lab) -> None:
    def member(name: str, priority: str, script: str = "trap '' TERM; sleep inf") -> dict[str, object]:
        return container(name, script, env={"ECI_CONTAINER_EXIT_PRIORITY": priority})

    group_id = lab.create(
        member("a", "10"), member("b", "10"), member("c", "5", "sleep inf"), member("d", "-1"),
        TerminationGracePeriodSeconds=20,
    )  # fmt: skip
    lab.delete(group_id)
    assert not lab.visible(group_id)
    assert lab.running(group_id) == ["a-0", "b-0", "c-0", "d-0", "sandbox"]
    lab.advance(20)
    assert lab.running(group_id) == ["d-0", "sandbox"]  # c went at once when it was its turn
    lab.advance(19)
    assert lab.running(group_id) == ["d-0", "sandbox"]
    lab.advance(1)
    assert lab.engine_containers(group_id) == {}


def test_a_priority_that_is_no_number_is_none(lab: Lab) -> None:
    odd = container("odd", env={"ECI_CONTAINER_LAUNCH_PRIORITY": "high"})
    group_id = lab.create(odd, container())
    assert (lab.status(group_id), lab.engine.image(IMAGE) is not None) == ("Running", True)
