"""A Docker engine of the tests' own, that may be killed: in a network namespace, with its own data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class PrivateEngine:
    """One dockerd. The namespace outlives it, so that killing and starting it again is a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder}/docker.sock"
        #: Opens a command line that is to run in the engine's network namespace.
        self.inside = ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--"]

    def _wait_for_namespace(self) -> None:
        """Until then its namespace is ours, where a second dockerd would do harm."""
        deadline = time.monotonic() + 60
        ours, its = Path("/proc/self/ns/net"), Path(f"/proc/{self._holder.pid}/ns/net")
        while its.readlink() == ours.readlink():
            assert time.monotonic() < deadline, "no network namespace"
            time.sleep(0.01)

    def start(self) -> None:
        self._wait_for_namespace()
        subprocess.run([*self.inside, "ip", "link", "set", "lo", "up"], check=True)
        (self._folder / "docker.pid").unlink(missing_ok=True)
        (self._folder / "exec/containerd/containerd.pid").unlink(missing_ok=True)
        options = {
            "--data-root": self._folder / "data",
            "--exec-root": self._folder / "exec",
            "--pidfile": self._folder / "docker.pid",
            "--host": self.url,
            "--bip": "172.31.255.1/24",
        }
        arguments = [str(part) for pair in options.items() for part in pair]
        with (self._folder / "dockerd.log").open("ab") as log:
            self._process = subprocess.Popen([*self.inside, "dockerd", *arguments], stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, (self._folder / "dockerd.log").read_text()[-2000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        # Not with docker-py: it leaves a socket open for each refusal, and warnings are errors.
        with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
            asking.settimeout(2)
            asking.connect(f"{self._folder}/docker.sock")
            asking.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(64)
        return False

    def kill(self) -> None:
        """SIGKILL, as by the kernel's out-of-memory killer."""
        assert self._process
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)
        self._holder.kill()
        self._holder.wait()
        self._end_shims()

    def _end_shims(self) -> None:
        """What was being started when the engine was killed has a shim that nobody knows of any more."""
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and self._is_shim((entry / "cmdline").read_bytes()):
                    os.kill(int(entry.name), signal.SIGKILL)

    def _is_shim(self, command: bytes) -> bool:
        return b"containerd-shim" in command and f"{self._folder}/".encode() in command


@contextmanager
def private_engine(folder: Path, megabytes: int = 0) -> Iterator[PrivateEngine]:
    """A running engine in ``folder`` (short: socket paths are limited), gone with all its data at the end.

    ``megabytes``: the size of its disk, if it is to have one of its own.
    """
    if os.geteuid() != 0 or not shutil.which("dockerd") or not shutil.which("ip"):
        pytest.skip("a second engine needs root, dockerd and iproute2")
    engine = PrivateEngine(folder)
    try:
        if megabytes:
            (folder / "data").mkdir()
            disk = ["tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder / "data"]
            subprocess.run(["mount", "-t", *disk], check=True)
        engine.start()
        yield engine
    finally:
        engine.stop()
        for mount in _mounts_below(folder):
            subprocess.run(["umount", "--lazy", mount], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/mounts").read_text().splitlines()
    return sorted(
        (line.split()[1] for line in lines if line.split()[1].startswith(str(folder))), reverse=True
    )
