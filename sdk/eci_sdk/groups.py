"""What a container group's description says of its life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from eci_sdk import types as t
from eci_sdk.actions import Actions
from eci_sdk.errors import NotFound

FINAL: Final = ("Succeeded", "Failed", "Expired", "ScheduleFailed")
#: Warnings that only repeat what a container waits for.
ECHOES: Final = ("Error: ErrImagePull", "Error: ImagePullBackOff")

AnyContainer = t.Container | t.InitContainer


def find(client: Actions, group_id: str, *, events: bool = False) -> t.ContainerGroup | None:
    """A group as it is now, with its events if they are wanted; None when there is none of this id."""
    answer = client.describe_container_groups(ContainerGroupIds=[group_id], WithEvent=events or None)
    return next(iter(answer["ContainerGroups"]), None)


def containers(group: t.ContainerGroup) -> Iterator[AnyContainer]:
    """All containers of a group, init containers first."""
    yield from group.get("InitContainers", [])
    yield from group["Containers"]


def container(group: t.ContainerGroup, name: str) -> AnyContainer:
    """The container of a name. Raises NotFound."""
    for one in containers(group):
        if one["Name"] == name:
            return one
    raise NotFound(f"The container group {group['ContainerGroupId']} has no container {name}.")


def has_started(one: AnyContainer) -> bool:
    """Whether a container has run, now or before, and so has a log."""
    return state(one) in ("Running", "Terminated") or bool(one.get("RestartCount"))


def has_ended(group: t.ContainerGroup, one: AnyContainer) -> bool:
    """Whether a container will not run any more."""
    if group["Status"] in FINAL:
        return True
    if state(one) != "Terminated":
        return False
    done = one["CurrentState"].get("ExitCode") == 0
    is_init = one in group.get("InitContainers", [])
    policy = group["RestartPolicy"]
    return policy == "Never" or (done and (is_init or policy == "OnFailure"))


def exit_codes(group: t.ContainerGroup) -> dict[str, int]:
    """The exit codes of the containers that have ended, init containers left out."""
    return {
        one["Name"]: one["CurrentState"]["ExitCode"]
        for one in group["Containers"]
        if state(one) == "Terminated"
    }


def state(one: AnyContainer) -> str:
    # A container that was never created has no state yet.
    return one.get("CurrentState", {}).get("State", "Waiting")


def reasons(resource: Any) -> str:
    """Why a group, a cache or a node is as it is, as its containers and its last warning tell; may be empty."""
    told = list(_endings([*resource.get("InitContainers", []), *resource.get("Containers", [])]))
    for event in resource.get("Events", []):
        if event["Type"] == "Warning" and event["Message"] not in ECHOES:
            told.append(f"{event['Reason']}: {event['Message']}")
            break
    return "; ".join(told)


def _endings(containers: list[AnyContainer]) -> Iterator[str]:
    for one in containers:
        now = one.get("CurrentState", {})
        if state(one) == "Terminated" and now.get("ExitCode"):
            yield f"container {one['Name']} ended with exit code {now['ExitCode']}{_detail(now)}"
        elif state(one) == "Waiting" and now.get("Reason"):
            yield f"container {one['Name']} waits{_detail(now)}"


def _detail(now: t.ContainerState) -> str:
    words = [word for word in (now.get("Reason"), now.get("Message")) if word]
    return f" ({': '.join(words)})" if words else ""
