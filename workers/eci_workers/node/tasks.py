"""A background task that outlives what goes wrong in it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import ClassVar, Final

import structlog
from redis.exceptions import RedisError

from eci_emulator.engine.driver import EngineError
from eci_workers.runtime import Runtime

#: The pause after something went wrong, besides the usual one.
RETRY_SECONDS: Final = 1.0

log = structlog.get_logger()


class Task(ABC):
    """Calls ``once`` again and again, ``pause`` seconds apart, until told to end."""

    pause: ClassVar[float] = 1.0

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.store = runtime.store
        self.host = runtime.settings.host_name

    def run(self, ending: threading.Event) -> None:
        while not ending.is_set():
            try:
                self.once()
            except (RedisError, EngineError) as error:
                # Either may be away for a while; nothing is lost by trying again.
                log.warning("will try again", task=type(self).__name__, error=str(error))
                ending.wait(RETRY_SECONDS)
            except Exception:  # a bug; but nobody would start this thread again
                log.exception("task failed, will try again", task=type(self).__name__)
                ending.wait(RETRY_SECONDS)
            ending.wait(self.pause)

    @abstractmethod
    def once(self) -> None: ...
