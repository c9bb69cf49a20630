"""A group's images: really brought to the host, and, if wanted, as slowly as to a fresh machine of ECI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from eci_emulator.images.pulling import NeverPulled, Pulled, Puller
from eci_emulator.model.group import ContainerGroup

_MEGABYTE: Final = 1e6


class GroupImages:
    """``bandwidth``: megabytes per second of a pull on ECI; None: an image on the host is there at once.

    On ECI each group begins on a fresh machine, which has the images of the image cache that it was
    started from and no others. Every other image costs the time that its pull takes there, even if
    another group has brought it to the host.
    """

    def __init__(self, puller: Puller, now: Callable[[], float], bandwidth: float | None) -> None:
        self._puller = puller
        self._now = now
        self._bandwidth = bandwidth

    def reference(self, image: str) -> str:
        """What the engine calls an image."""
        return self._puller.reference(image)

    def for_group(self, group: ContainerGroup, image: str, policy: str, until: float = 0.0) -> Pulled:
        """Have an image of a group on the host. ``until``: it is, and comes then by ECI's measure.

        Raises as ``Puller.ensure`` does.
        """
        if self._bandwidth is None or image in group.state.images:
            return self._puller.ensure(image, policy, waiter=group.id, access=group.spec)
        if policy == "Never":
            raise NeverPulled(f'Container image "{image}" is not present with pull policy of Never')
        pulled = self._puller.ensure(
            image, "IfNotPresent" if until else policy, waiter=group.id, access=group.spec
        )
        if pulled.state == "pulling":
            return pulled
        seconds = pulled.size / _MEGABYTE / self._bandwidth
        until = until or self._now() + max(0.0, seconds - pulled.seconds)
        if self._now() < until:
            return Pulled(image, "pulling", note=pulled.note, until=until)
        return Pulled(image, "pulled", seconds, pulled.size, pulled.note)
