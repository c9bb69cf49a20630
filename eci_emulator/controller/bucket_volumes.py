"""Volumes on OSS: loaded from a bucket before a group starts, written back when a container has ended.

In between the containers work on files of their own: what others do to the bucket meanwhile is not seen.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO, Final

import structlog
from msgspec import structs
from redis import Redis

from eci_emulator.buckets import Bucket, BucketError, BucketUnreachable, ObjectServer
from eci_emulator.controller.mounting import MountFailed
from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import Engine, EngineError, EngineUnavailable
from eci_emulator.model.group import ContainerGroup, Volume
from eci_emulator.model.volumes import BucketFolder, bucket_folder
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
            checksums = dict(self._download(group, volume))
        except BucketError as error:
            raise MountFailed(volume.name, error) from None
        loaded.note(self._redis, group.id, volume.name, checksums)

    def _download(self, group: ContainerGroup, volume: Volume) -> Iterator[tuple[str, str]]:
        target, folder = self._names.volume(group.id, volume.name), _folder(volume)
        bucket = self._bucket(folder)
        for key in bucket.sizes(folder.prefix):
            path, checksum = key.removeprefix(folder.prefix), hashlib.md5(usedforsecurity=False)
            pieces = _summed(bucket.read(key), checksum)
            for _ in self._engine.fill_file(target, path, pieces, FILE_MODE):
                pass
            yield path, checksum.hexdigest()

    def write_back(self, group: ContainerGroup) -> None:
        """Bring the changes in a group's volumes to their buckets. What does not work is tried again next time.

        All buckets are on one server: when it does not answer for one, the others are not tried, so
        that a group ends even without it. Raises EngineUnavailable.
        """
        changed = [
            (volume, known)
            for volume in group.spec.volumes
            if bucket_folder(volume)
            and (known := loaded.noted(self._redis, group.id, volume.name)) is not None
        ]
        for number, (volume, known) in enumerate(changed):
            try:
                self._upload(group, volume, known)
            except EngineUnavailable:
                raise
            except BucketUnreachable as error:
                _warn(group, [left.name for left, _ in changed[number:]], error)
                return
            except EngineError as error:
                _warn(group, [volume.name], error)

    def _upload(self, group: ContainerGroup, volume: Volume, known: dict[str, str]) -> None:
        folder, now = _folder(volume), {}
        bucket = self._bucket(folder)
        for path, content in self._engine.read_files(self._names.volume(group.id, volume.name)):
            with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as copy:
                now[path] = _copied(content, copy)
                if now[path] != known.get(path):
                    copy.seek(0)
                    bucket.write(folder.prefix + path, copy)
        for path in known.keys() - now.keys():
            bucket.remove(folder.prefix + path)
        if now != known:
            loaded.note(self._redis, group.id, volume.name, now)

    def forget(self, group: ContainerGroup) -> None:
        """The volumes are gone: before the next start they are loaded anew."""
        loaded.forget(self._redis, group.id)

    def _bucket(self, folder: BucketFolder) -> Bucket:
        """Raises BucketError."""
        if self._server is None:
            raise BucketError("no S3-compatible server is set to stand for OSS (s3_endpoint_url)")
        server = self._server
        if not server.access_key_id:
            server = structs.replace(
                server, access_key_id=folder.access_key_id, access_key_secret=folder.access_key_secret
            )
        return Bucket(server, folder.bucket)


def _warn(group: ContainerGroup, volumes: list[str], error: EngineError) -> None:
    log.warning("not written back", group=group.id, volumes=volumes, error=str(error))


def _folder(volume: Volume) -> BucketFolder:
    folder = bucket_folder(volume)
    assert folder  # noqa: S101  only such volumes come here
    return folder


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
