"""DescribeContainerGroupMetric and its Multi form: the arithmetic, and real counters."""

from __future__ import annotations

import json
import math
import time
from datetime import datetime
from typing import Any

import pytest
import redis

from eci_emulator.model.metrics import MAX_GAP_SECONDS, ContainerSample, Sample, records
from eci_emulator.store.samples import MOST_SAMPLES, WATCHED_SECONDS, Samples
from tests.e2e.running import Running, wait_for

CORE = 1_000_000_000  # nanoseconds of CPU in a second of one core
GIB = 1 << 30


def sample(at: float, *cores: float, time: float | None = None) -> Sample:
    """A sample of containers a, b ... that have used this many core seconds."""
    used = zip("abc", cores, strict=False)
    containers = [ContainerSample(name, round(seconds * CORE), 4, 3, 2, 1) for name, seconds in used]
    return Sample(at=at, time=at if time is None else time, taken=0.0, containers=containers)


# --- arithmetic ---------------------------------------------------------------------------------


def test_use_of_cpu_is_what_was_added_per_second() -> None:
    (record,) = records([sample(100, 10, 1), sample(115, 17.5, 4)], 15, 0, math.inf)

    assert [usage.nano_cores for usage in record.containers] == [CORE // 2, CORE // 5]
    assert record.at == 105


def test_one_sample_alone_says_nothing() -> None:
    assert records([], 15, 0, math.inf) == records([sample(100, 10)], 15, 0, math.inf) == []


def test_a_period_takes_its_samples_together() -> None:
    samples = [sample(60 + 15 * step, core) for step, core in enumerate((0, 0, 15, 15, 15, 30))]

    found = records(samples, 60, 0, math.inf)

    assert [record.at for record in found] == [60, 120]
    assert [record.containers[0].nano_cores for record in found] == [CORE // 3, CORE // 2]


def test_only_the_time_asked_for() -> None:
    samples = [sample(at, at) for at in range(0, 300, 15)]

    found = records(samples, 15, 100, 160)

    assert [record.at for record in found] == [105, 120, 135, 150]


def test_a_restarted_container_counts_from_zero() -> None:
    (record,) = records([sample(100, 50), sample(110, 5)], 600, 0, math.inf)

    assert record.containers[0].nano_cores == CORE // 2


def test_a_container_that_came_and_one_that_went() -> None:
    (record,) = records([sample(0, 1, 1), sample(10, 6)], 15, 0, math.inf)
    assert [usage.sample.name for usage in record.containers] == ["a"]

    (record,) = records([sample(0, 1), sample(10, 1, 5)], 15, 0, math.inf)
    assert [usage.nano_cores for usage in record.containers] == [0, CORE // 2]


def test_nothing_is_said_about_a_gap() -> None:
    assert records([sample(0, 1), sample(MAX_GAP_SECONDS + 1, 2)], 15, 0, math.inf) == []


def test_a_clock_that_is_moved_does_not_change_the_rate() -> None:
    (record,) = records([sample(0, 1, time=0), sample(86_400, 6, time=10)], 15, 0, math.inf)

    assert record.containers[0].nano_cores == CORE // 2


def test_a_frozen_clock() -> None:
    (record,) = records([sample(0, 1), sample(0, 1)], 15, 0, math.inf)

    assert record.containers[0].nano_cores == 0


# --- what is kept -------------------------------------------------------------------------------


def test_an_hour_of_samples_is_kept(redis_client: redis.Redis) -> None:
    samples = Samples(redis_client)
    for at in range(MOST_SAMPLES + 10):
        samples.add("g", sample(at))

    assert [one.at for one in samples.of("g")] == list(range(10, MOST_SAMPLES + 10))
    assert [one.at for one in samples.of("g", latest=1)] == [MOST_SAMPLES + 9]
    assert redis_client.ttl("eci:samples:g") > 0


def test_who_is_not_asked_about_any_more_is_not_sampled(redis_client: redis.Redis) -> None:
    samples = Samples(redis_client)
    samples.watch("h", ["early"], 1000.0)
    samples.watch("h", ["late"], 1100.0)

    assert samples.watched("h", 1000.0 + WATCHED_SECONDS - 1) == ["early", "late"]
    assert samples.watched("h", 1000.0 + WATCHED_SECONDS) == ["late"]
    assert samples.watched("other", 1000.0) == []


# --- both engines -------------------------------------------------------------------------------


def test_the_first_question_is_answered_at_once(emulator: Running, group: str) -> None:
    answer = emulator.call("DescribeContainerGroupMetric", ContainerGroupId=group, Period="15")

    record = answer["Records"][-1]
    assert answer["ContainerGroupId"] == group
    assert datetime.fromisoformat(record["Timestamp"]).timestamp() == pytest.approx(time.time(), abs=60)
    assert record["Timestamp"].endswith(".000+08:00")
    assert record["CPU"]["Limit"] == 2000
    memory = record["Memory"]
    assert memory["WorkingSet"] + memory["AvailableBytes"] == 4 * GIB
    assert [container["Name"] for container in record["Containers"]] == ["main"]
    assert record["Filesystem"][0]["Capacity"] == 30 * GIB
    assert record["Network"]["Interfaces"][0]["Name"] == "eth0"


def test_several_groups(emulator: Running, group: str) -> None:
    ids = json.dumps([group, "eci-nobody"])

    (found,) = emulator.call("DescribeMultiContainerGroupMetric", ContainerGroupIds=ids)["MonitorDatas"]

    assert found["ContainerGroupId"] == group
    assert len(found["Records"]) == 1
    assert found["Records"][0]["Timestamp"].endswith("Z")
    assert {"ReadIo", "WriteIo"} < set(found["Records"][0]["Disk"][0])


def test_who_is_not_there_uses_nothing(simulated: Running) -> None:
    refusal = simulated.try_call("DescribeContainerGroupMetric", ContainerGroupId="eci-nobody")

    assert (refusal.status_code, refusal.json()["Code"]) == (404, "InvalidParameter.NotFound")


def test_a_time_that_is_none(simulated: Running, simulated_group: str) -> None:
    refusal = simulated.try_call(
        "DescribeContainerGroupMetric", ContainerGroupId=simulated_group, EndTime="tomorrow"
    )

    assert (refusal.status_code, refusal.json()["Code"]) == (400, "InvalidParameter.Format")


# --- the real engine ----------------------------------------------------------------------------


@pytest.mark.docker
def test_counters_of_real_work(real: Running) -> None:
    """One container burns half a core; the other keeps 64 MiB in memory, writes 16 MiB and asks the router."""
    busy: dict[str, Any] = {
        "Container.1.Cpu": "0.5",
        "Container.1.Memory": "1",
        "Container.2.Name": "keeper",
        "Container.2.Image": real.base_image,
        "Container.2.Memory": "1",
        "Container.2.Command.1": "sh",
        "Container.2.Command.2": "-c",
        "Container.2.Command.3": (
            "head -c 67108864 /dev/zero > /shm/kept; head -c 16777216 /dev/zero > /written;"
            "ping -c 3 -i 0.1 -s 1000 100.100.100.200 && touch /shm/done; sleep 1000"
        ),
        "Container.2.VolumeMount.1.Name": "shm",
        "Container.2.VolumeMount.1.MountPath": "/shm",
        "Volume.1.Name": "shm",
        "Volume.1.Type": "EmptyDirVolume",
        "Volume.1.EmptyDirVolume.Medium": "Memory",
    }
    group = real.create("busy", "while :; do :; done", **busy)
    real.until(group, "Running")
    wait_for(lambda: _has_done(real, group), "its work is done")

    record = real.call("DescribeContainerGroupMetric", ContainerGroupId=group, Period="15")["Records"][-1]

    burner, keeper = record["Containers"]
    assert 0 < burner["CPU"]["UsageNanoCores"] < 0.75 * CORE  # others are at work here, too
    assert burner["CPU"]["Limit"] == 500
    assert keeper["Memory"]["UsageBytes"] > 64 << 20
    assert record["CPU"]["UsageNanoCores"] >= burner["CPU"]["UsageNanoCores"]
    assert record["Memory"]["UsageBytes"] > 64 << 20
    assert 16 << 20 <= record["Filesystem"][0]["Usage"] < 32 << 20
    assert record["Network"]["Interfaces"][0]["RxBytes"] > 3000
    real.delete(group)


def _has_done(real: Running, group: str) -> bool:
    return (
        "done"
        in real.call(
            "ExecContainerCommand",
            ContainerGroupId=group,
            ContainerName="keeper",
            Command='["ls", "/shm"]',
            Sync="true",
            TTY="false",
        )["SyncResponse"]
    )
