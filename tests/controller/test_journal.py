"""What the log tells of a container group: each new status once, and each kind of trouble once."""

from __future__ import annotations

from structlog.testing import capture_logs

from .harness import Lab, container


def test_the_life_of_a_group_in_the_log(lab: Lab) -> None:
    with capture_logs() as lines:
        group_id = lab.create(container(script="sleep 5; exit 1"), ContainerGroupName="short")
        lab.advance(120)
        lab.delete(group_id)
        lab.advance(60)
    assert {line.pop("group") for line in lines} == {group_id}
    statuses = [(line["was"], line["status"]) for line in lines if line["event"] == "status"]
    assert statuses == [("Scheduling", "Pending"), ("Pending", "Running"), ("Running", "gone")]
    assert {line["name"] for line in lines if line["event"] == "status"} == {"short"}
    warnings = [line["reason"] for line in lines if line["log_level"] == "warning"]
    assert warnings == ["BackOff"]


def test_a_failure_is_a_warning(lab: Lab) -> None:
    with capture_logs() as lines:
        lab.create(container(script="exit 1"), RestartPolicy="Never")
        lab.advance(10)
    last = [line for line in lines if line["event"] == "status"][-1]
    assert (last["log_level"], last["was"], last["status"]) == ("warning", "Pending", "Failed")
