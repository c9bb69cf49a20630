"""Volumes: folders on the engine's disk, file systems the engine mounts, and what lies in them.

Where the engine's disk is this machine's, files are written right there. It may as well be in a
virtual machine or on another host: then files go in through a container that is made for the
purpose and never started, which takes a tenth of a second.
"""

from __future__ import annotations

import base64
import errno
import json
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import IO, Any

from docker.errors import NotFound as NotFoundAnswer

from eci_emulator.engine.docker.archive import FOLDER_MODE, pack, pack_file, plain_files
from eci_emulator.engine.docker.base_image import BaseImage
from eci_emulator.engine.docker.connection import error_of, label_filter, translated
from eci_emulator.engine.docker.folder import Folder, copy_pieces
from eci_emulator.engine.docker.lost_starts import is_lost
from eci_emulator.engine.driver import (
    LABEL_INSTANCE,
    LABEL_ROLE,
    ROLE_COPIER,
    DiskFull,
    EngineError,
    EngineUnavailable,
    Mount,
    NotFound,
    StartFailed,
)
from eci_emulator.engine.paths import inside

_TARGET = "/volume"
_LOOK_SECONDS = 0.1  # between two looks at whether a copy is through


class Volumes(BaseImage):
    """The part of the driver about volumes."""

    def ensure_volume(
        self,
        name: str,
        labels: Mapping[str, str],
        *,
        driver_options: Mapping[str, str] | None = None,
    ) -> None:
        with translated():
            self._api.create_volume(name, driver_opts=dict(driver_options or {}), labels=dict(labels))

    def list_volumes(self, labels: Mapping[str, str]) -> list[str]:
        with translated():
            found = self._api.volumes(filters={"label": label_filter(labels)})["Volumes"]
        return [volume["Name"] for volume in found or []]

    def remove_volume(self, name: str) -> None:
        with translated(), suppress(NotFoundAnswer):
            self._api.remove_volume(name)

    def put_files(self, volume: str, files: Mapping[str, tuple[bytes, int]]) -> None:
        folder = self._folder(volume)
        if folder is None:
            with translated(), self._holder(volume) as container:
                self._api.put_archive(container, "/", pack(_below_target(files)))
            return
        for path, (content, mode) in files.items():
            if path.endswith("/"):
                folder.make(inside(path), mode)
            else:
                folder.write(inside(path), content, mode)

    def fill_file(
        self, volume: str, path: str, pieces: Iterable[bytes], mode: int
    ) -> Generator[int, None, None]:
        folder = self._folder(volume)
        with _disk_full():
            if folder is not None:
                yield from folder.fill(inside(path), pieces, mode)
                return
            with tempfile.TemporaryFile() as whole:
                yield from copy_pieces(pieces, whole)
                packed = pack_file(f"{_TARGET}/{inside(path)}", whole, mode)
                with packed, translated(), self._holder(volume) as container:
                    self._api.put_archive(container, "/", packed)

    def copy_volume(self, source: str, target: str) -> Generator[None, None, None]:
        self._inspect_volume(source)  # the engine would make one that does not exist
        container = self._copier(source, target)
        try:
            self._start_copier(container)
            while (state := self._copier_state(container))["Running"]:
                yield
                time.sleep(_LOOK_SECONDS)
            if state["ExitCode"]:
                with translated():
                    raise error_of(self._api.logs(container).decode(errors="replace").strip(), None)
        finally:
            self._remove_copier(container)

    def _copier(self, source: str, target: str) -> str:
        labels = self._inspect_volume(target)["Labels"] or {}
        mounts = [
            {"Type": "volume", "Source": source, "Target": "/from", "ReadOnly": True},
            {"Type": "volume", "Source": target, "Target": "/to"},
        ]
        body = {
            "Image": self.ensure_base_image(),
            "Cmd": ["cp", "-a", "/from/.", "/to/"],
            "Labels": {LABEL_INSTANCE: labels.get(LABEL_INSTANCE, ""), LABEL_ROLE: ROLE_COPIER},
            "HostConfig": {"NetworkMode": "none", "Mounts": mounts},
        }
        name = f"{target}-copier"
        self._remove_copier(name)  # of a copy that was interrupted
        with translated():
            self._api.create_container_from_config(body, name)
        return name

    def _start_copier(self, container: str) -> None:
        try:
            with translated():
                self._api.start(container)
        except (DiskFull, EngineUnavailable):
            raise
        except EngineError as error:
            raise (EngineUnavailable if is_lost(str(error)) else StartFailed)(str(error)) from error

    def _copier_state(self, container: str) -> dict[str, Any]:
        with translated():
            state: dict[str, Any] = self._api.inspect_container(container)["State"]
            return state

    def _remove_copier(self, container: str) -> None:
        with translated(), suppress(NotFoundAnswer):
            self._api.remove_container(container, force=True)

    def read_files(self, volume: str) -> Iterator[tuple[str, IO[bytes]]]:
        folder = self._folder(volume)
        if folder is not None:
            yield from folder.files()
            return
        with translated(), self._holder(volume) as container:
            archive, _ = self._api.get_archive(container, _TARGET)
            yield from plain_files(archive)

    def volume_usage(self, name: str) -> int:
        folder = self._folder(name)
        if folder is not None:
            return folder.usage()
        with translated(), self._holder(name, ["du", "-sk", _TARGET]) as container:
            self._api.start(container)
            self._api.wait(container, timeout=self._timeout)
            return int(self._api.logs(container, stderr=False).split()[0]) * 1024

    def sub_path_source(self, mount: Mount) -> str:
        """Where on the engine's disk a mount's part of its volume lies; made a folder if missing.

        Engines before version 25 cannot mount a part of a volume, but any engine can bind a path
        of its own disk. Symbolic links on the way, which a container may have put there to get
        out of its volume, are replaced by folders.
        """
        path = inside(mount.sub_path)
        answer = self._inspect_volume(mount.volume)
        folder = _local_folder(answer)
        if folder is not None:
            folder.ensure(path, FOLDER_MODE)
        else:
            self._ensure_remote(mount.volume, path)
        return f"{answer['Mountpoint']}/{path}"

    def _ensure_remote(self, volume: str, path: PurePosixPath) -> None:
        ways = [PurePosixPath(*path.parts[: end + 1]) for end in range(len(path.parts))]
        with translated(), self._holder(volume) as container:
            missing = [way for way in ways if not self._is_real(container, f"{_TARGET}/{way}")]
            if missing:
                folders = {f"{way}/": (b"", FOLDER_MODE) for way in missing}
                self._api.put_archive(container, "/", pack(_below_target(folders)))

    def _is_real(self, container: str, path: str) -> bool:
        """Whether a file or folder is there, and no symbolic link."""
        try:
            answer = self._request("HEAD", f"/containers/{container}/archive", params={"path": path})
        except NotFound:
            return False
        entry = json.loads(base64.b64decode(answer.headers["X-Docker-Container-Path-Stat"]))
        return not entry["linkTarget"]

    def _folder(self, volume: str) -> Folder | None:
        return _local_folder(self._inspect_volume(volume))

    def _inspect_volume(self, name: str) -> dict[str, Any]:
        with translated():
            answer: dict[str, Any] = self._api.inspect_volume(name)
            return answer

    @contextmanager
    def _holder(self, volume: str, command: list[str] | None = None) -> Iterator[str]:
        """A container that has the volume, for a moment."""
        # Looked up first because the engine would make a volume that does not exist.
        labels = self._inspect_volume(volume)["Labels"] or {}
        mount = {"Type": "volume", "Source": volume, "Target": _TARGET, "VolumeOptions": {"NoCopy": True}}
        body = {
            "Image": self.ensure_base_image(),
            "Cmd": command,
            "Labels": {LABEL_INSTANCE: labels.get(LABEL_INSTANCE, ""), LABEL_ROLE: "helper"},
            "HostConfig": {"NetworkMode": "none", "Mounts": [mount]},
        }
        container = self._api.create_container_from_config(body)["Id"]
        try:
            yield container
        finally:
            with suppress(NotFoundAnswer):
                self._api.remove_container(container, force=True)


def _local_folder(volume: dict[str, Any]) -> Folder | None:
    """The volume's folder, if it is on this machine; None for what the engine has to mount first."""
    folder = Folder(volume["Mountpoint"])
    return folder if not volume["Options"] and folder.is_here() else None


@contextmanager
def _disk_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(error)) from error
        raise


def _below_target(files: Mapping[str, tuple[bytes, int]]) -> dict[str, tuple[bytes, int]]:
    return {
        f"{_TARGET}/{inside(path)}" + "/" * path.endswith("/"): content for path, content in files.items()
    }
