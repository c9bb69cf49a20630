"""Simulated images: every one exists, unless a script says otherwise."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator

import msgspec
from msgspec import Struct, field

from eci_emulator.engine import driver
from eci_emulator.engine.driver import (
    SILENCE_SECONDS,
    TRANSFER_SECONDS,
    EngineError,
    ImageInfo,
    PullProgress,
    RegistryAuth,
    RegistryUnreachable,
)
from eci_emulator.engine.simulated.space import ENCODE, Records

BASE_IMAGE = "eci-emulator/base:simulated"
_LOOK = 0.02  # seconds between two looks at the clock during a pull
_MEBIBYTE = 1 << 20

_IMAGE = msgspec.msgpack.Decoder(ImageInfo)


class ImageScript(Struct, kw_only=True):
    """How the registry behaves about an image."""

    size: int = 0  # bytes; 0: some size that follows from the name
    pull_seconds: float = 0.0  # on the engine's clock
    error: str = ""  # name of the EngineError a pull ends with: ImageNotFound, RegistryDenied ...
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


_SCRIPT = msgspec.msgpack.Decoder(ImageScript)


class Images(Records):
    """The part of the driver about images."""

    def script_image(self, reference: str, script: ImageScript) -> None:
        """Say how the registry behaves about an image, for all processes that share the engine."""
        self._redis.hset(self._key("image", "scripts"), reference, ENCODE(script))

    def image(self, reference: str) -> ImageInfo | None:
        stored = self._redis.hget(self._key("image"), reference)
        return _IMAGE.decode(stored) if stored else None

    def pull(
        self,
        reference: str,
        auth: RegistryAuth | None = None,
        *,
        timeout: float = TRANSFER_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> Generator[PullProgress, None, None]:
        script = self._script(reference)
        size = script.size or size_of(reference)
        begun, gives_up = self._now(), time.monotonic() + timeout
        if script.pull_seconds:
            self._on_due(f"pull of {reference}", begun + script.pull_seconds)
        while (elapsed := self._now() - begun) < script.pull_seconds:
            yield PullProgress(done=int(size * max(0.0, elapsed) / script.pull_seconds), total=size)
            if time.monotonic() > gives_up:
                raise RegistryUnreachable(f"not finished after {timeout:.0f} s")
            time.sleep(_LOOK)
        if script.error:
            raise _error(script.error)(f"pull of {reference}: scripted to fail")
        self._add_image(reference, size, script)
        yield PullProgress(done=size, total=size)

    def _script(self, reference: str) -> ImageScript:
        stored = self._redis.hget(self._key("image", "scripts"), reference)
        return _SCRIPT.decode(stored) if stored else ImageScript()

    def _add_image(self, reference: str, size: int, script: ImageScript) -> ImageInfo:
        image = ImageInfo(
            id=f"sha256:{hashlib.sha256(f'{reference} {size}'.encode()).hexdigest()}",
            reference=reference,
            size=size,
            entrypoint=script.entrypoint,
            command=script.command,
        )
        self._redis.hset(self._key("image"), reference, ENCODE(image))
        return image

    def push(self, reference: str, auth: RegistryAuth | None = None) -> None:
        script = self._script(reference)
        if script.error:
            raise _error(script.error)(f"push of {reference}: scripted to fail")

    def remove_image(self, reference: str) -> None:
        if reference in {_IMAGE.decode(raw).id for raw in self._redis.hvals(self._key("image"))}:
            raise EngineError(f"{reference} has a name")
        self._redis.hdel(self._key("image"), reference)

    def commit(self, container: str, reference: str, *, author: str = "", message: str = "") -> str:
        self._loaded(container)
        return self._add_image(reference, size_of(reference), ImageScript()).id

    def ensure_base_image(self) -> str:
        if self.image(BASE_IMAGE) is None:
            self._add_image(BASE_IMAGE, 2 * _MEBIBYTE, ImageScript(command=["sh"]))
        return BASE_IMAGE


def size_of(reference: str) -> int:
    """Some size between 5 and 505 MiB, always the same for a name."""
    return (5 + int(hashlib.sha256(reference.encode()).hexdigest()[:6], 16) % 500) * _MEBIBYTE


def _error(name: str) -> type[EngineError]:
    kind: type[EngineError] = getattr(driver, name, EngineError)
    return kind
