"""Bringing images to the host by a container's pull policy. The pull itself is the node agent's."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from eci_emulator.engine.driver import (
    DiskFull,
    Engine,
    EngineError,
    EngineUnavailable,
    PullProgress,
    RegistryUnreachable,
)
from eci_emulator.images.fetches import Fetches, ImageFetch
from eci_emulator.images.registries import Access, Registries, Source, qualified


class Pulled(Struct, frozen=True):
    """An image is on the host, or on its way (whoever pulls it then wakes the group)."""

    image: str
    state: Literal["present", "pulling", "pulled"]
    seconds: float = 0.0
    size: int = 0  # bytes
    note: str = ""  # worth a warning event: the registry was unreachable, the local image is used
    until: float = 0.0  # on its way: it comes at this time of the emulator's clock; 0: when it is pulled
    progress: str = ""  # on its way: how far it is


class PullFailed(Exception):
    """The image is not on the host and could not be brought there; the text says why."""


class NeverPulled(PullFailed):
    """It is not there, and is not to be pulled."""


class Puller:
    def __init__(self, engine: Engine, fetches: Fetches, registries: Registries) -> None:
        self._engine = engine
        self._fetches = fetches
        self._registries = registries

    def reference(self, image: str) -> str:
        """What the engine calls an image."""
        return self._registries.source(image).reference

    def has(self, image: str) -> bool:
        """Whether an image is on the host."""
        return self._engine.image(self.reference(image)) is not None

    def ensure(self, image: str, policy: str, *, waiter: str, access: Access) -> Pulled:
        """Have an image on the host for ``waiter``, the id of a group or cache.

        What is there but could not be asked for again is used, and said so.
        Raises PullFailed; DiskFull and EngineUnavailable, for which the image is not to blame.
        """
        source = self._registries.source(image)
        present = self._engine.image(source.reference)
        fetch = ImageFetch(source.reference, self._registries.login(image, access))
        needs_none = source.local or (policy != "Always" and not self._fetches.awaits(fetch, waiter))
        if present and needs_none:
            return Pulled(image, "present", size=present.size)
        if policy == "Never" or source.local:
            raise NeverPulled(_why_not(image, policy, source))
        try:
            return self._fetch(image, fetch, waiter, fresh=policy == "Always")
        except RegistryUnreachable as error:
            if not present:
                raise PullFailed(f"{error}{_hint(source, access)}") from None
            note = f'The registry of "{image}" did not answer, the image on the host is used: {error}'
            return Pulled(image, "present", size=present.size, note=note)
        except (DiskFull, EngineUnavailable):
            raise
        except EngineError as error:
            raise PullFailed(str(error)) from None

    def _fetch(self, image: str, fetch: ImageFetch, waiter: str, *, fresh: bool) -> Pulled:
        found = self._fetches.ask(fetch, waiter, fresh=fresh)
        if isinstance(found, PullProgress):
            return Pulled(image, "pulling", progress=_percent(found))
        found.check()
        return Pulled(image, "pulled", found.seconds, found.size)


def _percent(progress: PullProgress) -> str:
    return f"{100 * progress.done // progress.total}%" if progress.total else ""


def _why_not(image: str, policy: str, source: Source) -> str:
    if policy == "Never":
        return f'Container image "{image}" is not present with pull policy of Never'
    stands_for = f', for which "{source.reference}" stands,' if source.reference != image else ""
    return f'Container image "{image}"{stands_for} is not present and is not to be pulled'


def _hint(source: Source, access: Access) -> str:
    """What the engine cannot do for a group alone."""
    host = qualified(source.reference).partition("/")[0]
    if host not in f"{access.plain_http_registry},{access.insecure_registry}".split(","):
        return ""
    return f" (an engine talks without TLS, or without checking it, to its own `insecure-registries` only: {host})"
