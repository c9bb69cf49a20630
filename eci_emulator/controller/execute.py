"""Carrying out a plan's steps. What goes wrong is not raised but reported: the next plan decides."""

from __future__ import annotations

from eci_emulator.controller.checks import check
from eci_emulator.controller.names import Names
from eci_emulator.controller.networks import Networks
from eci_emulator.controller.steps import (
    Dispose,
    EnsureImage,
    Failure,
    Launch,
    Outcomes,
    Prepare,
    ReleaseAddress,
    Remove,
    RunHook,
    RunProbe,
    Signal,
    StartSandbox,
    Step,
)
from eci_emulator.controller.volumes import Volumes
from eci_emulator.engine.driver import (
    AddressInUse,
    ContainerConfig,
    DiskFull,
    Engine,
    EngineError,
    EngineUnavailable,
    ImageNotFound,
    NotFound,
    StartFailed,
)
from eci_emulator.images.pulling import NeverPulled, Puller, PullFailed
from eci_emulator.model.group import ContainerGroup
from eci_emulator.store.addresses import release_address
from eci_emulator.store.database import Store
from eci_emulator.store.eips import release_public_address


class Executor:
    def __init__(
        self, engine: Engine, store: Store, names: Names, networks: Networks, volumes: Volumes, images: Puller
    ) -> None:
        self._engine = engine
        self._store = store
        self._names = names
        self._networks = networks
        self._volumes = volumes
        self._images = images

    def run(self, group: ContainerGroup, steps: list[Step]) -> Outcomes:
        """Carry out the steps in order and say what came of them."""
        outcomes = Outcomes.none()
        for step in steps:
            key = getattr(step, "container", "")
            try:
                self._one(group, step, outcomes)
            except EngineError as error:
                outcomes.failures[key] = self._failure(group, error)
                outcomes.stuck |= isinstance(step, Signal | Remove | ReleaseAddress | Dispose)
        return outcomes

    def _one(self, group: ContainerGroup, step: Step, outcomes: Outcomes) -> None:
        match step:
            case Launch():
                self._start(step.config)
            case Prepare():
                self._networks.ensure(group.state.placement)
                self._volumes.prepare(group, afresh=step.afresh)
                outcomes.prepared = True
            case StartSandbox():
                self._start(step.config)
            case EnsureImage():
                self._ensure_image(step, outcomes)
            case Signal():
                self._engine.signal(step.name, step.signal)
            case Remove():
                for name in step.names:
                    self._engine.remove(name)
            case RunProbe() | RunHook():
                ip = group.state.placement.ip
                outcome = check(self._engine, step.name, ip, step.handler, step.timeout)
                outcomes.checks[step.container, step.kind] = outcome
            case ReleaseAddress():
                release_address(self._store.redis, group)
            case Dispose():
                self._dispose(group)

    def _start(self, config: ContainerConfig) -> None:
        self._engine.create(config)
        self._engine.start(config.name)

    def _ensure_image(self, step: EnsureImage, outcomes: Outcomes) -> None:
        try:
            outcomes.pulled[step.container] = self._images.ensure(step.image, step.policy)
        except NeverPulled as error:
            outcomes.failures[step.container] = Failure("image-never", str(error))
        except PullFailed as error:
            outcomes.failures[step.container] = Failure("pull-failed", str(error))

    def _dispose(self, group: ContainerGroup) -> None:
        sandbox = group.state.placement.sandbox or self._names.sandbox(group.id)
        for info in self._engine.list_containers(self._names.group_labels(group.id)):
            if info.name != sandbox:
                self._engine.remove(info.name)
        self._engine.remove(sandbox)  # last: what shares its network must not outlive it
        self._volumes.remove(group)
        release_address(self._store.redis, group)
        release_public_address(self._store.redis, group)

    def _failure(self, group: ContainerGroup, error: EngineError) -> Failure:
        text = str(error)
        match error:
            case ImageNotFound():
                return Failure("image-missing", text)
            case StartFailed():
                return Failure("start-failed", text)
            case DiskFull():
                return Failure("disk-full", text)
            case AddressInUse():
                return Failure("address-in-use", text)
            case EngineUnavailable():
                return Failure("engine-unavailable", text)
            case NotFound():
                self._networks.forget(group.state.placement)  # somebody removed the network
                return Failure("error", text)
            case _:
                return Failure("error", text)
