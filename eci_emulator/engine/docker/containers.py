"""Containers: made, started, signalled, removed, looked up; their files read."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import requests
from docker.errors import APIError
from docker.errors import NotFound as NotFoundAnswer

from eci_emulator.engine.docker.archive import head_of_file
from eci_emulator.engine.docker.connection import label_filter, translated
from eci_emulator.engine.docker.creation import creation_body
from eci_emulator.engine.docker.folder import Folder
from eci_emulator.engine.docker.lost_starts import is_lost, kill_remains
from eci_emulator.engine.docker.volumes import Volumes
from eci_emulator.engine.driver import (
    AddressInUse,
    ContainerConfig,
    ContainerInfo,
    ContainerPhase,
    DiskFull,
    EngineError,
    EngineUnavailable,
    NotFound,
    StartFailed,
)

_NAME_WAIT = 5.0  # seconds a name may be taken without a container of that name
_PAUSE = 0.02


class Containers(Volumes):
    """The part of the driver about containers."""

    def create(self, config: ContainerConfig) -> str:
        sources = {mount.target: self.sub_path_source(mount) for mount in config.mounts if mount.sub_path}
        body = creation_body(config, sources)
        with translated():
            return self._create_or_adopt(config.name, body)

    def _create_or_adopt(self, name: str, body: dict[str, Any]) -> str:
        """A new container, or the one that has the name already if it carries the same labels."""
        gives_up = time.monotonic() + _NAME_WAIT
        while True:
            try:
                return str(self._api.create_container_from_config(body, name)["Id"])
            except APIError as error:
                if error.status_code != requests.codes.conflict:
                    raise
                existing = self.inspect(name)
                if existing and existing.labels.items() >= body["Labels"].items():
                    return existing.id
                # A name is taken a moment before its container can be seen, and after it is gone.
                if existing or time.monotonic() > gives_up:
                    raise
            time.sleep(_PAUSE)

    def _known(self, name: str) -> ContainerInfo:
        info = self.inspect(name)
        if info is None:
            raise NotFound(f"no such container: {name}")
        return info

    def start(self, name: str) -> None:
        info = self._known(name)
        if info.started_at:
            return
        if info.pid:
            self._make_way(info)
            raise EngineUnavailable(f"{name} was being started when the engine died")
        try:
            with translated():
                self._api.start(name)
        except (AddressInUse, DiskFull, EngineUnavailable):
            raise
        except EngineError as error:
            if not is_lost(str(error)):
                raise StartFailed(str(error)) from error
            self._make_way(info)
            raise EngineUnavailable(f"{name} was being started: {error}") from error

    def _make_way(self, info: ContainerInfo) -> None:
        """Remove what a start that was cut off has left: it cannot be started again, only made anew."""
        kill_remains(info.id)
        with suppress(EngineError):  # what stays is found again by the next start
            self.remove(info.id)

    def signal(self, name: str, signal: str) -> None:
        with translated():
            try:
                self._api.kill(name, signal)
            except APIError as error:
                if error.status_code not in (requests.codes.not_found, requests.codes.conflict):
                    raise

    def remove(self, name: str) -> None:
        with translated():
            try:
                self._api.remove_container(name, v=True, force=True)
            except NotFoundAnswer:
                return
            except APIError as error:
                if error.status_code != requests.codes.conflict:
                    raise
                self._wait_removed(name)

    def _wait_removed(self, name: str) -> None:
        """Wait for a removal that somebody else began."""
        try:
            self._api.wait(name, timeout=self._timeout, condition="removed")
        except NotFoundAnswer:
            return

    def inspect(self, name: str) -> ContainerInfo | None:
        with translated():
            try:
                return container_info(self._api.inspect_container(name))
            except NotFoundAnswer:
                return None

    def list_containers(self, labels: Mapping[str, str], *, but: Collection[str] = ()) -> list[ContainerInfo]:
        with translated():
            found = self._api.containers(all=True, filters={"label": label_filter(labels)})
        # The list itself tells neither exit codes nor times; one look at each costs 1 ms.
        left_out = {f"/{name}" for name in but}
        wanted = (container["Id"] for container in found if left_out.isdisjoint(container["Names"]))
        looked_up = map(self.inspect, wanted)
        return [info for info in looked_up if info is not None]

    def read_file(self, name: str, path: str, *, limit: int) -> bytes | None:
        with translated():
            try:
                mounts = self._api.inspect_container(name)["Mounts"]
                if local := _local_place(mounts, PurePosixPath(path)):
                    folder, below = local
                    return folder.head(below, limit)
                with closing(
                    self._request("GET", f"/containers/{name}/archive", params={"path": path})
                ) as response:
                    return head_of_file(response.iter_content(65536), limit)
            except NotFound:
                return None


def _local_place(mounts: list[dict[str, Any]], path: PurePosixPath) -> tuple[Folder, PurePosixPath] | None:
    """Where on this machine a path lies that is in a mount; None: the engine has to be asked."""
    for mount in sorted(mounts, key=lambda mount: len(mount["Destination"]), reverse=True):
        if path.is_relative_to(mount["Destination"]):
            whole = PurePosixPath(mount["Source"]) / path.relative_to(mount["Destination"])
            root = mount["Source"] if whole != PurePosixPath(mount["Source"]) else str(whole.parent)
            folder = Folder(root)
            return (folder, whole.relative_to(root)) if folder.is_here() else None
    return None


def container_info(answer: dict[str, Any]) -> ContainerInfo:
    """What the engine's inspect call says about a container."""
    state = answer["State"]
    phase = _phase(state)
    has_ended = phase in ("exited", "dead") or bool(state["Error"])
    addresses = _addresses(answer["NetworkSettings"].get("Networks") or {})
    return ContainerInfo(
        id=answer["Id"],
        name=answer["Name"].removeprefix("/"),
        phase=phase,
        labels=answer["Config"]["Labels"] or {},
        image=answer["Config"]["Image"],
        pid=state["Pid"],
        exit_code=state["ExitCode"] if has_ended else None,
        oom_killed=state["OOMKilled"],
        started_at=_seconds(state["StartedAt"]),
        finished_at=_seconds(state["FinishedAt"]) if has_ended else 0.0,
        error=state["Error"],
        ip=next(iter(addresses.values()), ""),
        networks=addresses,
    )


def _phase(state: dict[str, Any]) -> ContainerPhase:
    status: str = state["Status"]
    if status == "running" and not _seconds(state["StartedAt"]):
        # Its start was cut off by the engine's death. It has no network, and will not get any.
        return "created"
    # Between two runs of a container that the engine itself restarts (the router).
    phase: ContainerPhase = "exited" if status == "restarting" else status  # type: ignore[assignment]
    return phase


def _addresses(networks: dict[str, Any]) -> dict[str, str]:
    """Addresses by network: the one in use, or the one asked for while the container does not run."""
    return {
        name: endpoint["IPAddress"] or (endpoint["IPAMConfig"] or {}).get("IPv4Address", "")
        for name, endpoint in networks.items()
        if name != "none"
    }


def _seconds(moment: str) -> float:
    """Seconds since the epoch of the engine's RFC 3339 time; its year 1 means never."""
    return 0.0 if moment.startswith("0001-") else datetime.fromisoformat(moment).timestamp()
