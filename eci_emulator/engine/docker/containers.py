"""Containers: made, started, signalled, removed, looked up; files put in and read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

import requests
from docker.errors import APIError
from docker.errors import NotFound as NotFoundAnswer

from eci_emulator.engine.docker.archive import head_of_file, pack, with_modes
from eci_emulator.engine.docker.connection import label_filter, translated
from eci_emulator.engine.docker.creation import creation_body
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


class Containers(Volumes):
    """The part of the driver about containers."""

    def create(self, config: ContainerConfig) -> str:
        sources = {mount.target: self.sub_path_source(mount) for mount in config.mounts if mount.sub_path}
        with translated():
            try:
                body = creation_body(config, sources)
                container = str(self._api.create_container_from_config(body, config.name)["Id"])
            except APIError as error:
                if error.status_code != requests.codes.conflict:
                    raise
                container = self._adopt(config, error)
        if config.files and not self._has_run(container):
            self.write_files(container, config.files)
        return container

    def _adopt(self, config: ContainerConfig, conflict: APIError) -> str:
        """The container that has the name already, if it is the one that was meant."""
        existing = self.inspect(config.name)
        if existing is None or config.labels.items() - existing.labels.items():
            raise conflict
        return existing.id

    def _has_run(self, name: str) -> bool:
        info = self.inspect(name)
        if info is None:
            raise NotFound(f"no such container: {name}")
        return info.started_at > 0

    def start(self, name: str) -> None:
        if self._has_run(name):
            return
        try:
            with translated():
                self._api.start(name)
        except (AddressInUse, DiskFull, EngineUnavailable):
            raise
        except EngineError as error:
            raise StartFailed(str(error)) from error

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

    def list_containers(self, labels: Mapping[str, str]) -> list[ContainerInfo]:
        with translated():
            found = self._api.containers(all=True, filters={"label": label_filter(labels)})
        # The list itself tells neither exit codes nor times; one look at each costs 1 ms.
        looked_up = (self.inspect(container["Id"]) for container in found)
        return [info for info in looked_up if info is not None]

    def read_file(self, name: str, path: str, *, limit: int) -> bytes | None:
        with translated():
            try:
                with closing(
                    self._request("GET", f"/containers/{name}/archive", params={"path": path})
                ) as response:
                    return head_of_file(response.iter_content(65536), limit)
            except NotFound:
                return None

    def write_files(self, name: str, files: Mapping[str, bytes]) -> None:
        with translated():
            self._api.put_archive(name, "/", pack(with_modes(files)))


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
