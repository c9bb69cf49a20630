"""The tables of everything beside container groups and networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from redis import Redis

from eci_emulator.model import ids
from eci_emulator.model.caches import DataCache, ImageCache
from eci_emulator.model.commit import CommitTask
from eci_emulator.model.operations import OpsTask
from eci_emulator.model.resource import Resource
from eci_emulator.model.virtual_node import VirtualNode
from eci_emulator.schemas.commit import commit_view
from eci_emulator.schemas.data_caches import data_cache_view
from eci_emulator.schemas.image_caches import image_cache_view
from eci_emulator.schemas.operations import ops_view
from eci_emulator.schemas.virtual_nodes import node_view
from eci_emulator.store.table import Table

R = TypeVar("R", bound=Resource)


def virtual_nodes(redis: Redis) -> Table[VirtualNode]:
    return _table(redis, "virtual-node", VirtualNode, node_view, lambda node: [f"status={node.status}"])


def image_caches(redis: Redis) -> Table[ImageCache]:
    def entries(cache: ImageCache) -> Iterator[str]:
        yield f"status={cache.status}"
        yield f"snapshot={cache.snapshot_id}"
        yield f"automatic={cache.automatic}"
        for image in cache.images:
            yield f"image={image}"

    return _table(redis, "image-cache", ImageCache, image_cache_view, entries)


def data_caches(redis: Redis) -> Table[DataCache]:
    def entries(cache: DataCache) -> Iterator[str]:
        yield f"status={cache.status}"
        yield f"bucket={cache.bucket}"
        yield f"path={cache.path}"

    return _table(redis, "data-cache", DataCache, data_cache_view, entries)


def commit_tasks(redis: Redis) -> Table[CommitTask]:
    def entries(task: CommitTask) -> Iterator[str]:
        yield f"status={task.status}"
        yield f"group={task.group_id}"

    return _table(redis, "commit-task", CommitTask, commit_view, entries)


def ops_tasks(redis: Redis) -> Table[OpsTask]:
    def entries(task: OpsTask) -> Iterator[str]:
        yield f"group={task.group_id}"
        yield f"type={task.type}"

    return _table(redis, "ops-task", OpsTask, ops_view, entries)


def _table(
    redis: Redis,
    kind: str,
    record_type: type[R],
    view: Callable[[R], bytes],
    entries: Callable[[R], Iterable[str]],
) -> Table[R]:
    return Table(
        redis,
        kind,
        record_type,
        indexes=lambda record: [*_common_entries(record), *entries(record)],
        view=view,
    )


def _common_entries(record: Resource) -> Iterator[str]:
    yield f"name={record.name}"
    yield f"resource-group={record.resource_group_id or ids.default_resource_group(record.account)}"
    for tag in record.tags:
        yield f"tag={tag.key}"
        yield f"tag={tag.key}={tag.value}"
