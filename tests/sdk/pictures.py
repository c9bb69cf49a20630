"""Descriptions of container groups, as short as a test allows."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def container(name: str = "main", state: str = "Running", code: int = 0, **more: Any) -> Json:
    now = {
        "State": state,
        "ExitCode": code,
        "Reason": more.pop("Reason", ""),
        "Message": more.pop("Message", ""),
    }
    return {"Name": name, "CurrentState": now, "RestartCount": 0, **more}


def group(status: str = "Running", *containers: Json, **more: Any) -> Json:
    """The answer of DescribeContainerGroups with this one group."""
    one = {
        "ContainerGroupId": "eci-1",
        "Status": status,
        "RestartPolicy": "Never",
        "Containers": list(containers or (container(),)),
        "InitContainers": [],
        "Events": [],
        **more,
    }
    return {"ContainerGroups": [one], "NextToken": ""}


GONE: Json = {"ContainerGroups": [], "NextToken": ""}


def event(reason: str, message: str, kind: str = "Warning") -> Json:
    return {"Type": kind, "Reason": reason, "Message": message}
