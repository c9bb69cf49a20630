"""A folder on this machine that containers write into.

What a container put there is not to be trusted: a symbolic link on the way to a file could lead
anywhere on this machine. So links are never followed, and replaced where something is written.
"""

from __future__ import annotations

import errno
import os
import stat
import uuid
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FOLDER_MODE = 0o755


class Folder:
    """Files below ``root``, by relative path."""

    def __init__(self, root: str) -> None:
        self._root = root

    def is_here(self) -> bool:
        """Whether this machine has the folder and we may use it."""
        return os.access(self._root, os.R_OK | os.W_OK | os.X_OK)

    def write(self, path: PurePosixPath, content: bytes, mode: int) -> None:
        """Put a file there, in place of what may be there."""
        with self._parent(path, make=True) as parent:
            new = f".{uuid.uuid4().hex}"
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fchmod(descriptor, mode)
            os.rename(new, path.name, src_dir_fd=parent, dst_dir_fd=parent)

    def fill(self, path: PurePosixPath, pieces: Iterable[bytes], mode: int) -> Generator[int, None, None]:
        """Put a file there piece by piece; yields the bytes so far. Nothing is left of one that is not finished."""
        with self._parent(path, make=True) as parent:
            new = f".{uuid.uuid4().hex}"
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    yield from copy_pieces(pieces, file)
                    os.fchmod(descriptor, mode)
                os.rename(new, path.name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                os.unlink(new, dir_fd=parent)
                raise

    def make(self, path: PurePosixPath, mode: int) -> None:
        """Make a folder, or give the mode to the one that is there; "." is this folder itself."""
        if not path.parts:
            Path(self._root).chmod(mode)
            return
        with self._parent(path, make=True) as parent:
            descriptor = _enter(parent, path.name, make=True)
            os.fchmod(descriptor, mode)
            os.close(descriptor)

    def ensure(self, path: PurePosixPath, mode: int) -> None:
        """Make a folder unless there is a file or folder, as it is."""
        with self._parent(path, make=True) as parent:
            kind = _kind(parent, path.name)
        if kind is None or stat.S_ISLNK(kind):
            self.make(path, mode)

    def head(self, path: PurePosixPath, limit: int) -> bytes | None:
        """The first ``limit`` bytes of a file; None when there is no such file."""
        try:
            with self._parent(path, make=False) as parent, _plain(parent, path.name) as file:
                return file.read(limit)
        except OSError:
            return None

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The plain files, each open until the next is asked for."""
        for parent, _, names, descriptor in os.fwalk(self._root):
            below = PurePosixPath(parent).relative_to(self._root)
            for name in sorted(names):
                with suppress(OSError), _plain(descriptor, name) as file:
                    yield str(below / name), file

    def usage(self) -> int:
        """Bytes on the disk, whatever comes and goes meanwhile."""
        return sum(
            _allocated(Path(parent, name))
            for parent, folders, files in os.walk(self._root)
            for name in (*folders, *files)
        )

    @contextmanager
    def _parent(self, path: PurePosixPath, *, make: bool) -> Iterator[int]:
        """The folder that a path lies in, open."""
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in path.parent.parts:
                inner = _enter(descriptor, part, make=make)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


def _plain(parent: int, name: str) -> IO[bytes]:
    """A plain file, open for reading. Raises OSError for what is none."""
    # Without O_NONBLOCK a pipe put there would keep us waiting.
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=parent)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "no plain file", name)
    return os.fdopen(descriptor, "rb")


def copy_pieces(pieces: Iterable[bytes], file: IO[bytes]) -> Generator[int, None, None]:
    """Write pieces to a file; yields how many bytes it has."""
    written = 0
    for piece in pieces:
        written += file.write(piece)
        yield written


def _enter(parent: int, name: str, *, make: bool) -> int:
    """Open a folder; with ``make`` it is made in place of what is there if that is none."""
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except OSError as error:
        if not make or error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        if error.errno != errno.ENOENT:
            os.unlink(name, dir_fd=parent)
        os.mkdir(name, _FOLDER_MODE, dir_fd=parent)
        return os.open(name, _FOLDER, dir_fd=parent)


def _kind(parent: int, name: str) -> int | None:
    try:
        return os.lstat(name, dir_fd=parent).st_mode
    except FileNotFoundError:
        return None


def _allocated(path: Path) -> int:
    """Bytes on the disk; 0 for what has gone meanwhile."""
    try:
        return path.lstat().st_blocks * 512
    except OSError:
        return 0
