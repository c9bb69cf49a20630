"""Init hooks: requests and programs of a folder, run in the order of their names before the emulator is ready.

A YAML or JSON file is a list of requests, each an action with its parameters by their wire names. A file that
may be executed is a program; it gets the environment of `eci-emulator env`. What has succeeded is not run again
when the emulator goes on with its records, and a request that creates something creates it once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import structlog
import yaml
from redis import RedisError

from eci_emulator.control.health import parts
from eci_emulator.gateway.keys import Keyring
from eci_emulator.store.database import Store
from eci_emulator.store.hooks import Hook, HookState
from eci_sdk.config import Config, Credentials
from eci_sdk.errors import SdkError
from eci_sdk.transport import API_VERSION, Transport

#: Longest run of a program, and longest wait for an answer.
PROGRAM_SECONDS: Final = 600
ANSWER_SECONDS: Final = 60.0
ATTEMPTS: Final = 5
#: Characters kept of what a program says, from its end.
SAID: Final = 2000
LOOK_AGAIN: Final = 0.1
REQUESTS: Final = (".yaml", ".yml", ".json")

log = structlog.get_logger()


class HookError(Exception):
    """A hook failed; the text says why."""


class InitHooks:
    """Runs the hooks of a folder once. ``environ`` is what programs get beside this process's own environment."""

    def __init__(self, folder: Path, store: Store, environ: Mapping[str, str], keys: Keyring | None) -> None:
        self._folder = folder
        self._store = store
        self._environ = environ
        self._keys = keys

    def begin(self) -> None:
        """Run them in a thread as soon as the other parts are there. From now on the emulator is not ready.

        Raises OSError when there is no such folder.
        """
        paths = [path for path in self._folder.iterdir() if path.is_file() and not path.name.startswith(".")]
        hooks = self._store.hooks.expect(sorted(path.name for path in paths))
        threading.Thread(target=self.run, args=[hooks], name="init-hooks", daemon=True).start()

    def run(self, hooks: list[Hook]) -> None:
        while not self._parts_are_there():
            time.sleep(LOOK_AGAIN)
        for hook in hooks:
            hook.state = "running"
            self._save(hook)
            began = time.monotonic()
            hook.state, hook.message = self._outcome(self._folder / hook.name)
            hook.seconds = round(time.monotonic() - began, 3)
            self._save(hook)
            tell = log.error if hook.state == "failed" else log.info
            tell(f"init hook {hook.name} {hook.state}", seconds=hook.seconds, said=hook.message)

    def _save(self, hook: Hook) -> None:
        """However long Redis is away: a hook whose end is not known keeps the emulator from being ready."""
        while True:
            try:
                self._store.hooks.save(hook)
            except RedisError:
                time.sleep(LOOK_AGAIN)
            else:
                return

    def _parts_are_there(self) -> bool:
        try:
            return not any(parts(self._store).values())
        except RedisError:
            return False

    def _outcome(self, path: Path) -> tuple[HookState, str]:
        try:
            if path.suffix in REQUESTS:
                return "succeeded", self._send_all(path)
            if os.access(path, os.X_OK):
                return "succeeded", self._execute(path)
        except OSError as error:  # such as a program whose interpreter is not there
            return "failed", f"it cannot be started: {error.strerror}"
        except (HookError, RedisError) as error:
            return "failed", str(error)
        return "skipped", "neither YAML nor JSON, and it may not be executed"

    def _execute(self, path: Path) -> str:
        """The end of what a program said. Raises HookError with it; OSError when it cannot be started."""
        with tempfile.TemporaryFile() as said:
            try:
                code = subprocess.run(
                    [path.absolute()],
                    cwd=self._folder,
                    env={**os.environ, **self._environ, "PATH": _with_our_own(os.environ.get("PATH", ""))},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    timeout=PROGRAM_SECONDS,
                ).returncode
            except subprocess.TimeoutExpired:
                raise HookError(f"it did not end within {PROGRAM_SECONDS} s") from None
            said.seek(0)
            text = said.read().decode(errors="replace").strip()[-SAID:]
        if code:
            raise HookError(f"exit code {code}: {text}")
        return text

    def _send_all(self, path: Path) -> str:
        """Send the requests of a file. Raises HookError, which names the first that was refused."""
        requests = list(read_requests(path))
        for number, (action, parameters) in enumerate(requests, 1):
            token = sha256(f"{path.name} {number}".encode()).hexdigest()
            if action.startswith("Create"):
                parameters.setdefault("ClientToken", f"init-{token[:48]}")
            try:
                self._send(action, parameters)
            except SdkError as error:
                raise HookError(f"request {number}, {action}: {error}") from None
        return f"{len(requests)} requests"

    def _send(self, action: str, parameters: dict[str, Any]) -> None:
        key = str(parameters.pop("AccessKeyId", self._environ["ALIBABA_CLOUD_ACCESS_KEY_ID"]))
        region = self._environ["ALIBABA_CLOUD_REGION_ID"]
        url = f"http://{self._environ['ECI_ENDPOINT']}"
        version = str(parameters.pop("Version", API_VERSION))
        known = self._keys.lookup(key) if self._keys else None
        secret = known.access_key_secret if known else self._environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
        config = Config(url, region, Credentials(key, secret))
        with closing(Transport(config, (ANSWER_SECONDS, ANSWER_SECONDS), ATTEMPTS)) as transport:
            transport.call(action, {"RegionId": region, **parameters}, version=version)


def read_requests(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The actions in a file with their parameters. Raises HookError for what is no list of requests."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise HookError(f"neither YAML nor JSON: {error}") from None
    if not isinstance(found, list):
        raise HookError("it is to be a list of requests")
    for number, request in enumerate(found, 1):
        if not isinstance(request, dict) or not isinstance(request.get("Action"), str):
            raise HookError(f"request {number} is to have an Action and its parameters by name")
        parameters = {str(name): value for name, value in request.items() if name != "Action"}
        yield request["Action"], parameters


def _with_our_own(path: str) -> str:
    """The search path with this Python's programs first, eci-emulator among them."""
    return f"{Path(sys.executable).parent}:{path}"
