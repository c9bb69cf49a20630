"""An emulator of one's own: started for a block of code, gone afterwards, whatever happens.

Each has a folder of its own, a free port and a label of its own on all it makes in the container engine, so
any number run side by side. The emulator holds one end of a pipe and this process the other: when this
process ends, even by SIGKILL, the emulator removes its containers and ends too. Should it be killed itself,
the next start on this machine finds its folder without an owner and removes what it has left, and only that.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Final

from eci_sdk.emulator import Emulator
from eci_sdk.errors import StartError, WaitTimeout

PREFIX: Final = "ECI_EMULATOR_"
#: Never taken from the environment: two emulators with the same would get in each other's way.
OWN: Final = ("STATE_DIR", "INSTANCE", "SOCKET_DIR", "PORT", "REDIS_URL")
WORKERS: Final = "2"
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 120.0
LOCK_SECONDS: Final = 30.0
LOOK_AGAIN: Final = 0.02
TAIL: Final = 20


@contextmanager
def running(**settings: object) -> Iterator[Emulator]:
    """An emulator with these settings, those of ``ECI_EMULATOR_*``; the environment's count too.

    ::

        with running(engine="simulated") as emulator, Client(endpoint=emulator.endpoint) as client:
            ...

    Raises StartError.
    """
    home = _home()
    for folder, owned in _abandoned(home):
        with owned:
            _remove(folder)
    folder, owned = _own_folder(home)
    with owned:
        try:
            yield from _run(folder, _environ(settings))
        finally:
            _remove(folder)


def _run(folder: Path, environ: Mapping[str, str]) -> Iterator[Emulator]:
    with (folder / "up.log").open("w") as log:
        process = subprocess.Popen(
            [*_command("up", folder), "--port", "0", "--leash"],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for this process, which ends the emulator in its own time
        )
    try:
        with closing(Emulator(_url(folder, process))) as emulator:
            _wait_ready(emulator, folder)
            yield emulator
    finally:
        _stop(process)


def _url(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Where a process that has just been started listens. Raises StartError."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return str(json.loads((folder / "state" / "endpoint.json").read_text())["url"])
        except FileNotFoundError:
            time.sleep(LOOK_AGAIN)
    raise StartError(f"the emulator does not start:\n{_end_of_log(folder)}")


def _wait_ready(emulator: Emulator, folder: Path) -> None:
    try:
        emulator.wait_ready(START_SECONDS)
    except WaitTimeout as error:
        raise StartError(f"{error}\n{_end_of_log(folder)}") from None


def _end_of_log(folder: Path) -> str:
    return "\n".join((folder / "up.log").read_text(errors="replace").splitlines()[-TAIL:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin  # noqa: S101  it was asked for
    process.stdin.close()
    _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process that is about to end, if need be by force."""
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _remove(folder: Path) -> None:
    """Remove the folder of an emulator, and first what it may have left in the engine.

    If that does not work, as without the engine, the folder stays for the next start.
    """
    if (folder / "state" / "endpoint.json").exists():
        down = subprocess.Popen(
            _command("down", folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if _ended(down) != 0:
            return
    shutil.rmtree(folder)


def _command(name: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "eci_emulator", name, "--state-dir", str(folder / "state")]


def _environ(settings: Mapping[str, object]) -> dict[str, str]:
    own = {PREFIX + name for name in OWN}
    there = {name: value for name, value in os.environ.items() if name not in own}
    given = {PREFIX + name.upper(): str(value) for name, value in settings.items()}
    return {PREFIX + "WORKERS": WORKERS, **there, **given}


def _home() -> Path:
    """The folder of all emulators that this user's programs have started so."""
    home = Path(tempfile.gettempdir()) / f"eci-emulator-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_uid != os.getuid():
        raise StartError(f"{home} is not yours")
    return home


def _own_folder(home: Path) -> tuple[Path, IO[str]]:
    """A new folder, and the lock that says that somebody owns it."""
    with _locked(home / "lock"):
        folder = Path(tempfile.mkdtemp(dir=home))
        owned = _try_lock(folder / "owner")
    assert owned  # noqa: S101  nobody else knows of it yet
    return folder, owned


def _abandoned(home: Path) -> list[tuple[Path, IO[str]]]:
    """The folders without an owner, and the locks that now are ours."""
    with _locked(home / "lock"):
        folders = [path for path in home.iterdir() if path.is_dir()]
        found = [(folder, _try_lock(folder / "owner")) for folder in folders]
    return [(folder, owned) for folder, owned in found if owned]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep others from looking at a folder that is made but has no owner yet. Raises WaitTimeout."""
    deadline = time.monotonic() + LOCK_SECONDS
    while (file := _try_lock(path)) is None:
        if time.monotonic() > deadline:
            raise WaitTimeout(f"another process keeps {path} locked for more than {LOCK_SECONDS:g} s")
        time.sleep(LOOK_AGAIN)
    with file:
        yield


def _try_lock(path: Path) -> IO[str] | None:
    with ExitStack() as stack:
        file = stack.enter_context(path.open("a"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        stack.pop_all()
        return file
