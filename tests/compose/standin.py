"""An image of this machine's own files that stands in for python:3.11-slim, redis:7-alpine and registry:2.

It has the Python that runs the tests, with the packages that the emulator depends on, busybox for a shell, and
Redis. So the stack can be built and run without a network.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.metadata import Distribution, distribution
from pathlib import Path
from tempfile import TemporaryFile

import docker
from docker.errors import NotFound
from packaging.requirements import Requirement

from eci_emulator.engine.docker.base_image import find_busybox

Files = dict[Path, Path]  # by their paths in the image

LOCAL = Path("usr/local")
PACKAGES = Path("deps")
#: What pip needs to build a package without asking for more.
BUILD = ("setuptools",)
REDIS = ("redis-server", "redis-cli")
#: Without it there is no stand-in for a registry.
REGISTRY = shutil.which("docker-registry") or ""
REGISTRY_CONFIG = (
    b'{version: 0.1, http: {addr: ":5000"}, storage: {filesystem: {rootdirectory: /var/lib/registry}}}'
)
PASSWD = b"root:x:0:0:root:/root:/bin/sh\n"
CHANGES = [
    f"ENV PATH=/usr/local/bin:/usr/bin:/bin PYTHONPATH=/{PACKAGES} LD_LIBRARY_PATH=/usr/local/lib",
    'CMD ["docker-registry", "serve", "/etc/registry.yml"]',
]
#: Large, and of no use here.
LEFT_OUT = re.compile("test|site-packages|dist-packages|idlelib|tkinter|config-3")
#: Of compiled modules those for an interpreter without -O, which keep four processes from compiling everything anew.
OPTIMIZED = re.compile(r"\.opt-\d\.pyc$")
#: What glibc loads by itself.
LOADED = re.compile(r"/lib(nss_(files|dns)|resolv|pthread|dl|rt|util|stdc\+\+|gcc_s)[.-].*so")


@contextmanager
def standin(name: str) -> Iterator[dict[str, str]]:
    """The variables that make docker-compose.yml use it; it is gone afterwards, with all that was built on it."""
    with closing(docker.APIClient(timeout=300)) as api, TemporaryFile() as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            _pack(archive)
        packed.seek(0)
        try:
            chunks = iter(lambda: packed.read(1 << 20), b"")
            api.import_image_from_stream(chunks, repository=name, changes=CHANGES)
            yield dict.fromkeys(
                ["BASE_IMAGE", "REDIS_IMAGE", *(["REGISTRY_IMAGE"] if REGISTRY else [])], name
            )
        finally:
            _remove_with_descendants(api, f"{name}:latest")


def _remove_with_descendants(api: docker.APIClient, name: str) -> None:
    """Remove an image and all that was built on it, the stages of builds included."""
    images = {image["Id"]: image for image in api.images(all=True)}

    def lineage(image_id: str) -> list[str]:
        """The image and what it was built on."""
        found = [image_id] if image_id in images else []
        return found + lineage(images[image_id]["ParentId"]) if found else []

    lineages = [lineage(image_id) for image_id in images]
    built = [line for line in lineages if any(name in (images[one]["RepoTags"] or []) for one in line)]
    for image_id, *_ in sorted(built, key=len, reverse=True):
        with suppress(NotFound):  # it went with the last that was built on it
            api.remove_image(image_id, force=True)


def _pack(archive: tarfile.TarFile) -> None:
    archive.dereference = True
    for folder in ("tmp", "etc", "var/lib"):
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
        archive.addfile(entry)
    for at, content in {"etc/passwd": PASSWD, "etc/registry.yml": REGISTRY_CONFIG}.items():
        entry = tarfile.TarInfo(at)
        entry.size, entry.mode = len(content), 0o644
        archive.addfile(entry, io.BytesIO(content))
    busybox = find_busybox()
    for applet in subprocess.run([busybox, "--list"], capture_output=True, text=True).stdout.split():
        entry = tarfile.TarInfo(f"bin/{applet}")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/usr/bin/busybox"
        archive.addfile(entry)
    for at, path in {**_files(), Path("usr/bin/busybox"): busybox}.items():
        archive.add(path, str(at), recursive=False)


def _files() -> Files:
    interpreter = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    programs = {Path("usr/bin") / name: Path(shutil.which(name) or "").resolve() for name in REDIS}
    if REGISTRY:
        programs[Path("usr/bin/docker-registry")] = Path(REGISTRY)
    programs |= {LOCAL / "bin" / name: interpreter for name in ("python3", "python")}
    found = {**programs, **_standard_library()}
    for package in _closure([*(distribution("eci-emulator").requires or []), *BUILD]):
        found |= _package_files(package)
    linked = [path for at, path in found.items() if at in programs or ".so" in at.name]
    return found | _libraries(linked)


def _standard_library() -> Files:
    """With what makes virtual environments, which Debian keeps elsewhere."""
    library = Path(sysconfig.get_paths()["stdlib"])
    found = {path.relative_to("/"): path for path in Path("/usr/share/python-wheels").glob("*.whl")}
    for folder, folders, files in os.walk(library):
        folders[:] = [name for name in folders if not LEFT_OUT.match(name)]
        inside = LOCAL / "lib" / library.name / Path(folder).relative_to(library)
        found |= {inside / name: Path(folder, name) for name in files if not OPTIMIZED.search(name)}
    return found


def _closure(requirements: list[str]) -> Iterator[Distribution]:
    """What is installed here of requirements and of theirs."""
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        for wanted in {"", *requirement.extras}:
            if (requirement.name, wanted) not in seen:
                seen.add((requirement.name, wanted))
                package = distribution(requirement.name)
                waiting += [(Requirement(text), wanted) for text in package.requires or []]
                if not wanted:
                    yield package


def _package_files(package: Distribution) -> Files:
    inside = [file for file in package.files or [] if not file.is_absolute() and ".." not in file.parts]
    located = {PACKAGES / file: Path(str(package.locate_file(file))) for file in inside}
    return {at: path for at, path in located.items() if path.is_file() and not OPTIMIZED.search(at.name)}


def _libraries(programs: list[Path]) -> Files:
    """The shared libraries that programs need, where they look for them."""
    told = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    paths = {Path(path) for path in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", told, re.MULTILINE)}
    system = {path for path in paths if path.parts[1].startswith("lib") or path.parts[1:3] == ("usr", "lib")}
    folders = {path.parent for path in system if path.parent.name.endswith("-linux-gnu")}
    system |= {path for folder in folders for path in folder.iterdir() if LOADED.search(str(path))}
    others = {path for path in paths - system if not path.is_relative_to(sys.prefix)}
    return {path.relative_to("/"): path for path in system} | {
        LOCAL / "lib" / path.name: path for path in others
    }
