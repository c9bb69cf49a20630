"""Carrying out a plan's steps. What goes wrong is not raised but reported: the next plan decides."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from msgspec import structs

from eci_emulator.controller.checks import Begun, Checks
from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.metadata import Metadata
from eci_emulator.controller.mounting import MountFailed
from eci_emulator.controller.networks import Networks
from eci_emulator.controller.steps import (
    Check,
    Dispose,
    EnsureImage,
    Failure,
    Launch,
    Measure,
    Outcomes,
    Prepare,
    Remove,
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
from eci_emulator.images.data_mounts import DataMounts, NotMounted
from eci_emulator.images.group import GroupImages
from eci_emulator.images.pulling import NeverPulled, PullFailed
from eci_emulator.model.group import ContainerGroup

#: How an engine says that it could not mount a container's volume when it was to start.
_MOUNT_ERROR: Final = "error while mounting volume"
_MESSAGE_MODE: Final = 0o666


class Forbidden(EngineError):
    """The container would run as root, and must not."""


class Executor:
    def __init__(
        self,
        engine: Engine,
        configurer: Configurer,
        networks: Networks,
        volumes: Volumes,
        images: GroupImages,
        data: DataMounts,
        checks: Checks,
        metadata: Metadata | None,
    ) -> None:
        self._engine = engine
        self._configurer = configurer
        self._networks = networks
        self._volumes = volumes
        self._images = images
        self._data = data
        self._checks = checks
        self._metadata = metadata  # None where nobody can ask

    def announce_release(self, group: ContainerGroup) -> None:
        """Show the release time of a reclaimed spot group in its metadata. Raises EngineUnavailable."""
        if self._metadata:
            with suppress(NotFound):  # its network is gone, and nothing of it can run
                self._metadata.announce_release(group.state.placement, group.state.spot_release_at)

    def run(self, group: ContainerGroup, steps: list[Step], check: Callable[[], None]) -> Outcomes:
        """Carry out the steps in order and say what came of them.

        A step that builds upon one that did not work is left out. ``check`` is called before each; what it
        raises ends the run.
        """
        outcomes = Outcomes()
        begun: list[Begun] = []
        for step in steps:
            check()
            container = getattr(step, "container", "")
            if isinstance(step, Check):
                begun.append(self._checks.begin(group, step))
            elif "" not in outcomes.failures and not _waits(outcomes, container):
                self._try(group, step, container, outcomes)
        self._collect(begun, outcomes)
        return outcomes

    def _try(self, group: ContainerGroup, step: Step, container: str, outcomes: Outcomes) -> None:
        try:
            self._one(group, step, outcomes)
        except EngineError as error:
            outcomes.failures[container] = self._failure(group, step, error)
            outcomes.stuck |= isinstance(step, Signal | Remove | Dispose)
        except OSError as error:  # of this machine, where the engine's disk is ours
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            outcomes.failures[container] = Failure("disk-full" if full else "error", str(error))

    def _one(self, group: ContainerGroup, step: Step, outcomes: Outcomes) -> None:
        match step:
            case Launch():
                self._launch(group, step, group.state.data_volumes | outcomes.data_volumes)
                outcomes.launched.add(step.container)
            case Prepare():
                self._networks.ensure(group.state.placement)
                if self._metadata:
                    self._metadata.publish(group)
                self._volumes.prepare(group, afresh=step.afresh)
                outcomes.data_volumes = self._data.find(group)
                outcomes.prepared = True
            case StartSandbox():
                self._start_sandbox(step.config)
            case EnsureImage():
                self._ensure_image(group, step, outcomes)
            case Signal():
                self._engine.signal(step.name, step.signal)
                outcomes.signalled.add((step.name, step.signal))
            case Remove():
                for name in step.names:
                    self._engine.remove(name)
            case Measure():
                outcomes.overfull = self._volumes.overfull(group, step.limits)
            case Dispose():
                self._dispose(group)

    def _start_sandbox(self, config: ContainerConfig) -> None:
        try:
            self._start(config)
        except ImageNotFound:  # somebody tidied up
            self._engine.ensure_base_image()
            self._start(config)

    def _start(self, config: ContainerConfig) -> None:
        self._engine.create(config)
        self._engine.start(config.name)

    def _launch(self, group: ContainerGroup, step: Launch, data_volumes: dict[str, str]) -> None:
        config = self._volumes.with_data(group, step.config, data_volumes)
        config = structs.replace(config, image=self._images.reference(config.image))
        if step.non_root:
            self._refuse_root(config)
        files = self._configurer.names.files(group.id)
        self._engine.put_files(files, {step.message_file: (b"", _MESSAGE_MODE)})
        self._start(config)

    def _refuse_root(self, config: ContainerConfig) -> None:
        """Raises Forbidden."""
        image = self._engine.image(config.image)
        user = (config.user or (image.user if image else "")).partition(":")[0]
        if user in ("", "0", "root"):
            raise Forbidden("container has runAsNonRoot and image will run as root")
        if not user.isdigit():
            raise Forbidden(
                f"container has runAsNonRoot and image has non-numeric user ({user}), "
                "cannot verify user is non-root"
            )

    def _ensure_image(self, group: ContainerGroup, step: EnsureImage, outcomes: Outcomes) -> None:
        try:
            outcomes.pulled[step.container] = self._images.for_group(
                group, step.image, step.policy, step.until
            )
        except NeverPulled as error:
            outcomes.failures[step.container] = Failure("image-never", str(error))
        except PullFailed as error:
            outcomes.failures[step.container] = Failure("pull-failed", str(error))

    def _collect(self, begun: list[Begun], outcomes: Outcomes) -> None:
        results, going_on = self._checks.collect(begun)
        for one, result in results.items():
            outcomes.checks[one.step.container, one.step.kind] = result
        outcomes.under_way |= {(one.step.container, one.step.kind) for one in going_on}

    def _dispose(self, group: ContainerGroup) -> None:
        sandbox = self._configurer.sandbox_name(group)
        for info in self._engine.list_containers(self._configurer.names.group_labels(group.id)):
            if info.name != sandbox:
                self._engine.remove(info.name)
        self._engine.remove(sandbox)  # last: what shares its network must not outlive it
        self._volumes.remove(group)

    def _failure(self, group: ContainerGroup, step: Step, error: EngineError) -> Failure:
        text = str(error)
        match error:
            case Forbidden():
                return Failure("forbidden", text)
            case ImageNotFound():
                return Failure("image-missing", text)
            case NotMounted() | MountFailed():
                return Failure("mount-failed", text)
            case DiskFull():
                return Failure("disk-full", text)
            case AddressInUse():
                return Failure("address-in-use", text)
            case EngineUnavailable():
                return Failure("engine-unavailable", text)
            case NotFound():
                self._networks.forget(group.state.placement)  # somebody removed the network
                return Failure("not-prepared", text)
            case StartFailed() if _MOUNT_ERROR in text:
                return Failure("mount-failed", text)
            case StartFailed() if isinstance(step, Launch) and not self._joinable(step.config):
                return Failure("not-prepared", text)
            case StartFailed() if isinstance(step, Launch):
                return Failure("start-failed", text)
            case _:
                return Failure("error", text)

    def _joinable(self, config: ContainerConfig) -> bool:
        """Whether the sandbox that a container joins, if any, is there. If not, the container is not to blame."""
        if not config.join:
            return True
        try:
            sandbox = self._engine.inspect(config.join)
        except EngineError:
            return False
        return sandbox is not None and sandbox.phase == "running"


def _waits(outcomes: Outcomes, container: str) -> bool:
    """Whether a container's image is not there yet."""
    pulled = outcomes.pulled.get(container)
    return container in outcomes.failures or (pulled is not None and pulled.state == "pulling")
