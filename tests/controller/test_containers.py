"""One container after the other: restart policies, back-off, states, what is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from eci_emulator.engine.simulated import ImageScript

from .harness import BEGIN, IMAGE, Lab, container

DATA = {"Name": "data", "Type": "EmptyDirVolume"}
DATA_MOUNT = {"Name": "data", "MountPath": "/data"}


def crash_times(lab: Lab, group_id: str, seconds: float) -> list[float]:
    """When, in seconds from now, the container that crashes at once has been started again."""
    begin, until, times = lab.now, lab.now + seconds, []
    while lab.now < until:
        lab.advance(10)
        previous = lab.container(group_id, "app").previous
        if previous and previous.start_time > begin:
            times.append(previous.start_time - begin)
    return sorted(set(times))


def test_restarts_back_off_from_ten_seconds_doubling_to_five_minutes(lab: Lab) -> None:
    group_id = lab.create(container(script="exit 1"))
    app = lab.container(group_id, "app")
    assert app.restart_count == 1  # the first restart comes at once
    assert crash_times(lab, group_id, 1000) == [10, 30, 70, 150, 310, 610, 910]
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count) == ("Running", 8)
    assert (app.current.state, app.current.reason) == ("Waiting", "CrashLoopBackOff")
    assert app.current.message == (
        f"Back-off 5m0s restarting failed container=app pod=web_{group_id}({group_id})"
    )
    assert app.previous is not None
    assert (app.previous.state, app.previous.reason, app.previous.exit_code) == ("Terminated", "Error", 1)
    backoff = [event for event in lab.events(group_id) if event.reason == "BackOff"]
    assert [(e.message, e.type) for e in backoff] == [("Back-off restarting failed container", "Warning")]
    assert backoff[0].times == 8
    # Of all attempts the engine keeps the last, whose log can be asked for.
    assert sorted(lab.engine_containers(group_id)) == [f"{group_id}-app-8"]


def test_the_first_wait_is_ten_seconds_again_after_ten_minutes_of_running(lab: Lab) -> None:
    group_id = lab.create(
        container(script="[ -f /data/well ] && sleep 601; exit 1", VolumeMount=[DATA_MOUNT]), Volume=[DATA]
    )
    lab.advance(80)
    assert lab.container(group_id, "app").backoff_seconds == 160
    lab.engine.put_files(f"{group_id}-data", {"well": (b"", 0o644)})
    lab.advance(80)
    app = lab.container(group_id, "app")
    assert (app.current.state, app.current.start_time) == ("Running", BEGIN + 150)
    lab.advance(602)
    app = lab.container(group_id, "app")
    assert (app.current.state, app.current.start_time) == ("Running", BEGIN + 150 + 601)  # again at once
    assert app.backoff_seconds == 10


def test_on_failure_restarts_what_failed_and_leaves_what_succeeded(lab: Lab) -> None:
    flaky = "[ -f /data/ok ] && exit 0; touch /data/ok; exit 1"
    group_id = lab.create(
        container("flaky", flaky, VolumeMount=[DATA_MOUNT]),
        container("good", "exit 0"),
        RestartPolicy="OnFailure",
        Volume=[DATA],
    )
    assert lab.status(group_id) == "Succeeded"
    assert lab.container(group_id, "flaky").restart_count == 1
    assert lab.container(group_id, "good").restart_count == 0


def test_always_restarts_what_succeeded(lab: Lab) -> None:
    group_id = lab.create(container(script="exit 0"))
    lab.advance(15)
    assert (lab.status(group_id), lab.container(group_id, "app").restart_count) == ("Running", 2)


def test_running_out_of_memory(lab: Lab) -> None:
    group_id = lab.create(container(env={"ECI_SIM_OOM": "true"}), RestartPolicy="Never")
    current = lab.container(group_id, "app").current
    assert (current.reason, current.exit_code, current.signal) == ("OOMKilled", 137, 9)
    assert lab.told(group_id, "OOMKilled") == ["Out of memory"]
    sources = {event.reason: event.source for event in lab.group(group_id).state.events}
    assert (sources["OOMKilled"], sources["Started"]) == ("EciService", "kubelet")


def test_a_failed_pull_turns_into_a_back_off_and_is_tried_again(lab: Lab) -> None:
    lab.engine.script_image(IMAGE, ImageScript(error="ImageNotFound"))
    group_id = lab.create(container())
    current = lab.container(group_id, "app").current
    assert (lab.status(group_id), current.state, current.reason) == ("Pending", "Waiting", "ErrImagePull")
    lab.advance(5)
    current = lab.container(group_id, "app").current
    assert (current.reason, current.message) == ("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"')
    lab.advance(5)
    assert lab.container(group_id, "app").current.reason == "ErrImagePull"
    lab.advance(60)
    told = {(e.reason, e.message): e.times for e in lab.events(group_id)}
    assert told["Failed", "Error: ErrImagePull"] == 4  # at 0, 10, 30 and 70 seconds
    assert told["Failed", "Error: ImagePullBackOff"] == 3
    assert told["BackOff", f'Back-off pulling image "{IMAGE}"'] == 3
    assert any(text.startswith(f'Failed to pull image "{IMAGE}": ') for _, text in told)

    lab.engine.script_image(IMAGE, ImageScript())
    lab.advance(80)
    app = lab.container(group_id, "app")
    assert (lab.status(group_id), app.restart_count, app.previous) == ("Running", 0, None)


def test_the_wait_for_an_image_is_no_reason_to_wait_after_a_crash(lab: Lab) -> None:
    lab.engine.script_image(IMAGE, ImageScript(error="ImageNotFound"))
    group_id = lab.create(container(script="sleep 5; exit 1"))
    lab.advance(100)
    lab.engine.script_image(IMAGE, ImageScript())
    lab.advance(60)
    assert lab.container(group_id, "app").backoff_seconds == 20


def test_a_pull_policy_of_never_does_not_pull(lab: Lab) -> None:
    group_id = lab.create(container(ImagePullPolicy="Never"))
    current = lab.container(group_id, "app").current
    assert current.reason == "ErrImageNeverPull"
    assert current.message == f'Container image "{IMAGE}" is not present with pull policy of Never'
    assert lab.told(group_id, "ErrImageNeverPull") == [current.message]


def test_latest_is_pulled_each_time_and_survives_a_silent_registry(lab: Lab) -> None:
    image = "registry.example/app"
    lab.create(container(Image=image))
    group_id = lab.create(container(Image=image))
    assert "Pulling" in lab.reasons(group_id)
    lab.engine.script_image(image, ImageScript(error="RegistryUnreachable"))
    group_id = lab.create(container(Image=image))
    assert lab.status(group_id) == "Running"
    assert lab.told(group_id, "ImagePullFallback")[0].startswith(f'The registry of "{image}" did not answer')


@pytest.mark.parametrize(("policy", "status"), [("Never", "Failed"), ("Always", "Running")])
def test_a_command_that_cannot_be_run(lab: Lab, policy: str, status: str) -> None:
    group_id = lab.create(
        container(env={"ECI_SIM_START_ERROR": 'exec: "nope": not found'}), RestartPolicy=policy
    )
    app = lab.container(group_id, "app")
    ended = app.current if policy == "Never" else app.previous
    assert ended is not None
    assert (ended.reason, ended.exit_code, ended.message) == ("StartError", 128, 'exec: "nope": not found')
    assert lab.told(group_id, "Failed") == ['Error: failed to start container "app": exec: "nope": not found']
    assert lab.status(group_id) == status


def test_a_container_that_takes_its_time_to_start_is_not_launched_twice(lab: Lab) -> None:
    group_id = lab.create(container(env={"ECI_SIM_START_SECONDS": "20"}))
    assert lab.status(group_id) == "Pending"
    assert lab.container(group_id, "app").current.reason == "ContainerCreating"
    lab.advance(21)
    assert lab.status(group_id) == "Running"
    assert lab.container(group_id, "app").current.start_time == BEGIN + 20


# --- the termination message ----------------------------------------------------------------------


def ended(lab: Lab, script: str, **parameters: Any) -> str:
    """The message of a container that has run a script to its end."""
    group_id = lab.create(container("app", script, **parameters), RestartPolicy="Never")
    return lab.container(group_id, "app").current.message


def test_the_message_is_what_the_container_wrote_for_it(lab: Lab) -> None:
    assert ended(lab, "echo bye > /dev/termination-log; exit 3") == "bye\n"
    assert ended(lab, "echo bye > /tmp/words", TerminationMessagePath="/tmp/words") == "bye\n"
    assert ended(lab, "echo bye > /tmp/words") == ""


def test_the_log_stands_in_for_a_message_when_that_is_wanted_and_the_container_failed(lab: Lab) -> None:
    policy = {"TerminationMessagePolicy": "FallbackToLogsOnError"}
    assert ended(lab, "echo oh no; exit 3", **policy) == "oh no\n"
    assert ended(lab, "echo fine; exit 0", **policy) == ""
    assert ended(lab, "echo oh no; echo bye > /dev/termination-log; exit 3", **policy) == "bye\n"
    assert ended(lab, "echo oh no; exit 3") == ""
    long_log = f"printf '%s' {'x' * 5000}; exit 3"
    assert len(ended(lab, long_log, **policy)) == 2048


def test_a_message_has_four_kib_at_most_and_those_of_a_group_twelve(lab: Lab) -> None:
    script = f"printf '%s' {'x' * 5000} > /dev/termination-log"
    assert len(ended(lab, script)) == 4096
    group_id = lab.create(*(container(f"c{n}", script) for n in range(6)), RestartPolicy="Never")
    assert [len(lab.container(group_id, f"c{n}").current.message) for n in range(6)] == [2048] * 6


def test_a_restarted_container_does_not_speak_with_its_predecessors_words(lab: Lab) -> None:
    script = "[ -f /data/again ] && exit 1; touch /data/again; echo first > /dev/termination-log; exit 1"
    group_id = lab.create(container(script=script, VolumeMount=[DATA_MOUNT]), Volume=[DATA])
    app = lab.container(group_id, "app")
    assert (app.restart_count, app.previous.message if app.previous else None) == (1, "")
