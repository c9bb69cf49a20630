"""Faults that a user asked for: what goes wrong, when, how often and until when. Pure."""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import Final

from msgspec import Struct

from eci_emulator.model import errors


class Kind(StrEnum):
    ERROR = "error"
    LATENCY = "latency"
    DROP = "drop"
    PULL_FAILURE = "pull_failure"
    SLOW_PULL = "slow_pull"
    START_FAILURE = "start_failure"
    HOST_LOSS = "host_loss"
    CLOCK_SKEW = "clock_skew"


#: What happens to calls, before they reach an action.
OF_CALLS: Final = frozenset({Kind.ERROR, Kind.LATENCY, Kind.DROP})

_OF_A_CALL: Final = frozenset({"action", "account", "zone", "instance_type", "image"})
_OF_A_GROUP: Final = frozenset({"account", "zone", "instance_type", "image", "host"})

#: The conditions that are known when a fault of a kind might fire.
CONDITIONS: Final[dict[Kind, frozenset[str]]] = {
    **dict.fromkeys(OF_CALLS, _OF_A_CALL),
    Kind.PULL_FAILURE: frozenset({"image", "host"}),
    Kind.SLOW_PULL: frozenset({"image", "host"}),
    Kind.START_FAILURE: _OF_A_GROUP,
    Kind.HOST_LOSS: frozenset({"host"}),
    Kind.CLOCK_SKEW: frozenset(),
}
_TIMED: Final = frozenset({Kind.LATENCY, Kind.SLOW_PULL, Kind.CLOCK_SKEW})


class Fault(Struct, kw_only=True, omit_defaults=True):
    """One fault; every condition that is given must hold. Times on the emulator's clock."""

    id: str = ""
    kind: Kind
    code: str = ""
    message: str = ""
    seconds: float = 0.0
    action: str = ""
    account: str = ""
    zone: str = ""
    instance_type: str = ""
    image: str = ""
    host: str = ""
    times: int | None = None
    until: float = 0.0
    probability: float | None = None
    seed: int = 0

    def check(self) -> None:
        """Raises InvalidValue, MissingParameter for a fault that could never fire."""
        if self.kind is Kind.ERROR and self.code not in errors.BY_CODE:
            raise errors.InvalidValue("code", f"there is no error {self.code or 'without a code'}")
        if self.kind in _TIMED and not self.seconds:
            raise errors.MissingParameter(f"{self.kind} needs seconds.")
        for name in _OF_A_CALL | _OF_A_GROUP:
            if getattr(self, name) and name not in CONDITIONS[self.kind]:
                raise errors.InvalidValue(name, f"it is not known when {self.kind} might fire")

    def hits(self, number: int) -> bool:
        """Whether the dice, thrown for the ``number``-th time, say so; the same in every run."""
        if self.probability is None:
            return True
        return Random(f"{self.seed}/{number}").random() < self.probability  # noqa: S311  dice, no secret

    def error(self) -> errors.EciError:
        """The refusal that an error fault stands for."""
        kind = errors.BY_CODE[self.code]
        made = kind.__new__(kind)  # some take other arguments than a text
        errors.EciError.__init__(made, self.message or None)
        return made

    @property
    def text(self) -> str:
        return self.message or f"injected fault {self.id}"

    @property
    def label(self) -> str:
        """As the trace tells it."""
        return f"{self.id} {self.kind}"


class Occasion(Struct, kw_only=True, frozen=True):
    """When a fault might fire: what is known of it."""

    action: str = ""
    account: str = ""
    zones: tuple[str, ...] = ()
    instance_types: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    host: str = ""

    def meets(self, fault: Fault) -> bool:
        """Whether all conditions of the fault hold."""
        return (
            fault.action in ("", self.action)
            and fault.account in ("", self.account)
            and fault.host in ("", self.host)
            and (not fault.zone or fault.zone in self.zones)
            and (not fault.instance_type or fault.instance_type in self.instance_types)
            and (not fault.image or any(image.startswith(fault.image) for image in self.images))
        )
