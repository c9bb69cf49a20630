"""Simulated containers: made, started, signalled, removed, looked up."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from eci_emulator.engine.driver import (
    ContainerConfig,
    ContainerInfo,
    EngineError,
    ImageInfo,
    ImageNotFound,
    NotFound,
    StartFailed,
)
from eci_emulator.engine.paths import inside
from eci_emulator.engine.simulated.events import Events
from eci_emulator.engine.simulated.files import FileStore, ProgramFiles
from eci_emulator.engine.simulated.images import Images
from eci_emulator.engine.simulated.networks import NetworksAndVolumes
from eci_emulator.engine.simulated.programs import act_out
from eci_emulator.engine.simulated.records import Container, Life, Output, signal_number
from eci_emulator.engine.simulated.space import ENCODE

#: Environment variables of a container that say what it does, whatever its command.
RUN_SECONDS = "ECI_SIM_RUN_SECONDS"
EXIT_CODE = "ECI_SIM_EXIT_CODE"
OUTPUT = "ECI_SIM_OUTPUT"
START_SECONDS = "ECI_SIM_START_SECONDS"
OOM = "ECI_SIM_OOM"
START_ERROR = "ECI_SIM_START_ERROR"
IGNORE_SIGTERM = "ECI_SIM_IGNORE_SIGTERM"

_SIGTERM, _OOM_CODE = 15, 137


class Containers(NetworksAndVolumes, FileStore, Images, Events):
    """The part of the driver about containers."""

    def create(self, config: ContainerConfig) -> str:
        record = self._new(config)

        def add(pipeline: Any) -> None:
            existing = self._load(config.name)
            if existing and config.labels.items() - existing.config.labels.items():
                raise EngineError(f"the name {config.name} is in use by another container")
            pipeline.multi()
            if existing is None:
                pipeline.set(self._container_key(config.name), ENCODE(record))
                self._index(pipeline, "container", config.name, config.labels)
                for mount in config.mounts:
                    pipeline.sadd(self._key("volume", "users", mount.volume), config.name)

        self._redis.transaction(add, self._container_key(config.name))
        return record.id

    def _new(self, config: ContainerConfig) -> Container:
        image = self.image(config.image)
        if image is None:
            raise ImageNotFound(f"No such image: {config.image}")
        for mount in config.mounts:
            inside(mount.sub_path)
        return Container(
            id=hashlib.sha256(f"{self._prefix}/{config.name}".encode()).hexdigest(),
            config=config,
            argv=program_of(config, image),
            ip=config.ip,
        )

    def start(self, name: str) -> None:
        failure: EngineError | None = None

        def begin(record: Container) -> bool:
            nonlocal failure
            if record.started_at:
                return False
            record.started_at = self._now() + float(record.config.environment.get(START_SECONDS, 0))
            try:
                self._connect(record)
                record.life, record.error = self._live(record), ""
            except EngineError as error:
                record.started_at, record.error, failure = 0.0, str(error), error
            return True

        def announce(pipeline: Any, record: Container) -> None:
            if record.started_at:
                if record.config.network:
                    pipeline.hset(self._addresses(record.config.network), record.ip, name)
                self._expect(pipeline, "start", record, record.started_at)

        self._change(name, begin, announce)
        if failure is not None:
            raise failure

    def _connect(self, record: Container) -> None:
        """Check that a container can start and give it its address."""
        config = record.config
        if config.environment.get(START_ERROR):
            raise StartFailed(config.environment[START_ERROR])
        joined = self._load(config.join) if config.join else None
        if config.join and (joined is None or joined.phase(self._now()) != "running"):
            raise StartFailed(f"cannot join network of a non running container: {config.join}")
        if config.network:
            record.ip = self._free_address(config.network, config.ip, config.name)

    def _live(self, record: Container) -> Life:
        """What the container is going to do."""
        config = record.config
        life = act_out(
            record.argv,
            config.environment,
            ProgramFiles(self, config, record.started_at),
            hostname=self._hostname(config),
            unknown_ends=False,
        )
        return scripted(life, config.environment)

    def _hostname(self, config: ContainerConfig) -> str:
        joined = self._load(config.join) if config.join else None
        return joined.config.hostname if joined else config.hostname or config.name

    def _change(
        self,
        name: str,
        change: Callable[[Container], bool],
        announce: Callable[[Any, Container], None],
    ) -> None:
        """Change a record as it is now, whoever else changes it at the same time, and announce the
        change in the same transaction. ``change`` tells whether it changed anything."""

        def attempt(pipeline: Any) -> None:
            record = self._loaded(name)
            if change(record):
                pipeline.multi()
                pipeline.set(self._container_key(name), ENCODE(record))
                announce(pipeline, record)

        self._redis.transaction(attempt, self._container_key(name))

    def signal(self, name: str, signal: str) -> None:
        number = signal_number(signal)

        def deliver(record: Container) -> bool:
            now, outcome = self._now(), record.outcome_of(number)
            if outcome is None or not record.started_at or now >= record.end():
                return False
            record.ended_at, record.end_code = now, outcome
            self.forget_plans(record.config)
            return True

        def announce(pipeline: Any, record: Container) -> None:
            self._forget_due(pipeline, name)
            self._expect(pipeline, "end", record, record.ended_at)

        with suppress(NotFound):
            self._change(name, deliver, announce)

    def remove(self, name: str) -> None:
        self.signal(name, "KILL")
        record = self._load(name)
        if record is None:
            return
        with self._redis.pipeline() as pipeline:
            pipeline.delete(self._container_key(name), self._key("container", "files", name))
            self._unindex(pipeline, "container", name, record.config.labels)
            for mount in record.config.mounts:
                pipeline.srem(self._key("volume", "users", mount.volume), name)
            self._forget_due(pipeline, name)
            self._publish(pipeline, record, "destroy", self._now())
            pipeline.execute()

    def inspect(self, name: str) -> ContainerInfo | None:
        record = self._load(name)
        return record.info(self._now()) if record else None

    def list_containers(self, labels: Mapping[str, str], *, but: Collection[str] = ()) -> list[ContainerInfo]:
        now = self._now()
        found = (record.info(now) for record in self._load_all(self._labelled("container", labels)))
        return [info for info in found if info.name not in but]

    def read_file(self, name: str, path: str, *, limit: int) -> bytes | None:
        content = self.read_place(self.place(self._loaded(name).config, path), self._now())
        return None if content is None else content[:limit]


def program_of(config: ContainerConfig, image: ImageInfo) -> list[str]:
    """What the container runs: an entrypoint of its own does away with the image's command."""
    if config.entrypoint:
        return [*config.entrypoint, *(config.command or [])]
    return [*image.entrypoint, *(config.command or image.command)]


def scripted(life: Life, environment: Mapping[str, str]) -> Life:
    """A life as the ``ECI_SIM_*`` variables want it."""
    if OUTPUT in environment:
        life.output = [Output(0.0, 1, environment[OUTPUT].encode() + b"\n")]
    if environment.get(OOM, "").lower() == "true":
        life.oom, life.exit_code, life.run_seconds = True, _OOM_CODE, 0.0
    if EXIT_CODE in environment:
        life.exit_code = int(environment[EXIT_CODE])
        life.run_seconds = 0.0 if life.run_seconds == math.inf else life.run_seconds
    if RUN_SECONDS in environment:
        life.run_seconds = float(environment[RUN_SECONDS])
    if environment.get(IGNORE_SIGTERM, "").lower() == "true":
        life.traps[_SIGTERM] = None
    return life
