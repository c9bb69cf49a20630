"""What probes and lifecycle hooks do: run a command, ask over HTTP, try a TCP connection.

Most take no time. One that does goes on in a thread of this process while the group is let go, so
that nothing else of the group has to wait; when it is through, its result is left in Redis and the
group is woken. If this process dies meanwhile, whoever asks next runs it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol, cast

import httpx
import msgspec
from redis import Redis
from redis.exceptions import RedisError

from eci_emulator.controller.steps import Check, Checked
from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.model.group import ContainerGroup, Handler
from eci_emulator.store import keys

OUTPUT_LIMIT: Final = 10_240
#: How long a group is held for the result of a check.
PATIENCE_SECONDS: Final = 0.3
#: A check that has not answered this long after its time limit is taken for lost.
LOST_SECONDS: Final = 15.0
RESULT_SECONDS: Final = 3600
#: No time limit is shorter: a busy machine needs that for a connection alone.
LEAST_SECONDS: Final = 1.0

_RUNNING: Final = b"running"
_TIMED_OUT: Final = (
    "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"  # the kubelet's
)


class Dialer(Protocol):
    """How probes and hooks reach into a group over the network. Both raise OSError."""

    def get(self, url: str, headers: dict[str, str], timeout: float) -> int:
        """The status of the answer."""

    def connect(self, host: str, port: int, timeout: float) -> None: ...


class Network:
    """The host's own way to its containers."""

    def get(self, url: str, headers: dict[str, str], timeout: float) -> int:
        async def status() -> int:
            # A proxy of the host's has no business between us and a container; as the kubelet, a probe checks
            # no certificates. The limit is on the whole: one on each read would let a server drip for ever.
            async with (
                asyncio.timeout(timeout),
                httpx.AsyncClient(trust_env=False, verify=False, timeout=timeout) as client,  # noqa: S501
                client.stream("GET", url, headers=headers) as answer,
            ):
                return answer.status_code

        with _as_os_errors():
            return asyncio.run(status())

    def connect(self, host: str, port: int, timeout: float) -> None:
        with _as_os_errors():
            socket.create_connection((host, port), timeout).close()


@contextlib.contextmanager
def _as_os_errors() -> Iterator[None]:
    """What is wrong with a connection is an OSError, also a text that can be no host's name."""
    try:
        yield
    except OSError:
        raise
    except (ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(str(error)) from error


class NoNetwork:
    """For containers that exist only on paper: whoever is asked answers, and is well."""

    def get(self, url: str, headers: dict[str, str], timeout: float) -> int:
        return 200

    def connect(self, host: str, port: int, timeout: float) -> None:
        return


class Begun:
    """A check that has been begun, here or elsewhere."""

    def __init__(self, step: Check, result: Checked | None = None) -> None:
        self.step = step
        self._result = result
        self._through = threading.Event()
        self._lock = threading.Lock()
        self._given_up = False

    def finish(self, result: Checked) -> bool:
        """Hand in the result; False when nobody waits for it any more."""
        with self._lock:
            self._result = result
            self._through.set()
            return not self._given_up

    def wait(self, until: float) -> Checked | None:
        """The result if it comes before a moment of monotonic time."""
        if self._result is None:
            self._through.wait(max(0.0, until - time.monotonic()))
        with self._lock:
            self._given_up = self._result is None
            return self._result


class Checks:
    """Carries out checks of groups; ``wake`` is called with a group that was let go before its check was through."""

    def __init__(
        self, engine: Engine, redis: Redis, dialer: Dialer, wake: Callable[[ContainerGroup], None]
    ) -> None:
        self._engine = engine
        self._redis = redis
        self._dialer = dialer
        self._wake = wake

    def begin(self, group: ContainerGroup, step: Check) -> Begun:
        """Begin a check unless it has been begun already; one that is through gives its result."""
        key = keys.check(step.name, step.kind)
        known = cast("bytes | None", self._redis.get(key))
        if known and known != _RUNNING:
            self._redis.delete(key)
            return Begun(step, msgspec.json.decode(known, type=Checked))
        begun = Begun(step)
        if self._redis.set(key, _RUNNING, nx=True, px=int((step.timeout + LOST_SECONDS) * 1000)):
            threading.Thread(target=self._run, args=(group, begun, key), daemon=True).start()
        return begun

    def collect(self, all_begun: list[Begun]) -> tuple[dict[Begun, Checked], list[Begun]]:
        """Wait a little for results; those that there are, and what goes on."""
        until = time.monotonic() + PATIENCE_SECONDS
        results = {}
        for begun in all_begun:
            result = begun.wait(until)
            if result:
                results[begun] = result
                self._redis.delete(keys.check(begun.step.name, begun.step.kind))
        return results, [begun for begun in all_begun if begun not in results]

    def _run(self, group: ContainerGroup, begun: Begun, key: str) -> None:
        result = self.check(group.state.placement.ip, begun.step)
        if not begun.finish(result):
            with contextlib.suppress(RedisError):  # then it is run again
                self._redis.set(key, msgspec.json.encode(result), ex=RESULT_SECONDS)
                self._wake(group)

    def check(self, ip: str, step: Check) -> Checked:
        """Carry out a check; never raises, never takes longer than its time limit."""
        handler, timeout = step.handler, max(step.timeout, LEAST_SECONDS)
        try:
            if handler.exec:
                return self._exec(step.name, handler.exec, timeout)
            if handler.http_port:
                return self._http(handler, ip, timeout)
            return self._tcp(handler.tcp_host or ip, handler.tcp_port, timeout)
        except EngineError as error:
            return Checked(False, str(error))

    def _exec(self, name: str, argv: list[str], timeout: float) -> Checked:
        result = self._engine.exec(name, argv, timeout=timeout, limit=OUTPUT_LIMIT)
        if result.timed_out:
            return Checked(False, f"command {argv!r} timed out after {timeout:g}s")
        return Checked(result.exit_code == 0, result.output.decode(errors="replace").strip())

    def _http(self, handler: Handler, ip: str, timeout: float) -> Checked:
        scheme = (handler.http_scheme or "HTTP").lower()
        path = handler.http_path or "/"
        url = f"{scheme}://{handler.http_host or ip}:{handler.http_port}/{path.removeprefix('/')}"
        headers = {header.name: header.value for header in handler.http_headers}
        try:
            status = self._dialer.get(url, headers, timeout)
        except OSError as error:
            return Checked(False, f'Get "{url}": {str(error) or _TIMED_OUT}')
        if 200 <= status < 400:
            return Checked(True)
        return Checked(False, f"HTTP probe failed with statuscode: {status}")

    def _tcp(self, host: str, port: int, timeout: float) -> Checked:
        try:
            self._dialer.connect(host, port, timeout)
        except OSError as error:
            return Checked(False, f"dial tcp {host}:{port}: {error.strerror or error}")
        return Checked(True)
