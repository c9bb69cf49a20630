"""/metrics: counters in Prometheus' text format."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from connexion.lifecycle import ConnexionResponse

from eci_emulator import metrics
from eci_emulator.actions.context import Emulator
from eci_emulator.images.storage import Storages


def show(emulator: Emulator) -> Any:
    groups = emulator.store.groups.get_many(emulator.store.groups.all_ids())
    metrics.GROUPS.clear()
    for status, number in Counter(str(g.state.status) for g in groups if not g.delete_requested).items():
        metrics.GROUPS.labels(status).set(number)
    for what, number in msgspec.to_builtins(Storages(emulator.store.redis).total()).items():
        metrics.STORED.labels(what).set(number)
    hosts = emulator.store.hosts.alive()
    metrics.HOSTS.set(len(hosts))
    for host in hosts:
        metrics.QUEUED.labels(host.name).set(emulator.store.wakeups.pending(host.name))
    return ConnexionResponse(body=metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
