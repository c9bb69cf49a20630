"""Debian's docker-registry on this machine, and images of random bytes in it."""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docker
import yaml

PROGRAM = shutil.which("docker-registry") or ""
USER, PASSWORD = "someone", "secret"
#: Of PASSWORD, by bcrypt, which is all that the registry knows.
HASH = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"


class RealRegistry:
    """A running registry; its access log tells what it was asked."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self.folder = folder
        self.log = folder / "log"

    def push(self, name: str, base: str, megabytes: int, layers: int = 1) -> str:
        """An image on top of ``base`` in the registry, and nowhere else; gives its reference."""
        reference = f"{self.address}/{name}"
        if self.asked(f"^{name.replace(':', '/manifests/')}"):
            return reference  # it is there already
        with docker.APIClient(timeout=300) as api:
            context = _context(base, megabytes, layers)
            for _ in api.build(fileobj=context, custom_context=True, tag=reference, rm=True):
                pass
            auth = {"username": USER, "password": PASSWORD}
            for _ in api.push(reference, stream=True, auth_config=auth):
                pass
            api.remove_image(reference)
            api.prune_builds()
        return reference

    def asked(self, what: str) -> list[str]:
        """Paths below /v2/ that were asked for since the start, if they match."""
        requests_made = re.findall(r'"(?:GET|HEAD) /v2/(\S+) HTTP', self.log.read_text())
        return [path for path in requests_made if re.search(what, path)]


def _context(base: str, megabytes: int, layers: int) -> io.BytesIO:
    """A folder to build from: a Dockerfile, and noise for each layer."""
    noise = {f"noise{number}": os.urandom(megabytes * 1_000_000 // layers) for number in range(layers)}
    lines = [f"FROM {base}", *(f"COPY {name} /" for name in noise)]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in {"Dockerfile": "\n".join(lines).encode(), **noise}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    packed.seek(0)
    return packed


@contextmanager
def serving(folder: Path, *, private: bool = False) -> Iterator[RealRegistry]:
    """A registry with its files in ``folder``; a private one is for USER only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "version": 0.1,
        "log": {"accesslog": {"disabled": False}, "level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    if private:
        (folder / "users").write_text(f"{USER}:{HASH}\n")
        settings["auth"] = {"htpasswd": {"realm": "test", "path": str(folder / "users")}}
    (folder / "config.yml").write_text(yaml.safe_dump(settings))
    registry = RealRegistry(folder, port)
    with _process(folder, registry.log):
        _wait(registry.address)
        yield registry


@contextmanager
def serving_again(registry: RealRegistry, inside: list[str]) -> Iterator[None]:
    """A registry as it was, by the same name, in another network namespace: ``inside`` opens its command line."""
    with _process(registry.folder, registry.log, inside):
        _wait(registry.address, inside)
        yield


@contextmanager
def _process(folder: Path, log: Path, inside: Sequence[str] = ()) -> Iterator[None]:
    with log.open("a") as output:
        command = [*inside, PROGRAM, "serve", folder / "config.yml"]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(address: str, inside: Sequence[str] = ()) -> None:
    command = [
        *inside,
        "curl",
        "--silent",
        "--output",
        "/dev/null",
        "--max-time",
        "2",
        f"http://{address}/v2/",
    ]
    deadline = time.monotonic() + 60
    while subprocess.run(command, check=False).returncode:
        assert time.monotonic() < deadline, "the registry does not start"
        time.sleep(0.05)
