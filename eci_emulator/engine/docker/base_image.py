"""The emulator's own small image, made of a static busybox: sandbox, router, helper, demo.

Nothing is downloaded. The image's tag is a hash of its content, so that a new busybox or a
change here makes a new image.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import subprocess
import tarfile
from functools import cache
from pathlib import Path, PurePosixPath

from docker.errors import ImageNotFound as NoSuchImage

from eci_emulator.engine.docker.connection import Connection, translated
from eci_emulator.engine.driver import EngineError

REPOSITORY = "eci-emulator/base"
_PASSWD = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
_GROUP = b"root:x:0:\nnogroup:x:65534:\n"
_FOLDERS = {"bin": 0o755, "etc": 0o755, "root": 0o700, "tmp": 0o1777, "var": 0o755, "var/tmp": 0o1777}
_INTERPRETER = 3  # ELF program header that names a dynamic loader


class BaseImage(Connection):
    """The part of the driver about the emulator's own image."""

    def ensure_base_image(self) -> str:
        content = _content()
        tag = hashlib.sha256(content).hexdigest()[:12]
        with translated():
            try:
                self._api.inspect_image(f"{REPOSITORY}:{tag}")
            except NoSuchImage:
                self._api.import_image_from_data(content, REPOSITORY, tag, changes=['CMD ["sh"]'])
        return f"{REPOSITORY}:{tag}"


@cache
def _content() -> bytes:
    """The image's file system as a tar, the same bytes for the same busybox."""
    busybox = find_busybox()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, mode in _FOLDERS.items():
            _add(archive, path, mode, kind=tarfile.DIRTYPE)
        _add(archive, "etc/passwd", 0o644, _PASSWD)
        _add(archive, "etc/group", 0o644, _GROUP)
        _add(archive, "bin/busybox", 0o755, busybox.read_bytes())
        for applet in _applets(busybox):
            _add(archive, applet, 0o777, kind=tarfile.SYMTYPE, link="/bin/busybox")
    return buffer.getvalue()


def _add(
    archive: tarfile.TarFile,
    path: str,
    mode: int,
    content: bytes = b"",
    *,
    kind: bytes = tarfile.REGTYPE,
    link: str = "",
) -> None:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.type, entry.linkname, entry.size = mode, kind, link, len(content)
    archive.addfile(entry, io.BytesIO(content))


def _applets(busybox: Path) -> list[str]:
    """Paths of the programs that busybox can be."""
    listed = subprocess.run([busybox, "--list-full"], capture_output=True, text=True, check=True, timeout=30)
    return sorted(path for path in listed.stdout.split() if PurePosixPath(path).name != "busybox")


def find_busybox() -> Path:
    """A busybox that needs no libraries; raises EngineError when this machine has none."""
    for candidate in ("/bin/busybox", shutil.which("busybox")):
        if candidate and Path(candidate).is_file() and is_static(Path(candidate)):
            return Path(candidate)
    raise EngineError("no static busybox on this machine: install the package busybox-static")


def is_static(program: Path) -> bool:
    """Whether an ELF program of 64 bits runs without a dynamic loader."""
    header = program.read_bytes()
    if header[:5] != b"\x7fELF\x02":
        return False
    table = struct.unpack_from("<Q", header, 32)[0]
    size, count = struct.unpack_from("<HH", header, 54)
    kinds = [struct.unpack_from("<I", header, table + size * index)[0] for index in range(count)]
    return _INTERPRETER not in kinds
