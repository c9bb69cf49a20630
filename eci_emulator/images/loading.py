"""How the node agent fetches the data of a data cache into its volume."""

from __future__ import annotations

import socket
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Final

from eci_emulator.engine.driver import Engine, PullProgress
from eci_emulator.images.data_volumes import ROLE_SOURCE, volume_labels, volume_name
from eci_emulator.images.fetches import DataFetch
from eci_emulator.images.oss import bucket_files
from eci_emulator.images.sources import CONNECT_SECONDS, SourceError, SourceFile, Web, hub_files
from eci_emulator.model.caches import DataCache
from eci_emulator.model.quantity import GIB
from eci_emulator.model.volumes import DEFAULT_NFS_VERSION, NFS_PORT, NfsFolder
from eci_emulator.store.database import Store

_FILE_MODE: Final = 0o644
#: A copy of a copy of a copy: this often a source is looked for.
_MOST_COPIES: Final = 10

Loading = Generator[PullProgress, None, None]


class DataLoader:
    """``hubs``: where model hubs are found; ``silence``: seconds without a byte before a source is given up."""

    def __init__(
        self, store: Store, engine: Engine, instance: str, *, hubs: Mapping[str, str], silence: float
    ) -> None:
        self._store = store
        self._engine = engine
        self._instance = instance
        self._hubs = hubs
        self._silence = silence

    def __call__(self, fetch: DataFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        """Load a generation of a cache; its size. Raises EngineError, and leaves nothing behind then."""
        cache = self._store.data_caches.get(fetch.cache)
        if cache is None or cache.generation != fetch.generation:
            raise SourceError("the cache has been changed meanwhile")
        volume = volume_name(cache.id, cache.generation)
        self._engine.remove_volume(volume)  # what an interrupted load has left
        self._engine.ensure_volume(volume, volume_labels(self._instance, cache.id))
        try:
            yield from self._load(cache, cache, volume, _MOST_COPIES)
            return self._check_size(cache, self._engine.volume_usage(volume))
        except OSError as error:
            self._engine.remove_volume(volume)
            raise SourceError(str(error)) from error
        except BaseException:
            self._engine.remove_volume(volume)
            raise

    def _load(self, cache: DataCache, source: DataCache, volume: str, copies: int) -> Loading:
        """Load what ``source`` says, into the volume of ``cache``."""
        other = self._copied(source)
        if other and self._is_here(other):
            yield from self._copy(volume_name(other.id, other.built_generation), volume)
        elif other and copies:
            yield from self._load(cache, other, volume, copies - 1)
        elif source.source_type == "NAS":
            yield from self._nas(source, volume)
        else:
            yield from self._fill(cache, self._files(source), volume)

    def _copied(self, cache: DataCache) -> DataCache | None:
        """The cache that one is a copy of; None: it has a source of its own. Raises SourceError."""
        table = self._store.data_caches
        original = table.get(cache.copy_of) if cache.copy_of else None
        if original or cache.source_type != "SNAPSHOT":
            return original
        wanted = cache.source_options.get("snapshotId", "")
        for known in table.get_many(table.all_ids()):
            if (
                known.account == cache.account
                and known.id != cache.id
                and wanted in (known.snapshot_id, known.id)
            ):
                return known
        raise SourceError(f"there is no data cache with the snapshot {wanted}")

    def _is_here(self, cache: DataCache) -> bool:
        found = self._engine.list_volumes(volume_labels(self._instance, cache.id))
        return volume_name(cache.id, cache.built_generation) in found

    def _copy(self, source: str, target: str) -> Loading:
        with closing(self._engine.copy_volume(source, target)) as copying:
            for _ in copying:
                yield PullProgress(done=0, total=0)

    def _nas(self, source: DataCache, volume: str) -> Loading:
        options = source.source_options
        folder = NfsFolder(
            options["server"],
            options.get("path") or "/",
            options.get("vers") or DEFAULT_NFS_VERSION,
            read_only=True,
            extra=options.get("options", ""),
        )
        _reach(folder.server)
        mounted = f"{volume}-source"
        labels = volume_labels(self._instance, source.id, ROLE_SOURCE)
        self._engine.remove_volume(mounted)
        self._engine.ensure_volume(mounted, labels, driver_options=folder.driver_options())
        try:
            yield from self._copy(mounted, volume)
        finally:
            self._engine.remove_volume(mounted)

    def _files(self, source: DataCache) -> list[SourceFile]:
        options = source.source_options
        web = Web(self._silence)
        match source.source_type:
            case "OSS":
                return bucket_files(options, self._silence)
            case "URL" if options.get("repoSource"):
                return hub_files(web, options, self._hubs)
            case "URL":
                return web.url(options)
        raise SourceError(f"data cannot be loaded from a {source.source_type}")

    def _fill(self, cache: DataCache, files: list[SourceFile], volume: str) -> Loading:
        total = sum(file.size for file in files)
        self._check_size(cache, total)
        done = 0
        for file in files:
            loaded = 0
            with closing(file.pieces()) as pieces:
                for loaded in self._engine.fill_file(volume, file.path, pieces, _FILE_MODE):
                    self._check_size(cache, done + loaded)
                    yield PullProgress(done=done + loaded, total=max(total, done + loaded))
            done += loaded

    def _check_size(self, cache: DataCache, used: int) -> int:
        if used > cache.size * GIB:
            raise SourceError(f"The data take more than the {cache.size} GiB of the cache.")
        return used


def _reach(server: str) -> None:
    """An engine that mounts from a server which does not answer would wait for minutes. Raises SourceError."""
    try:
        socket.create_connection((server, NFS_PORT), CONNECT_SECONDS).close()
    except (OSError, UnicodeError) as error:  # the latter of a name that can be no host's
        raise SourceError(f"the NAS server {server} does not answer at port {NFS_PORT}: {error}") from None
