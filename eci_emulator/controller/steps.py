"""The steps a plan asks for: small orders to the engine, each safe to carry out twice.

A step speaks of one thing by its deterministic engine name; ``container`` is the name the outcome
is filed under ("" = the group itself).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from eci_emulator.engine.driver import ContainerConfig
from eci_emulator.images.pulling import Pulled
from eci_emulator.model.group import Handler

CheckKind = Literal["liveness", "readiness", "postStart", "preStop"]


class Prepare(Struct, frozen=True):
    """Make the group's network and volumes; with ``afresh``, empty volumes made for an earlier run first."""

    afresh: bool = False


class StartSandbox(Struct, frozen=True):
    config: ContainerConfig


class EnsureImage(Struct, frozen=True):
    """Have the image on the host, by the container's pull policy. What follows for the container waits for it."""

    container: str
    image: str
    policy: str
    until: float = 0.0  # it has been pulled, and on ECI it comes at this time of the emulator's clock


class Launch(Struct, frozen=True):
    """Create and start one attempt of a container."""

    container: str
    config: ContainerConfig
    message_file: str = ""  # made first, in the group's volume of files
    non_root: bool = False  # refuse to run it as root


class Signal(Struct, frozen=True):
    name: str
    signal: Literal["SIGTERM", "SIGKILL"]


class Remove(Struct, frozen=True):
    """Remove engine containers by name."""

    names: list[str]


class Check(Struct, frozen=True):
    """A probe or a lifecycle hook of a container, ``timeout`` seconds at most."""

    container: str
    kind: CheckKind
    name: str
    handler: Handler
    timeout: float


class Measure(Struct, frozen=True):
    """Find out whether a volume of the group holds more than its limit in bytes."""

    limits: dict[str, int]


class Dispose(Struct, frozen=True):
    """Remove everything the engine has of the group, then the record."""


Step = Prepare | StartSandbox | EnsureImage | Launch | Signal | Remove | Check | Measure | Dispose


class Failure(Struct, frozen=True):
    """Why a step did not work, in terms that the plan tells apart."""

    kind: Literal[
        "image-missing",  # it went away between EnsureImage and Launch
        "image-never",  # there is none, and the pull policy is Never
        "pull-failed",
        "forbidden",  # it would run as root and must not
        "start-failed",
        "disk-full",
        "mount-failed",
        "not-prepared",  # network or sandbox are not there any more
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

    failures: dict[str, Failure] = field(default_factory=dict)
    pulled: dict[str, Pulled] = field(default_factory=dict)
    launched: set[str] = field(default_factory=set)
    checks: dict[tuple[str, CheckKind], Checked] = field(default_factory=dict)
    under_way: set[tuple[str, CheckKind]] = field(default_factory=set)  # checks that take longer
    signalled: set[tuple[str, str]] = field(default_factory=set)  # (engine name, signal)
    prepared: bool = False
    data_volumes: dict[str, str] = field(default_factory=dict)  # volume of the group -> the engine's
    overfull: str = ""  # a volume that holds more than its limit
    stuck: bool = False  # the engine would not do a thing that must be done: try again later, not at once
