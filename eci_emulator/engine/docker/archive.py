"""Files in and out of containers travel as tar archives."""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

FOLDER_MODE = 0o777


def pack(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """A tar archive of files (path -> content, mode); a path that ends in ``/`` is a folder.

    Folders on the way to a file are not listed, so that those which exist stay as they are.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, (content, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(path.strip("/"))
            entry.mode, entry.mtime = mode, time.time()
            if path.endswith("/"):
                entry.type = tarfile.DIRTYPE
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def pack_file(path: str, content: IO[bytes], mode: int) -> IO[bytes]:
    """A tar archive, on disk, of one large file that has been written from its beginning."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115  it is the caller's
    entry = tarfile.TarInfo(path.strip("/"))
    entry.mode, entry.mtime, entry.size = mode, time.time(), content.tell()
    content.seek(0)
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(entry, content)
    packed.seek(0)
    return packed


def head_of_file(archive: Iterable[bytes], limit: int) -> bytes | None:
    """The first ``limit`` bytes of the only file in a tar stream; None when it is no file."""
    with tarfile.open(fileobj=_Reader(archive), mode="r|") as unpacked:
        entry = unpacked.next()
        content = unpacked.extractfile(entry) if entry is not None and entry.isreg() else None
        return content.read(limit) if content else None


def plain_files(archive: Iterable[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """The files in a tar stream of one folder, by their paths in it, each to be read before the next is asked for."""
    with tarfile.open(fileobj=_Reader(archive), mode="r|") as unpacked:
        for entry in unpacked:
            content = unpacked.extractfile(entry) if entry.isreg() else None
            if content:
                yield entry.name.partition("/")[2], content


class _Reader(io.RawIOBase):
    """Pieces of bytes, read as one file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        size = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken
