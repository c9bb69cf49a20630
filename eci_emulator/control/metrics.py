"""/metrics: counters in Prometheus' text format."""

from __future__ import annotations

from collections import Counter
from typing import Any

from connexion.lifecycle import ConnexionResponse

from eci_emulator import metrics
from eci_emulator.actions.context import Emulator
from eci_emulator.images.storage import Storages


def show(emulator: Emulator) -> Any:
    groups = emulator.store.groups.get_many(emulator.store.groups.all_ids())
    metrics.GROUPS.clear()
    for status, number in Counter(str(g.state.status) for g in groups if not g.delete_requested).items():
        metrics.GROUPS.labels(status).set(number)
    stored = Storages(emulator.store.redis).total()
    for what in ("images", "images_held", "image_caches", "data_caches", "volumes"):
        metrics.STORED.labels(what).set(getattr(stored, what))
    metrics.STORED_BYTES.labels("images").set(stored.image_bytes)
    metrics.STORED_BYTES.labels("images_held").set(stored.held_bytes)
    metrics.STORED_BYTES.labels("data_caches").set(stored.data_bytes)
    hosts = emulator.store.hosts.alive()
    metrics.HOSTS.set(len(hosts))
    for host in hosts:
        metrics.QUEUED.labels(host.name).set(emulator.store.wakeups.pending(host.name))
    return ConnexionResponse(body=metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
