"""Waiting until something has become what it was asked to be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from eci_sdk import groups
from eci_sdk import types as t
from eci_sdk.actions import Actions
from eci_sdk.errors import WaitFailed, WaitTimeout

FIRST_INTERVAL = 0.1
LONGEST_INTERVAL = 3.0
GROWTH = 1.3
UNSEEN = 10  # looks; a service in many places may not know at once what it has just made

Statuses = tuple[str, ...]
Resource = TypeVar("Resource")


class Waiters:
    """Each waits at most ``timeout`` seconds and gives the resource as it then is.

    Each raises WaitFailed as soon as it cannot happen any more, with the reason from the resource's events,
    and WaitTimeout.
    """

    def __init__(self, client: Actions) -> None:
        self._client = client

    def container_group_running(self, group_id: str, *, timeout: float = 300.0) -> t.ContainerGroup:
        """Until a group runs, or has run with success."""
        bad = ("Failed", "ScheduleFailed", "Expired")
        return _until(group_id, self._group(group_id), ("Running", "Succeeded"), bad, timeout)

    def container_group_succeeded(self, group_id: str, *, timeout: float = 3600.0) -> t.ContainerGroup:
        """Until all containers of a group have ended with success."""
        bad = ("Failed", "ScheduleFailed", "Expired")
        return _until(group_id, self._group(group_id), ("Succeeded",), bad, timeout)

    def container_group_deleted(self, group_id: str, *, timeout: float = 300.0) -> None:
        """Until a group is gone."""
        look = self._group(group_id)
        last = None
        for _ in _looks(timeout):
            last = look()
            if last is None:
                return
        raise too_late(group_id, last, timeout)

    def image_cache_ready(self, image_cache_id: str, *, timeout: float = 1800.0) -> t.ImageCache:
        """Until an image cache can be used."""

        def look() -> t.ImageCache | None:
            answer = self._client.describe_image_caches(ImageCacheId=image_cache_id)
            return next(iter(answer["ImageCaches"]), None)

        return _until(image_cache_id, look, ("Ready",), ("Failed", "UpdateFailed"), timeout)

    def data_cache_available(self, data_cache_id: str, *, timeout: float = 1800.0) -> t.DataCache:
        """Until a data cache can be used."""

        def look() -> t.DataCache | None:
            answer = self._client.describe_data_caches(DataCacheId=[data_cache_id])
            return next(iter(answer["DataCaches"]), None)

        return _until(data_cache_id, look, ("Available",), ("Failed", "UpdateFailed"), timeout)

    def virtual_node_ready(self, virtual_node_id: str, *, timeout: float = 300.0) -> t.VirtualNode:
        """Until a virtual node takes pods."""

        def look() -> t.VirtualNode | None:
            answer = self._client.describe_virtual_nodes(VirtualNodeIds=[virtual_node_id])
            return next(iter(answer["VirtualNodes"]), None)

        return _until(virtual_node_id, look, ("Ready",), ("Failed", "Cleaned"), timeout)

    def _group(self, group_id: str) -> Callable[[], t.ContainerGroup | None]:
        return lambda: groups.find(self._client, group_id, events=True)


def _until(
    name: str, look: Callable[[], Resource | None], good: Statuses, bad: Statuses, timeout: float
) -> Resource:
    last: Any = None
    for number in _looks(timeout):
        now: Any = look()
        if now is None and (last is not None or number >= UNSEEN):
            raise vanished(name, last)
        if now is not None and now["Status"] in good:
            found: Resource = now
            return found
        if now is not None and now["Status"] in bad:
            raise WaitFailed(_told(f"{name} is {now['Status']}", now))
        last = now
    raise too_late(name, last, timeout)


def _looks(timeout: float) -> Iterator[int]:
    """Number the looks from 1 on, with longer and longer pauses between them, until the time is up."""
    deadline = time.monotonic() + timeout
    interval = FIRST_INTERVAL
    number = 1
    yield number
    while (left := deadline - time.monotonic()) > 0:
        time.sleep(min(interval, left))
        interval = min(interval * GROWTH, LONGEST_INTERVAL)
        number += 1
        yield number


def vanished(name: str, last: Any) -> WaitFailed:
    """The error for a resource that is not there; ``last`` is how it was seen last, if at all."""
    return WaitFailed(f"{name} {'is gone' if last else 'does not exist'}")


def too_late(name: str, last: Any, timeout: float) -> WaitTimeout:
    """The error for a resource that has not become what it was to be; ``last`` as in `vanished`."""
    status = last["Status"] if last else "unknown"
    return WaitTimeout(_told(f"{name} is still {status} after {timeout:g} s", last or {}))


def _told(said: str, resource: Any) -> str:
    """What is said of a resource, and what explains it."""
    reasons = groups.reasons(resource)
    return f"{said}: {reasons}" if reasons else said
