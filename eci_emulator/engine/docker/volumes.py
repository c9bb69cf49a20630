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
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any

from docker.errors import NotFound as NotFoundAnswer

from eci_emulator.engine.docker.archive import FOLDER_MODE, pack, pack_file
from eci_emulator.engine.docker.base_image import BaseImage
from eci_emulator.engine.docker.connection import label_filter, translated
from eci_emulator.engine.docker.folder import Folder, copy_pieces
from eci_emulator.engine.driver import LABEL_INSTANCE, LABEL_ROLE, DiskFull, Mount, NotFound
from eci_emulator.engine.paths import inside

_TARGET = "/volume"


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
                with translated(), self._holder(volume) as container:
                    self._api.put_archive(container, "/", pack_file(f"{_TARGET}/{inside(path)}", whole, mode))

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
        folder = self._folder(mount.volume)
        if folder is not None:
            folder.ensure(path, FOLDER_MODE)
        else:
            self._ensure_remote(mount.volume, path)
        return f"{self._inspect_volume(mount.volume)['Mountpoint']}/{path}"

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
        """The volume's folder, if it is on this machine; None for what the engine has to mount first."""
        answer = self._inspect_volume(volume)
        folder = Folder(answer["Mountpoint"])
        return folder if not answer["Options"] and folder.is_here() else None

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
