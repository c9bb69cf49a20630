"""Images: looked up, pulled, made of a container, pushed, removed."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import requests
from docker.auth import encode_header
from docker.utils import parse_repository_tag

from eci_emulator.engine.docker.connection import Connection, translated
from eci_emulator.engine.driver import (
    SILENCE_SECONDS,
    TRANSFER_SECONDS,
    DiskFull,
    EngineError,
    ImageInfo,
    ImageNotFound,
    PullProgress,
    RegistryAuth,
    RegistryDenied,
    RegistryUnreachable,
)

#: What the engine says about a registry, in small letters; the first that fits counts. "denied"
#: comes first because such a text goes on with "or repository does not exist".
_MEANINGS: tuple[tuple[str, type[EngineError]], ...] = (
    ("no space left on device", DiskFull),
    ("denied", RegistryDenied),
    ("unauthorized", RegistryDenied),
    ("no basic auth credentials", RegistryDenied),
    ("authentication required", RegistryDenied),
    ("manifest unknown", ImageNotFound),
    ("not found", ImageNotFound),
    ("no such image", ImageNotFound),
    ("no matching manifest", ImageNotFound),
    ("dial tcp", RegistryUnreachable),
    ("no such host", RegistryUnreachable),
    ("timeout", RegistryUnreachable),
    ("tls", RegistryUnreachable),
    ("x509", RegistryUnreachable),
    ("http response to https client", RegistryUnreachable),
    ("connection re", RegistryUnreachable),  # refused, reset
    ("eof", RegistryUnreachable),
    ("context deadline exceeded", RegistryUnreachable),
    ("request canceled", RegistryUnreachable),
    ("received unexpected http status", RegistryUnreachable),
)
#: How the id of an image begins.
_ID = "sha256:"


class Images(Connection):
    """The part of the driver about images."""

    def image(self, reference: str) -> ImageInfo | None:
        try:
            with translated():
                return _image_info(reference, self._api.inspect_image(reference))
        except ImageNotFound:  # or its name is impossible, which a pull will tell
            return None

    def pull(
        self,
        reference: str,
        auth: RegistryAuth | None = None,
        *,
        timeout: float = TRANSFER_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> Generator[PullProgress, None, None]:
        repository, tag = _split(reference)
        parameters = {"fromImage": repository, "tag": tag}
        layers: dict[str, tuple[int, int]] = {}
        for step in self._transfer("/images/create", parameters, auth, timeout, silence):
            if _note(layers, step):
                done, total = (sum(column) for column in zip(*layers.values(), strict=True))
                yield PullProgress(done=done, total=total)

    def push(self, reference: str, auth: RegistryAuth | None = None) -> None:
        repository, tag = _split(reference)
        for _ in self._transfer(
            f"/images/{repository}/push", {"tag": tag}, auth, TRANSFER_SECONDS, SILENCE_SECONDS
        ):
            pass

    def _transfer(
        self,
        path: str,
        parameters: dict[str, str],
        auth: RegistryAuth | None,
        timeout: float,
        silence: float,
    ) -> Iterator[dict[str, Any]]:
        """The engine's words while it talks to a registry. Closing the iterator hangs up,
        whereupon the engine gives up, too."""
        deadline = time.monotonic() + timeout
        silence = min(timeout, silence)
        with (
            translated(),
            _registry_blamed(silence),
            closing(self._begin(path, parameters, auth, silence)) as lines,
        ):
            for line in lines.iter_lines():
                step = json.loads(line)
                if "error" in step:
                    raise registry_error(step["error"])
                if time.monotonic() > deadline:
                    raise RegistryUnreachable(f"not finished after {timeout:.0f} s")
                yield step

    def _begin(
        self, path: str, parameters: dict[str, str], auth: RegistryAuth | None, silence: float
    ) -> requests.Response:
        credentials = {"username": auth.username, "password": auth.password} if auth else {}
        headers = {"X-Registry-Auth": encode_header(credentials).decode()}
        try:
            return self._request("POST", path, params=parameters, headers=headers, timeout=silence)
        except EngineError as error:
            raise registry_error(str(error)) from error

    def remove_image(self, reference: str) -> None:
        if self.image(reference) is None:
            return
        with suppress(ImageNotFound), translated():
            if reference.startswith(_ID) and self._api.inspect_image(reference)["RepoTags"]:
                raise EngineError(f"{reference} has a name")  # which the engine would remove, too
            self._api.remove_image(reference)

    def commit(self, container: str, reference: str, *, author: str = "", message: str = "") -> str:
        repository, tag = _split(reference)
        parameters = {
            "container": container,
            "repo": repository,
            "tag": tag,
            "author": author,
            "comment": message,
        }
        with (
            translated(),
            closing(
                self._request("POST", "/commit", params=parameters, json={}, timeout=TRANSFER_SECONDS)
            ) as response,
        ):
            return str(response.json()["Id"])


@contextmanager
def _registry_blamed(silence: float) -> Iterator[None]:
    """An engine that says nothing for long is waiting for the registry."""
    try:
        yield
    except requests.RequestException as error:
        if isinstance(error, requests.ReadTimeout) or "Read timed out" in str(error):
            raise RegistryUnreachable(f"nothing came from the registry for {silence:g} s") from error
        raise


def _split(reference: str) -> tuple[str, str]:
    """Repository and tag (or digest); without a tag the engine would take all there are."""
    repository, tag = parse_repository_tag(reference)
    return repository, tag or "latest"


def _note(layers: dict[str, tuple[int, int]], step: dict[str, Any]) -> bool:
    """Update the bytes per layer from a step of a pull; returns whether the step told of bytes."""
    layer, detail = step.get("id", ""), step.get("progressDetail") or {}
    if step.get("status") == "Downloading" and detail.get("total"):
        layers[layer] = (detail.get("current", 0), detail["total"])
        return True
    if step.get("status") == "Download complete" and layer in layers:
        total = layers[layer][1]
        layers[layer] = (total, total)
        return True
    return False


def registry_error(text: str) -> EngineError:
    """The error for what the engine says about a registry."""
    lowered = text.lower()
    return next((kind(text) for phrase, kind in _MEANINGS if phrase in lowered), EngineError(text))


def _image_info(reference: str, answer: dict[str, Any]) -> ImageInfo:
    config = answer["Config"] or {}
    return ImageInfo(
        id=answer["Id"],
        reference=reference,
        size=answer["Size"],
        entrypoint=config.get("Entrypoint") or [],
        command=config.get("Cmd") or [],
        user=config.get("User") or "",
        working_dir=config.get("WorkingDir") or "",
        stop_signal=config.get("StopSignal") or "",
    )
