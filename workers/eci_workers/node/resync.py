"""Comparing all records with all containers of a host, to find missed events and orphaned containers."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Final

import structlog

from eci_emulator.controller.names import ROLE_CONTAINER, ROLE_INIT, ROLE_ROUTER, ROLE_WARM
from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE, LABEL_ROLE, ROLE_COPIER, ContainerInfo
from eci_emulator.model.group import ContainerGroup
from eci_workers.node.tasks import Task
from eci_workers.runtime import Runtime

#: What is of no record may be of one that is just being removed: it is left this long.
STRAY_GRACE_SECONDS: Final = 60.0

log = structlog.get_logger()


class Resync(Task):
    pause = 60.0

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._first_seen: dict[str, float] = {}

    def once(self) -> None:
        """Wake the groups whose containers are not as recorded; remove containers without a group."""
        found, volumes = self._containers(), self._volumes()
        groups = self.store.groups.get_many(self.store.groups.all_ids())
        here = {group.id: group for group in groups if group.state.placement.host == self.host}
        for group in here.values():
            if group.delete_requested or self._differs(group, found.get(group.id, [])):
                self.store.unsettle(self.host, group.id)
        known = {group.id for group in groups}
        self._remove_strays(
            [info.name for group_id, infos in found.items() if group_id not in known for info in infos],
            [name for name in volumes if (owner := self.runtime.names.group_of(name)) and owner not in known],
        )

    def _volumes(self) -> list[str]:
        return self.runtime.engine.list_volumes(self.runtime.names.labels(**{LABEL_GROUP: ""}))

    def _containers(self) -> dict[str, list[ContainerInfo]]:
        labels = {LABEL_INSTANCE: self.runtime.settings.instance}
        by_group = defaultdict(list)
        for info in self.runtime.engine.list_containers(labels):
            if info.labels.get(LABEL_ROLE) not in (ROLE_ROUTER, ROLE_WARM, ROLE_COPIER):
                by_group[info.labels.get(LABEL_GROUP, "")].append(info)
        return by_group

    def _differs(self, group: ContainerGroup, infos: list[ContainerInfo]) -> bool:
        running = {info.name for info in infos if info.phase in ("running", "paused")}
        recorded = {
            self.runtime.names.attempt(group.id, role, name, status.attempt)
            for role, statuses in (
                (ROLE_CONTAINER, group.state.containers),
                (ROLE_INIT, group.state.init_containers),
            )
            for name, status in statuses.items()
            if status.current.state == "Running"
        }
        own = group.state.sandboxed and not group.state.placement.sandbox
        sandbox = {self.runtime.names.sandbox(group.id)} if own and recorded else set()
        return running != recorded | sandbox

    def _remove_strays(self, containers: list[str], volumes: list[str]) -> None:
        now = time.monotonic()
        seen = {name: self._first_seen.get(name, now) for name in (*containers, *volumes)}
        self._first_seen = seen
        for names, remove in (
            (containers, self.runtime.engine.remove),
            (volumes, self.runtime.engine.remove_volume),
        ):
            for name in names:
                if now - seen[name] >= STRAY_GRACE_SECONDS:
                    log.warning("removing what is of no group", name=name)
                    remove(name)
