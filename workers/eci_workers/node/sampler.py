"""Counting what groups use, for those that somebody asks about: the others cost nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from eci_emulator.controller.members import app_members, init_members
from eci_emulator.engine.driver import NotFound
from eci_emulator.engine.stats import Stats
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.metrics import ContainerSample, Sample, Storage, Traffic
from eci_workers.node.tasks import Task

STEP_SECONDS: Final = 15.0
#: Who asks about a group for the first time waits this long: use of CPU is a difference of two counts.
FIRST_LOOK_SECONDS: Final = 0.25


class Sampler(Task):
    pause = STEP_SECONDS

    def once(self) -> None:
        """Sample all groups of the host that were asked about lately."""
        self._sample(self.store.samples.watched(self.host, time.time()))

    def look(self, group_ids: list[str]) -> None:
        """Sample these groups from now on, for some time: somebody asks for their metrics."""
        now = time.time()
        self.store.samples.watch(self.host, group_ids, now)
        latest = {group_id: self._latest(group_id) for group_id in group_ids}
        unknown = [group_id for group_id, taken in latest.items() if now - taken > 2 * STEP_SECONDS]
        if unknown:
            self._sample(unknown)
            time.sleep(FIRST_LOOK_SECONDS)
        self._sample(group_id for group_id, taken in latest.items() if now - taken > STEP_SECONDS)

    def _latest(self, group_id: str) -> float:
        samples = self.store.samples.of(group_id, latest=1)
        return samples[-1].taken if samples else 0.0

    def _sample(self, group_ids: Iterable[str]) -> None:
        for group in self.store.groups.get_many(list(group_ids)):
            with suppress(NotFound):  # it is being removed
                self._count(group)

    def _count(self, group: ContainerGroup) -> None:
        running = self._running(group)
        looked_at = {name: self.runtime.engine.stats(engine_name) for name, engine_name in running.items()}
        counted = {name: stats for name, stats in looked_at.items() if stats}
        if counted:
            self.store.samples.add(group.id, self._sample_of(counted, self._used(group, running)))

    def _running(self, group: ContainerGroup) -> dict[str, str]:
        """The names of a group's running containers, in the group -> in the engine."""
        members = (*init_members(group, self.runtime.names), *app_members(group, self.runtime.names))
        return {member.name: member.engine_name for member in members if member.running}

    def _sample_of(self, counted: dict[str, Stats], used: int) -> Sample:
        stats = list(counted.values())
        return Sample(
            at=self.store.clock.now(),
            time=stats[0].time,
            taken=time.time(),
            containers=[_container(name, of) for name, of in counted.items()],
            traffic=Traffic(**{counter: getattr(stats[0], counter) for counter in Traffic.__struct_fields__}),
            storage=Storage(
                read_bytes=sum(of.read_bytes for of in stats),
                read_ios=sum(of.read_ios for of in stats),
                write_bytes=sum(of.write_bytes for of in stats),
                write_ios=sum(of.write_ios for of in stats),
                used=used,
            ),
        )

    def _used(self, group: ContainerGroup, running: dict[str, str]) -> int:
        """Bytes on the group's system disk: what its containers wrote, and its empty dirs."""
        engine, names = self.runtime.engine, self.runtime.names
        empty_dirs = [
            names.volume(group.id, volume.name)
            for volume in group.spec.volumes
            if volume.type == "EmptyDirVolume" and volume.empty_dir_medium != "Memory"
        ]
        written = sum(engine.written_bytes(engine_name) for engine_name in running.values())
        return written + sum(engine.volume_usage(name) for name in empty_dirs)


def _container(name: str, stats: Stats) -> ContainerSample:
    return ContainerSample(
        name=name,
        cpu=stats.cpu_nanoseconds,
        usage=stats.memory_usage,
        working_set=stats.memory_working_set,
        cache=stats.memory_cache,
        rss=stats.memory_rss,
    )
