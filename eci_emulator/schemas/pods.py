"""Container groups as Kubernetes sees pods: what DescribeContainerGroupStatus and ...Events answer.

Every key is spelt as the published API and its SDKs spell it, the odd ones (``StartedAtstartedAt``,
``uuid``, ``involvedObject``) included.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from marshmallow.fields import Integer, List, Nested, String

from eci_emulator.model.events import ECI_SERVICE, KUBELET, Event
from eci_emulator.model.group import ContainerGroup, ContainerState, ContainerStatus
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.model.times import iso
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.conditions import conditions
from eci_emulator.schemas.containers import TagSchema
from eci_emulator.schemas.events import event_name
from eci_emulator.schemas.groups import GroupQuery

Json = dict[str, Any]

NAMESPACE: Final = "default"

#: EventSource of a request -> the component that tells an event.
SOURCES: Final = {"EciService": ECI_SERVICE, "K8sAgent": KUBELET}

_PHASES: Final = {
    GroupStatus.SCHEDULING: "Pending",
    GroupStatus.SCHEDULE_FAILED: "Failed",
    GroupStatus.PENDING: "Pending",
    GroupStatus.RUNNING: "Running",
    GroupStatus.RESTARTING: "Pending",
    GroupStatus.UPDATING: "Pending",
    GroupStatus.TERMINATING: "Running",
    GroupStatus.SUCCEEDED: "Succeeded",
    GroupStatus.FAILED: "Failed",
    GroupStatus.EXPIRED: "Failed",
}


class PodQuery(GroupQuery):
    """What DescribeContainerGroupStatus and ...Events are asked."""

    since_second: int = 0
    event_source: str = ""


class PodQuerySchema(Request):
    makes = PodQuery
    container_group_ids = String()
    zone_id = String()
    v_switch_id = String()
    resource_group_id = String()
    tag = List(Nested(TagSchema))
    since_second = Integer()
    event_source = String()
    limit = Integer()
    next_token = String()


def status_record(group: ContainerGroup) -> Json:
    """One item of DescribeContainerGroupStatus."""
    return {**_identity(group), "Status": group.state.status.value, "PodStatus": _pod_status(group)}


def events_record(group: ContainerGroup, events: Iterable[Event]) -> Json:
    """One item of DescribeContainerGroupEvents."""
    return {**_identity(group), "Events": [_pod_event(group, event) for event in events]}


def changed_at(group: ContainerGroup) -> float:
    """When something last happened to a group."""
    state = group.state
    statuses = [*state.init_containers.values(), *state.containers.values()]
    return max(
        state.creation_time,
        state.pending_time,
        state.running_time,
        state.terminal_since,
        *(event.last_timestamp for event in state.events),
        *(max(status.current.start_time, status.current.finish_time) for status in statuses),
    )


def _identity(group: ContainerGroup) -> Json:
    return {
        "ContainerGroupId": group.id,
        "Name": group.spec.name,
        "Namespace": NAMESPACE,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"eci:{group.id}")),
        "Annotations": "{}",
    }


def _pod_status(group: ContainerGroup) -> Json:
    state = group.state
    ip = state.placement.ip
    return {
        "Phase": _PHASES[state.status],
        "QosClass": _qos_class(group),
        "HostIp": ip,
        "PodIp": ip,
        "PodIps": [{"Ip": ip}] if ip else [],
        "StartTime": iso(state.pending_time),
        "Conditions": conditions(group),
        "ContainerStatuses": [
            {
                "Name": spec.name,
                "Image": spec.image,
                "ImageID": "",
                **_container_status(state.containers.get(spec.name) or ContainerStatus()),
            }
            for spec in group.spec.containers
        ],
    }


def _container_status(status: ContainerStatus) -> Json:
    return {
        "Ready": status.ready,
        "Started": status.current.state == "Running",
        "RestartCount": status.restart_count,
        "State": _state(status.current),
        "LastState": _state(status.previous) if status.previous else {},
    }


def _state(state: ContainerState) -> Json:
    match state.state:
        case "Running":
            return {"Running": {"StartedAtstartedAt": iso(state.start_time)}}
        case "Terminated":
            return {
                "Terminated": {
                    "ContainerID": "",
                    "ExitCode": state.exit_code or 0,
                    "Signal": state.signal or 0,
                    "Reason": state.reason,
                    "Message": state.message,
                    "StartedAt": iso(state.start_time),
                    "FinishedAt": iso(state.finish_time),
                }
            }
    return {"Waiting": {"Reason": state.reason, "Message": state.message}}


def _qos_class(group: ContainerGroup) -> str:
    """Kubernetes' class, by the limits that the containers have of their own."""
    specs = [*group.spec.containers, *group.spec.init_containers]
    if all(spec.cpu and spec.memory for spec in specs):
        return "Guaranteed"
    return "Burstable" if any(spec.cpu or spec.memory for spec in specs) else "BestEffort"


def _pod_event(group: ContainerGroup, event: Event) -> Json:
    return {
        "Type": event.type,
        "Reason": event.reason,
        "Message": event.message,
        "Count": event.count,
        "FirstTimestamp": iso(event.first_timestamp),
        "LastTimestamp": iso(event.last_timestamp),
        "ReportingComponent": event.source,
        "ReportingInstance": "eci",
        "Source": {"Component": event.source, "Host": "eci"},
        "involvedObject": {
            "Kind": "Pod",
            "Name": group.spec.name,
            "Namespace": NAMESPACE,
            "Uid": group.id,
            "ApiVersion": "v1",
        },
        "Metadata": {
            "Name": event_name(group.spec.name, event),
            "Namespace": NAMESPACE,
        },
    }
