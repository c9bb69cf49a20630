"""Bringing images to the host by a container's pull policy."""

from __future__ import annotations

import time
from typing import Literal

from msgspec import Struct

from eci_emulator.engine.driver import Engine, EngineError, RegistryUnreachable


class Pulled(Struct, frozen=True):
    """An image is on the host, or on its way (whoever pulls it then wakes the group)."""

    image: str
    state: Literal["present", "pulling", "pulled"]
    seconds: float = 0.0
    size: int = 0  # bytes
    note: str = ""  # worth a warning event: the registry was unreachable, the local image is used


class PullFailed(Exception):
    """The image is not on the host and could not be brought there; the text says why."""


class NeverPulled(PullFailed):
    """It is not there, and the policy is Never."""


class Puller:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ensure(self, image: str, policy: str) -> Pulled:
        """Have an image on the host. What is there but could not be asked for again is used, and said so.

        Raises PullFailed.
        """
        present = self._engine.image(image)
        if present and policy != "Always":
            return Pulled(image, "present")
        if policy == "Never":
            raise NeverPulled(f'Container image "{image}" is not present with pull policy of Never')
        began = time.monotonic()
        try:
            for _ in self._engine.pull(image):
                pass
        except RegistryUnreachable as error:
            if not present:
                raise PullFailed(str(error)) from None
            note = f'The registry of "{image}" did not answer, the image on the host is used: {error}'
            return Pulled(image, "present", note=note)
        except EngineError as error:
            raise PullFailed(str(error)) from None
        info = self._engine.image(image)
        return Pulled(image, "pulled", time.monotonic() - began, info.size if info else 0)
