"""Files of simulated containers and volumes: each a history, so that what a container will write
is seen when its time has come and not before."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, NamedTuple

import msgspec

from eci_emulator.engine.driver import ContainerConfig, NotFound
from eci_emulator.engine.simulated.space import Space


class Version(NamedTuple):
    """What a file holds from a time on."""

    at: float
    writer: str  # the container whose doing it is; "" for the outside
    content: bytes | None  # None: the file is gone


class Place(NamedTuple):
    """Where a path of a container lies: in the container itself or in a volume."""

    store: str  # the Redis key of a hash path -> versions
    path: str


_ENCODE = msgspec.msgpack.encode
_DECODER = msgspec.msgpack.Decoder(list[Version])


class FileStore(Space):
    """Files at rest."""

    def place(self, config: ContainerConfig, path: str) -> Place:
        """Where a container finds a path."""
        wanted = PurePosixPath("/", path)
        for mount in sorted(config.mounts, key=lambda mount: len(mount.target), reverse=True):
            if wanted.is_relative_to(mount.target):
                below = PurePosixPath(mount.sub_path) / wanted.relative_to(mount.target)
                return Place(self._key("volume", "files", mount.volume), str(below))
        return Place(self._key("container", "files", config.name), str(wanted).lstrip("/"))

    def read_place(self, place: Place, at: float) -> bytes | None:
        versions = [version for version in self._versions(place) if version.at <= at]
        return versions[-1].content if versions else None

    def write_place(self, place: Place, content: bytes | None, at: float, writer: str = "") -> None:
        """Give a file a content from a time on."""
        versions = [*self._versions(place), Version(at, writer, content)]
        # Only what lies ahead needs its past: of what has been, the last is enough.
        past = [version for version in versions if version.at <= self._now()]
        ahead = [version for version in versions if version.at > self._now()]
        self._store(place, past[-1:] + sorted(ahead, key=lambda version: version.at))

    def forget_plans(self, config: ContainerConfig) -> None:
        """Take back what a container would have written from now on: it has been stopped."""
        stores = [self._key("volume", "files", mount.volume) for mount in config.mounts]
        for store in (*stores, self._key("container", "files", config.name)):
            for path in self._redis.hkeys(store):
                place = Place(store, path.decode())
                versions = self._versions(place)
                done = [v for v in versions if v.at <= self._now() or v.writer != config.name]
                if len(done) < len(versions):
                    self._store(place, done)

    def _versions(self, place: Place) -> list[Version]:
        stored = self._redis.hget(place.store, place.path)
        return _DECODER.decode(stored) if stored else []

    def _store(self, place: Place, versions: list[Version]) -> None:
        if any(version.content is not None for version in versions):
            self._redis.hset(place.store, place.path, _ENCODE(versions))
        else:
            self._redis.hdel(place.store, place.path)

    # Volumes

    def put_files(self, volume: str, files: Mapping[str, tuple[bytes, int]]) -> None:
        if not self._redis.sismember(self._key("volume", "all"), volume):
            raise NotFound(f"no such volume: {volume}")
        for path, (content, _) in files.items():
            if not path.endswith("/"):
                place = Place(self._key("volume", "files", volume), str(PurePosixPath(path)))
                self.write_place(place, content, self._now())

    def fill_file(
        self, volume: str, path: str, pieces: Iterable[bytes], mode: int
    ) -> Generator[int, None, None]:
        whole = b""
        for piece in pieces:
            whole += piece
            yield len(whole)
        self.put_files(volume, {path: (whole, mode)})

    def copy_volume(self, source: str, target: str) -> Generator[None, None, None]:
        yield
        for path, content in self._volume_files(source).items():
            self.put_files(target, {path: (content, 0o644)})

    def _volume_files(self, name: str) -> dict[str, bytes]:
        """Path -> content of what is in a volume now. Raises NotFound."""
        if not self._redis.sismember(self._key("volume", "all"), name):
            raise NotFound(f"no such volume: {name}")
        return self._contents(self._key("volume", "files", name))

    def _contents(self, store: str) -> dict[str, bytes]:
        paths = [path.decode() for path in self._redis.hkeys(store)]
        found = {path: self.read_place(Place(store, path), self._now()) for path in paths}
        return {path: content for path, content in found.items() if content is not None}

    def read_files(self, volume: str) -> Iterator[tuple[str, IO[bytes]]]:
        for path, content in sorted(self._volume_files(volume).items()):
            yield path, io.BytesIO(content)

    def volume_usage(self, name: str) -> int:
        return sum(len(content) for content in self._volume_files(name).values())

    # Containers

    def written_bytes(self, name: str) -> int:
        return sum(len(content) for content in self._contents(self._key("container", "files", name)).values())


class ProgramFiles:
    """Files as a program sees them that begins at a time and has them to itself."""

    def __init__(self, store: FileStore, config: ContainerConfig, begins_at: float) -> None:
        self._store = store
        self._config = config
        self._begins_at = begins_at

    def read(self, path: str, at: float) -> bytes | None:
        return self._store.read_place(self._place(path), self._begins_at + at)

    def write(self, path: str, content: bytes | None, at: float) -> None:
        if at < math.inf and not path.startswith("/dev/null"):
            self._store.write_place(self._place(path), content, self._begins_at + at, self._config.name)

    def _place(self, path: str) -> Place:
        return self._store.place(self._config, str(PurePosixPath(self._config.working_dir or "/", path)))
