"""What groups use: counted by the node agents of the hosts that run them, from the first question on."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from typing import Any, Final

from eci_emulator.actions.container_groups import find
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.metrics import MetricRecord, records
from eci_emulator.model.times import given_time
from eci_emulator.schemas.json_texts import id_list
from eci_emulator.schemas.metrics import MetricQuery, MultiMetricQuery, multi_record_view, record_view

Json = dict[str, Any]

DEFAULT_PERIOD: Final = 60
FINEST_PERIOD: Final = 15
MAX_IDS: Final = 20


async def describe_container_group_metric(emulator: Emulator, caller: Caller, query: MetricQuery) -> Json:
    """Records of one group, oldest first. Raises NotFound, InvalidFormat."""
    start, end = given_time("StartTime", query.start_time), given_time("EndTime", query.end_time, math.inf)
    group = find(emulator, caller, query.container_group_id)
    await _freshen(emulator, [group])
    found = _records(emulator, group, int(query.period or DEFAULT_PERIOD), start, end)
    return {"ContainerGroupId": group.id, "Records": [record_view(group, record) for record in found]}


async def describe_multi_container_group_metric(
    emulator: Emulator, caller: Caller, query: MultiMetricQuery
) -> Json:
    """The latest record of each group; groups that are not there are left out."""
    groups = [
        group
        for group_id in id_list("ContainerGroupIds", query.container_group_ids, MAX_IDS)
        if (group := emulator.store.groups.get_for(caller.tenant, group_id))
        and query.resource_group_id in ("", group.spec.resource_group_id)
    ]
    await _freshen(emulator, groups)
    return {"MonitorDatas": [_latest(emulator, group) for group in groups]}


def _latest(emulator: Emulator, group: ContainerGroup) -> Json:
    found = _records(emulator, group, FINEST_PERIOD, 0.0, math.inf)[-1:]
    return {"ContainerGroupId": group.id, "Records": [multi_record_view(group, record) for record in found]}


def _records(
    emulator: Emulator, group: ContainerGroup, period: int, start: float, end: float
) -> list[MetricRecord]:
    return records(emulator.store.samples.of(group.id), period, start, end)


async def _freshen(emulator: Emulator, groups: list[ContainerGroup]) -> None:
    """Have the groups that run sampled now, unless they just were."""
    by_host = defaultdict(list)
    for group in groups:
        if any(status.current.state == "Running" for status in group.state.containers.values()):
            by_host[group.state.placement.host].append(group.id)
    await asyncio.gather(*(emulator.nodes.sample(host, ids) for host, ids in by_host.items()))
