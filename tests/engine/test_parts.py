"""The Docker driver's pure parts."""

from __future__ import annotations

import shutil
import signal
import struct
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from eci_emulator.engine.docker import base_image, cgroups, lost_starts
from eci_emulator.engine.docker import folder as folder_module
from eci_emulator.engine.docker.connection import error_of
from eci_emulator.engine.docker.containers import container_info
from eci_emulator.engine.docker.creation import creation_body
from eci_emulator.engine.docker.folder import Folder
from eci_emulator.engine.docker.lost_starts import is_lost
from eci_emulator.engine.docker.networks import bridge_name
from eci_emulator.engine.driver import (
    AddressInUse,
    ContainerConfig,
    DiskFull,
    EngineError,
    ImageNotFound,
    NotFound,
    RegistryAuth,
)

# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        ("No such image: x:1", 404, ImageNotFound),
        ("No such container: x", 404, NotFound),
        ("network x not found", 404, NotFound),
        ("mkdir /var/lib/docker/overlay2/x: no space left on device", 500, DiskFull),
        ("Address already in use", 403, AddressInUse),
        ("Pool overlaps with other one on this address space", 403, AddressInUse),
        ("OCI runtime create failed", 400, EngineError),
    ],
)
def test_what_an_engine_says(text: str, status: int, kind: type[EngineError]) -> None:
    error = error_of(text, status)

    assert type(error) is kind
    assert str(error) == text


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("task 5266: already exists", True),
        ("id already in use", True),
        ('connection error: desc = "transport: Error while dialing dial unix x.sock": unavailable', True),
        ("transport is closing: unavailable", True),
        ("failed to create shim task: ttrpc: closed: unknown", True),
        ("failed to start shim: start failed: : signal: killed: unknown", True),
        ("failed to start shim: mkdir /run/x/moby/a45d: file exists: unknown", True),
        ("OCI runtime create failed: runc did not terminate successfully: exit status 137: unknown", True),
        ("context canceled: unknown", True),
        (
            'runc create failed: unable to start container process: exec: "x": executable file not found',
            False,
        ),
        ('unable to start container process: exec: "/etc": permission denied: unknown', False),
        ("unable to start container process: read init-p: connection reset by peer: unknown", False),
        ('unable to start container process: exec: "./server closed": no such file: unknown', False),
        ("unable to find user nobody: no matching entries in passwd file", False),
        ("error while mounting volume '/x': failed to mount local volume: connection refused", False),
    ],
)
def test_whether_the_engine_or_the_container_is_to_blame(text: str, lost: bool) -> None:
    assert is_lost(text) is lost


def test_a_start_that_the_engine_did_not_survive() -> None:
    """It is found running without ever having been started, and without a network."""
    state = {"Status": "running", "Pid": 7, "ExitCode": 0, "Error": "", "OOMKilled": False}
    never = "0001-01-01T00:00:00Z"
    answer = {
        "Id": "a",
        "Name": "/a",
        "Config": {"Image": "i", "Labels": {}},
        "NetworkSettings": {},
        "State": state | {"StartedAt": never, "FinishedAt": never},
    }

    info = container_info(answer)
    assert (info.phase, info.started_at, info.pid) == ("created", 0.0, 7)
    answer["State"] = state | {"StartedAt": "2026-11-23T13:00:00.5Z", "FinishedAt": never}
    assert container_info(answer).phase == "running"


def test_what_is_left_of_a_container_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["sleep", "1000"]) as left, subprocess.Popen(["sleep", "1000"]) as other:
        monkeypatch.setattr(
            lost_starts, "is_local", lambda pid, container: (pid, container) == (left.pid, "a")
        )
        lost_starts.kill_remains("a")
        assert left.wait(10) == -signal.SIGKILL
        assert other.poll() is None
        other.kill()


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(RegistryAuth(username="me", password="secret"))


# --- the body of a create call ------------------------------------------------------------------


def host(**options: object) -> dict[str, object]:
    config = ContainerConfig(name="a", image="i", labels={}, **options)  # type: ignore[arg-type]
    body: dict[str, object] = creation_body(config, {})["HostConfig"]
    return body


def test_who_joins_brings_nothing_of_the_network() -> None:
    config = ContainerConfig(
        name="a",
        image="i",
        labels={},
        join="sandbox",
        network="n",
        ip="10.0.0.1",
        hostname="h",
        sysctls={"net.core.somaxconn": "9", "kernel.shm_rmid_forced": "1"},
    )

    body = creation_body(config, {})

    assert body["HostConfig"]["NetworkMode"] == "container:sandbox"
    assert body["HostConfig"]["Sysctls"] == {"kernel.shm_rmid_forced": "1"}
    assert "Hostname" not in body
    assert "NetworkingConfig" not in body


def test_devices_and_runtime() -> None:
    body = host(gpus=2, runtime="runsc")

    assert body["DeviceRequests"] == [{"Count": 2, "Capabilities": [["gpu"]]}]
    assert body["Runtime"] == "runsc"
    assert "Runtime" not in host()


def test_bridge_names_fit_the_kernel_and_differ() -> None:
    names = {bridge_name(f"eci-network-{number}") for number in range(1000)}

    assert len(names) == 1000
    assert all(len(name) <= 15 for name in names)


# --- the base image -----------------------------------------------------------------------------


def elf(*kinds: int) -> bytes:
    header = bytearray(64)
    header[:5] = b"\x7fELF\x02"
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, len(kinds))
    return bytes(header) + b"".join(struct.pack("<I", kind).ljust(56, b"\0") for kind in kinds)


@pytest.mark.parametrize(
    ("content", "static"),
    [(elf(6, 1, 1), True), (elf(6, 3, 1), False), (b"#!/bin/sh\n", False), (b"", False)],
)
def test_which_programs_need_no_loader(tmp_path: Path, content: bytes, static: bool) -> None:
    program = tmp_path / "program"
    program.write_bytes(content)

    assert base_image.is_static(program) is static


def test_without_busybox_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_image, "is_static", lambda _: False)

    with pytest.raises(EngineError, match="busybox-static"):
        base_image.find_busybox()


def test_the_base_image_is_always_the_same() -> None:
    first = base_image._content()
    base_image._content.cache_clear()

    assert base_image._content() == first


# --- counters -----------------------------------------------------------------------------------


def test_counters_of_cgroup_version_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "cpu.stat": "usage_usec 1500\nuser_usec 1000\n",
        "memory.stat": "anon 100\nfile 50\ninactive_file 30\n",
        "memory.current": "150\n",
        "memory.max": "max\n",
        "io.stat": "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=3 wios=4\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    counters = cgroups._version_2(tmp_path)

    assert counters == {
        "cpu_nanoseconds": 1_500_000,
        "memory_usage": 150,
        "memory_working_set": 120,
        "memory_cache": 50,
        "memory_rss": 100,
        "memory_limit": 0,
        "read_bytes": 11,
        "write_bytes": 22,
        "read_ios": 4,
        "write_ios": 6,
    }


# --- folders that containers write into ---------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    (tmp_path / "inside" / "way").symlink_to(tmp_path / "outside")
    (tmp_path / "inside" / "file").symlink_to(tmp_path / "outside" / "secret")
    return Folder(str(tmp_path / "inside"))


def test_links_are_not_followed_when_reading(folder: Folder) -> None:
    assert folder.head(PurePosixPath("file"), 10) is None
    assert folder.head(PurePosixPath("way/secret"), 10) is None


def test_links_are_replaced_when_writing(folder: Folder, tmp_path: Path) -> None:
    folder.write(PurePosixPath("way/secret"), b"mine", 0o640)
    folder.write(PurePosixPath("file"), b"mine", 0o600)

    assert (tmp_path / "outside" / "secret").read_text() == "secret"
    assert folder.head(PurePosixPath("way/secret"), 10) == b"mine"
    assert (tmp_path / "inside" / "file").stat().st_mode & 0o777 == 0o600


def test_a_folder_is_made_only_where_nothing_is(folder: Folder, tmp_path: Path) -> None:
    folder.write(PurePosixPath("note"), b"kept", 0o644)
    folder.make(PurePosixPath("own"), 0o700)

    for path in ("note", "own", "way", "new/deep"):
        folder.ensure(PurePosixPath(path), 0o777)

    inside = tmp_path / "inside"
    assert (inside / "note").read_bytes() == b"kept"
    assert (inside / "own").stat().st_mode & 0o777 == 0o700
    assert (inside / "way").is_dir()
    assert not (inside / "way").is_symlink()
    assert (inside / "new/deep").stat().st_mode & 0o777 == 0o777
    assert folder.usage() > 0


def test_what_vanishes_while_it_is_counted_counts_nothing(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    for name in ("one", "two"):
        folder.write(PurePosixPath(name, "grown"), b"content", 0o644)
    allocated = folder_module._allocated

    def vanishing(path: Path) -> int:
        if path.name == "grown":
            shutil.rmtree(inside / {"one": "two", "two": "one"}[path.parent.name], ignore_errors=True)
        return allocated(path)

    monkeypatch.setattr(folder_module, "_allocated", vanishing)
    assert folder.usage() > 0


def test_a_pipe_keeps_nobody_waiting(folder: Folder, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "inside" / "pipe")

    assert folder.head(PurePosixPath("pipe"), 10) is None
    assert folder.head(PurePosixPath("."), 10) is None
