"""The steps a plan asks for: small orders to the engine, each safe to carry out twice.

A step speaks of one thing by its deterministic engine name; ``container`` is the name the outcome
is filed under.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from eci_emulator.engine.driver import ContainerConfig
from eci_emulator.images.pulling import Pulled
from eci_emulator.model.group import Handler


class Prepare(Struct, frozen=True):
    """Make the group's network and volumes; with ``afresh``, empty volumes made for an earlier run first."""

    afresh: bool = False


class StartSandbox(Struct, frozen=True):
    config: ContainerConfig


class EnsureImage(Struct, frozen=True):
    """Have the image on the host, by the container's pull policy."""

    container: str
    image: str
    policy: str


class Launch(Struct, frozen=True):
    """Create and start one attempt of a container."""

    container: str
    config: ContainerConfig


class Signal(Struct, frozen=True):
    name: str
    signal: Literal["SIGTERM", "SIGKILL"]


class Remove(Struct, frozen=True):
    """Remove engine containers by name."""

    names: list[str]


class RunProbe(Struct, frozen=True):
    container: str
    kind: Literal["liveness", "readiness"]
    name: str
    handler: Handler
    timeout: float


class RunHook(Struct, frozen=True):
    container: str
    kind: Literal["postStart", "preStop"]
    name: str
    handler: Handler
    timeout: float


class ReleaseAddress(Struct, frozen=True):
    """Give the group's address back to its vSwitch."""


class Dispose(Struct, frozen=True):
    """Remove everything the engine has of the group, then the record."""


Step = (
    Prepare
    | StartSandbox
    | EnsureImage
    | Launch
    | Signal
    | Remove
    | RunProbe
    | RunHook
    | ReleaseAddress
    | Dispose
)


class Failure(Struct, frozen=True):
    """Why a step did not work, in terms that the plan tells apart."""

    kind: Literal[
        "image-missing",  # the engine has no such image (a launch); asks for EnsureImage
        "image-never",  # it has none, and the pull policy is Never
        "pull-failed",
        "start-failed",
        "disk-full",
        "mount-failed",
        "address-in-use",
        "engine-unavailable",
        "error",
    ]
    message: str


class Checked(Struct, frozen=True):
    """What a probe or a hook found."""

    ok: bool
    message: str = ""


class Outcomes(Struct):
    """What the steps of the previous round led to, by container name ("" = the group itself)."""

    failures: dict[str, Failure]
    pulled: dict[str, Pulled]
    checks: dict[tuple[str, str], Checked]  # (container, kind)
    prepared: bool = False
    stuck: bool = False  # the engine would not do a thing that must be done: try again later, not at once

    @classmethod
    def none(cls) -> Outcomes:
        return cls(failures={}, pulled={}, checks={})
