"""Metrics: what is asked, and records as the two actions show them, each with spellings of its own."""

from __future__ import annotations

import time
from typing import Any, Final

from marshmallow.fields import String
from msgspec import Struct

from eci_emulator.model.group import FREE_STORAGE_GIB, ContainerGroup
from eci_emulator.model.metrics import MetricRecord, Storage, Traffic, Usage
from eci_emulator.model.quantity import GIB
from eci_emulator.model.times import iso
from eci_emulator.schemas.base import Request

Json = dict[str, Any]

CHINA_OFFSET_SECONDS: Final = 8 * 3600


class MetricQuery(Struct):
    container_group_id: str
    start_time: str = ""
    end_time: str = ""
    period: str = ""


class MetricQuerySchema(Request):
    makes = MetricQuery
    container_group_id = String(required=True)
    start_time = String()
    end_time = String()
    period = String()


class MultiMetricQuery(Struct):
    container_group_ids: str  # a JSON list
    resource_group_id: str = ""
    metric_type: str = ""


class MultiMetricQuerySchema(Request):
    makes = MultiMetricQuery
    container_group_ids = String(required=True)
    resource_group_id = String()
    metric_type = String()


def record_view(group: ContainerGroup, record: MetricRecord) -> Json:
    """A record of DescribeContainerGroupMetric."""
    return {
        **_common(group, record),
        "Timestamp": _china_time(record.at),
        "Disk": [_disk(record.storage, "ReadIO", "WriteIO")],
        "Filesystem": [{**_filesystem(group, record.storage), "Category": "System"}],
    }


def multi_record_view(group: ContainerGroup, record: MetricRecord) -> Json:
    """A record of DescribeMultiContainerGroupMetric."""
    return {
        **_common(group, record),
        "Timestamp": iso(record.at),
        "Disk": [_disk(record.storage, "ReadIo", "WriteIo")],
        "Filesystem": [_filesystem(group, record.storage)],
    }


def _common(group: ContainerGroup, record: MetricRecord) -> Json:
    placed = group.state.placement
    limits = {
        spec.name: (spec.cpu or placed.cpu, spec.memory or placed.memory)
        for spec in (*group.spec.init_containers, *group.spec.containers)
    }
    return {
        "CPU": _cpu(record.containers, placed.cpu),
        "Memory": _memory(record.containers, placed.memory),
        "Network": {"Interfaces": [_interface(record.traffic)]},
        "Containers": [
            {
                "Name": usage.sample.name,
                "CPU": _cpu([usage], limits[usage.sample.name][0]),
                "Memory": _memory([usage], limits[usage.sample.name][1]),
            }
            for usage in record.containers
            if usage.sample.name in limits  # an update may have taken it out of the group
        ],
    }


def _cpu(usages: list[Usage], cores: float) -> Json:
    return {
        "UsageNanoCores": sum(usage.nano_cores for usage in usages),
        "UsageCoreNanoSeconds": sum(usage.sample.cpu for usage in usages),
        "Load": 0,
        "Limit": round(cores * 1000),
    }


def _memory(usages: list[Usage], gib: float) -> Json:
    working_set = sum(usage.sample.working_set for usage in usages)
    return {
        "Rss": sum(usage.sample.rss for usage in usages),
        "UsageBytes": sum(usage.sample.usage for usage in usages),
        "WorkingSet": working_set,
        "AvailableBytes": max(0, round(gib * GIB) - working_set),
        "Cache": sum(usage.sample.cache for usage in usages),
    }


def _interface(traffic: Traffic) -> Json:
    return {
        "Name": "eth0",
        "RxBytes": traffic.rx_bytes,
        "RxPackets": traffic.rx_packets,
        "RxErrors": traffic.rx_errors,
        "RxDrops": traffic.rx_dropped,
        "TxBytes": traffic.tx_bytes,
        "TxPackets": traffic.tx_packets,
        "TxErrors": traffic.tx_errors,
        "TxDrops": traffic.tx_dropped,
    }


def _disk(storage: Storage, reads: str, writes: str) -> Json:
    return {
        "Device": "/dev/vda",
        "ReadBytes": storage.read_bytes,
        reads: storage.read_ios,
        "WriteBytes": storage.write_bytes,
        writes: storage.write_ios,
    }


def _filesystem(group: ContainerGroup, storage: Storage) -> Json:
    capacity = (FREE_STORAGE_GIB + group.spec.ephemeral_storage) * GIB
    return {
        "FsName": "/dev/root",
        "Capacity": capacity,
        "Usage": storage.used,
        "Available": max(0, capacity - storage.used),
    }


def _china_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000+08:00", time.gmtime(seconds + CHINA_OFFSET_SECONDS))
