"""One fetch of a thing per host, shared by all that wait for it.

It lives in the node agent. Nothing is kept here that could be lost: what is to be fetched, and for
whom, is in Redis, so a new agent goes on where a killed one stopped. A fetch that nobody waits for
any more is given up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Final

import structlog
from redis.exceptions import RedisError

from eci_emulator.engine.driver import EngineError, EngineUnavailable, PullProgress
from eci_emulator.images.fetches import MOST_AT_ONCE, Fetch, Fetched, Fetches, failure

#: Seconds between two notes of how far a fetch is.
NOTE_SECONDS: Final = 0.25

#: Does the fetching: yields how far it is, returns the size in bytes, raises EngineError. The second
#: argument: whether what may be there already is not good enough.
Fetcher = Callable[[Any, bool], Generator[PullProgress, None, int]]
Fetchers = dict[type[Any], Fetcher]

log = structlog.get_logger()


class Coordinator:
    """``once`` takes up what has been asked for.

    Args:
        fetchers: how each kind of fetch is done.
        wanted: whether the record of that id still waits.
        wake: told that the fetch a record waits for is through.
    """

    def __init__(
        self,
        fetches: Fetches,
        fetchers: Fetchers,
        *,
        wanted: Callable[[str], bool],
        wake: Callable[[str], None],
    ) -> None:
        self.fetches = fetches
        self._fetchers = fetchers
        self._wanted = wanted
        self._wake = wake
        self._running: dict[str, Running] = {}

    def once(self) -> None:
        """Begin what is new, give up what nobody wants, forget what is through."""
        self._running = {key: running for key, running in self._running.items() if not running.over}
        wanted = self.fetches.open()
        for running in self._running.values():
            running.given_up |= running.key not in wanted  # everything was forgotten
        for key, fetch in wanted.items():
            waiters = self.fetches.waiters(key)
            if not any(self._wanted(waiter) for waiter in waiters):
                self._give_up(key, set(waiters))
            elif key not in self._running and len(self._running) < MOST_AT_ONCE:
                self._running[key] = Running(key, self._steps(key, fetch))
                self._begin(self._running[key])

    def _begin(self, running: Running) -> None:
        threading.Thread(target=running.run, name=f"fetch {running.key}", daemon=True).start()

    def _give_up(self, key: str, waiters: set[str]) -> None:
        if self.fetches.drop(key, waiters):  # whoever is at it is told in the next round
            log.info("fetch given up, nobody waits for it", fetch=key)

    def _steps(self, key: str, fetch: Fetch) -> Generator[None, None, None]:
        """Do a fetch bit by bit and tell how it ended."""
        began = time.monotonic()
        try:
            size = yield from self._fetch(key, fetch)
            result = Fetched(size, time.monotonic() - began)
        except EngineUnavailable as error:
            log.warning("fetch will be tried again", fetch=key, error=str(error))
            return  # it stays open
        except EngineError as error:
            result = failure(error)
        except RedisError:
            raise
        except Exception as error:  # it would be the same each time it is begun again
            log.exception("fetch broken", fetch=key)
            result = failure(EngineError(repr(error)))
        for waiter in self.fetches.finish(key, result):
            self._wake(waiter)

    def _fetch(self, key: str, fetch: Fetch) -> Generator[None, None, int]:
        noted = 0.0
        self.fetches.note(key, PullProgress(done=0, total=0))
        fresh = any(self.fetches.waiters(key).values())
        steps = self._fetchers[type(fetch)](fetch, fresh)
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                return int(end.value)
            if time.monotonic() - noted >= NOTE_SECONDS:
                self.fetches.note(key, progress)
                noted = time.monotonic()
            try:
                yield
            except GeneratorExit:
                steps.close()
                raise


class Running:
    """A fetch under way."""

    def __init__(self, key: str, steps: Generator[None, None, None]) -> None:
        self.key = key
        self._steps = steps
        self.given_up = False
        self.over = False

    def run(self) -> None:
        """Do the whole fetch, in a thread of its own."""
        try:
            while not self.over:
                self.step()
        except RedisError as error:  # the fetch is still open: it is begun again
            log.warning("fetch interrupted", fetch=self.key, error=str(error))
        finally:
            self.over = True

    def step(self) -> None:
        """Do the next bit of the fetch."""
        if self.given_up:
            self._steps.close()
            self.over = True
            return
        try:
            next(self._steps)
        except StopIteration:
            self.over = True
