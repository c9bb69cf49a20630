"""Volumes on OSS: loaded from a bucket before a group starts, written back when a container has ended.

In between the containers work on files of their own: what others do to the bucket meanwhile is not seen.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO, Final

import structlog
from redis import Redis

from eci_emulator.buckets import BucketError, Folder, ObjectServer
from eci_emulator.controller.mounting import MountFailed
from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.model.volumes import bucket_folder
from eci_emulator.store import loaded

#: As ossfs shows objects, which have no mode of their own.
FILE_MODE: Final = 0o666
#: What is kept of a file in memory while it is looked whether it has changed; the rest goes to the disk.
MEMORY_BYTES: Final = 1 << 20
PIECE_BYTES: Final = 1 << 18

log = structlog.get_logger()


class BucketVolumes:
    def __init__(self, engine: Engine, names: Names, redis: Redis, server: ObjectServer | None) -> None:
        self._engine = engine
        self._names = names
        self._redis = redis
        self._server = server  # None: there is none

    def load(self, group: ContainerGroup, volume: Volume) -> None:
        """Fill a volume with what the bucket has, once. Raises MountFailed."""
        if loaded.noted(self._redis, group.id, volume.name) is not None:
            return
        try:
            checksums = dict(self._download(group, volume, self._folder(volume)))
        except BucketError as error:
            raise MountFailed(volume.name, error) from None
        loaded.note(self._redis, group.id, volume.name, checksums)

    def _download(self, group: ContainerGroup, volume: Volume, folder: Folder) -> Iterator[tuple[str, str]]:
        target = self._names.volume(group.id, volume.name)
        for path in folder.paths():
            checksum = hashlib.md5(usedforsecurity=False)
            pieces = _summed(folder.read(path), checksum)
            for _ in self._engine.fill_file(target, path, pieces, FILE_MODE):
                pass
            yield path, checksum.hexdigest()

    def write_back(self, group: ContainerGroup) -> None:
        """Bring the changes in a group's volumes to their buckets. What does not work is tried again next time."""
        for volume in group.spec.volumes:
            known = loaded.noted(self._redis, group.id, volume.name) if bucket_folder(volume) else None
            if known is None:
                continue
            try:
                self._upload(group, volume, known)
            except (BucketError, EngineError) as error:
                log.warning("not written back", group=group.id, volume=volume.name, error=str(error))

    def _upload(self, group: ContainerGroup, volume: Volume, known: dict[str, str]) -> None:
        folder, now = self._folder(volume), {}
        for path, content in self._engine.read_files(self._names.volume(group.id, volume.name)):
            with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as copy:
                now[path] = _copied(content, copy)
                if now[path] != known.get(path):
                    copy.seek(0)
                    folder.write(path, copy)
        for path in known.keys() - now.keys():
            folder.remove(path)
        if now != known:
            loaded.note(self._redis, group.id, volume.name, now)

    def forget(self, group: ContainerGroup) -> None:
        """The volumes are gone: before the next start they are loaded anew."""
        loaded.forget(self._redis, group.id)

    def _folder(self, volume: Volume) -> Folder:
        """Raises BucketError."""
        folder = bucket_folder(volume)
        assert folder  # noqa: S101  only such volumes come here
        if self._server is None:
            raise BucketError("no S3-compatible server is set to stand for OSS (s3_endpoint_url)")
        return Folder(self._server, folder)


def _summed(pieces: Iterator[bytes], checksum: hashlib._Hash) -> Iterator[bytes]:
    for piece in pieces:
        checksum.update(piece)
        yield piece


def _copied(content: IO[bytes], copy: IO[bytes]) -> str:
    """Copy a file; its checksum."""
    checksum = hashlib.md5(usedforsecurity=False)
    for piece in _summed(iter(lambda: content.read(PIECE_BYTES), b""), checksum):
        copy.write(piece)
    return checksum.hexdigest()
