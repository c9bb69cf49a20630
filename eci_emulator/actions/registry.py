"""Which function serves which action: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from eci_emulator.actions import (
    commit,
    container_groups,
    create_group,
    data_caches,
    image_caches,
    looking_in,
    market,
    metrics,
    operations,
    regions,
    status,
    tags,
    update_group,
    usage,
    virtual_nodes,
)
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.schemas.base import Reader, Request
from eci_emulator.schemas.commit import CommitQuerySchema, CommitRequestSchema
from eci_emulator.schemas.data_caches import (
    CopyDataCacheSchema,
    CreateDataCacheSchema,
    DataCacheQuerySchema,
    DataCacheReferenceSchema,
    UpdateDataCacheSchema,
)
from eci_emulator.schemas.groups import (
    CreateContainerGroupSchema,
    ExecRequestSchema,
    GroupQuerySchema,
    GroupReferenceSchema,
    LogRequestSchema,
)
from eci_emulator.schemas.image_caches import (
    CreateImageCacheSchema,
    ImageCacheQuerySchema,
    ImageCacheReferenceSchema,
    UpdateImageCacheSchema,
)
from eci_emulator.schemas.market import PriceQuerySchema, StockQuerySchema
from eci_emulator.schemas.metrics import MetricQuerySchema, MultiMetricQuerySchema
from eci_emulator.schemas.operations import OpsQuerySchema, OpsRequestSchema
from eci_emulator.schemas.pods import PodQuerySchema
from eci_emulator.schemas.tags import TagQuerySchema, TagRequestSchema, UntagRequestSchema
from eci_emulator.schemas.updates import GroupUpdateSchema, ResizeRequestSchema
from eci_emulator.schemas.virtual_nodes import (
    CreateVirtualNodeSchema,
    NodeQuerySchema,
    NodeReferenceSchema,
    UpdateVirtualNodeSchema,
)

Answer = dict[str, Any] | bytes


class Action(Struct, frozen=True):
    """One action. ``serve`` is plain, or a coroutine function when it waits for a node agent."""

    schema: Reader
    serve: Callable[[Emulator, Caller, Any], Any]


class NoParametersSchema(Request):
    makes = regions.NoParameters


ACTIONS: Final[dict[str, Action]] = {
    "CreateContainerGroup": Action(CreateContainerGroupSchema(), create_group.create_container_group),
    "DescribeContainerGroups": Action(GroupQuerySchema(), container_groups.describe_container_groups),
    "DescribeContainerGroupStatus": Action(PodQuerySchema(), status.describe_container_group_status),
    "DescribeContainerGroupEvents": Action(PodQuerySchema(), status.describe_container_group_events),
    "UpdateContainerGroup": Action(GroupUpdateSchema(), update_group.update_container_group),
    "ResizeContainerGroupVolume": Action(ResizeRequestSchema(), update_group.resize_container_group_volume),
    "DeleteContainerGroup": Action(GroupReferenceSchema(), container_groups.delete_container_group),
    "RestartContainerGroup": Action(GroupReferenceSchema(), container_groups.restart_container_group),
    "ExecContainerCommand": Action(ExecRequestSchema(), looking_in.exec_container_command),
    "DescribeContainerLog": Action(LogRequestSchema(), looking_in.describe_container_log),
    "DescribeContainerGroupMetric": Action(MetricQuerySchema(), metrics.describe_container_group_metric),
    "DescribeMultiContainerGroupMetric": Action(
        MultiMetricQuerySchema(), metrics.describe_multi_container_group_metric
    ),
    "CommitContainer": Action(CommitRequestSchema(), commit.commit_container),
    "DescribeCommitContainerTask": Action(CommitQuerySchema(), commit.describe_commit_container_task),
    "CreateInstanceOpsTask": Action(OpsRequestSchema(), operations.create_instance_ops_task),
    "DescribeInstanceOpsRecords": Action(OpsQuerySchema(), operations.describe_instance_ops_records),
    "CreateImageCache": Action(CreateImageCacheSchema(), image_caches.create_image_cache),
    "UpdateImageCache": Action(UpdateImageCacheSchema(), image_caches.update_image_cache),
    "DescribeImageCaches": Action(ImageCacheQuerySchema(), image_caches.describe_image_caches),
    "DeleteImageCache": Action(ImageCacheReferenceSchema(), image_caches.delete_image_cache),
    "CreateDataCache": Action(CreateDataCacheSchema(), data_caches.create_data_cache),
    "UpdateDataCache": Action(UpdateDataCacheSchema(), data_caches.update_data_cache),
    "CopyDataCache": Action(CopyDataCacheSchema(), data_caches.copy_data_cache),
    "DescribeDataCaches": Action(DataCacheQuerySchema(), data_caches.describe_data_caches),
    "DeleteDataCache": Action(DataCacheReferenceSchema(), data_caches.delete_data_cache),
    "CreateVirtualNode": Action(CreateVirtualNodeSchema(), virtual_nodes.create_virtual_node),
    "UpdateVirtualNode": Action(UpdateVirtualNodeSchema(), virtual_nodes.update_virtual_node),
    "DescribeVirtualNodes": Action(NodeQuerySchema(), virtual_nodes.describe_virtual_nodes),
    "DeleteVirtualNode": Action(NodeReferenceSchema(), virtual_nodes.delete_virtual_node),
    "TagResources": Action(TagRequestSchema(), tags.tag_resources),
    "UntagResources": Action(UntagRequestSchema(), tags.untag_resources),
    "ListTagResources": Action(TagQuerySchema(), tags.list_tag_resources),
    "DescribeRegions": Action(NoParametersSchema(), regions.describe_regions),
    "DescribeAvailableResource": Action(StockQuerySchema(), market.describe_available_resource),
    "DescribeContainerGroupPrice": Action(PriceQuerySchema(), market.describe_container_group_price),
    "ListUsage": Action(NoParametersSchema(), usage.list_usage),
}
