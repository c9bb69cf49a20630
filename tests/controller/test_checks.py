"""Probes and hooks over a real network and in threads: results that come at once, and late ones."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
import redis

from eci_emulator.controller import checks
from eci_emulator.controller.checks import Begun, Checks, Network
from eci_emulator.controller.steps import Check, Checked
from eci_emulator.engine.driver import ExecResult, NotFound
from eci_emulator.model.group import ContainerGroup, GroupSpec, GroupState, Handler, HttpHeader, Placement

PATIENCE = 60.0
GROUP = ContainerGroup(
    id="eci-1",
    account="1",
    region="r",
    spec=GroupSpec(name="web", containers=[]),
    state=GroupState(placement=Placement(ip="127.0.0.1")),
)


class SlowEngine:
    """An engine whose commands end when the test lets them."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.asked = 0

    def exec(self, name: str, argv: Sequence[str], *, timeout: float, limit: int) -> ExecResult:
        self.asked += 1
        if argv[0] == "gone":
            raise NotFound(f"no such container: {name}")
        if argv[0] == "slow":
            assert self.gate.wait(PATIENCE)
        return ExecResult(exit_code=int(argv[0] == "bad"), output=b"some words\n")


class Bench:
    """Checks on a slow engine."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis = client
        self.engine = SlowEngine()
        self.woken = threading.Event()
        self.checks = self.another()

    def another(self) -> Checks:
        """The checks of another worker process."""
        engine: Any = self.engine
        return Checks(engine, self.redis, Network(), lambda _: self.woken.set())

    def result(self, *argv: str, checks: Checks) -> Checked:
        """Ask until there is a result."""
        deadline = time.monotonic() + PATIENCE
        while (result := self.ask(*argv, checks=checks)) is None:
            assert time.monotonic() < deadline
        return result

    def ask(self, *argv: str, checks: Checks | None = None) -> Checked | None:
        """Run a command as a probe; None when it takes longer."""
        step = Check("app", "liveness", "eci-1-app-0", Handler(exec=list(argv)), 5.0)
        checks = checks or self.checks
        results, going_on = checks.collect([checks.begin(GROUP, step)])
        assert len(results) + len(going_on) == 1
        return next(iter(results.values()), None)


@pytest.fixture
def bench(redis_client: redis.Redis) -> Bench:
    return Bench(redis_client)


def test_a_quick_check_answers_at_once_and_leaves_nothing_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PATIENCE_SECONDS", PATIENCE)
    assert bench.result("good", checks=bench.checks) == Checked(True, "some words")
    assert bench.result("bad", checks=bench.checks) == Checked(False, "some words")
    assert bench.result("gone", checks=bench.checks) == Checked(False, "no such container: eci-1-app-0")
    assert (bench.redis.keys("eci:check:*"), bench.woken.is_set()) == ([], False)


def test_a_slow_check_goes_on_and_its_result_is_there_for_whoever_asks_next(bench: Bench) -> None:
    assert bench.ask("slow") is None
    assert bench.ask("slow", checks=bench.another()) is None
    assert bench.engine.asked == 1  # it is not run twice
    bench.engine.gate.set()
    assert bench.woken.wait(PATIENCE)
    assert bench.result("slow", checks=bench.another()) == Checked(True, "some words")
    assert (bench.engine.asked, bench.redis.keys("eci:check:*")) == (1, [])


def test_a_check_whose_process_died_is_run_again(bench: Bench) -> None:
    assert bench.ask("slow") is None
    (key,) = bench.redis.scan_iter("eci:check:*")
    assert 5_000 < bench.redis.pttl(key) <= 20_000  # its time limit, and some
    bench.redis.delete(key)  # that time has passed
    assert bench.ask("slow", checks=bench.another()) is None
    assert bench.engine.asked == 2
    bench.engine.gate.set()
    assert bench.result("slow", checks=bench.another()) == Checked(True, "some words")


def test_a_result_that_comes_while_one_gives_up_is_not_lost() -> None:
    for _ in range(200):
        begun = Begun(Check("app", "liveness", "n", Handler(), 1.0))
        outcome: list[Any] = []
        thread = threading.Thread(target=lambda b=begun, o=outcome: o.append(b.finish(Checked(True))))
        thread.start()
        seen = begun.wait(time.monotonic() + 0.0001)
        thread.join()
        assert (seen is not None) is outcome[0]  # exactly one of the two has it


class Answers(http.server.BaseHTTPRequestHandler):
    seen: ClassVar[list[Any]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("X-Probe")))
        self.send_response(int(self.path.rsplit("/", 1)[-1]))
        self.send_header("Location", "http://127.0.0.1:1/")  # not followed
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def reach(bench: Bench, handler: Handler, limit: float = PATIENCE) -> Checked:
    return bench.checks.check("127.0.0.1", Check("app", "readiness", "n", handler, limit))


def test_http(bench: Bench, port: int) -> None:
    header = HttpHeader(name="X-Probe", value="yes")
    assert reach(bench, Handler(http_port=port, http_path="a/200", http_headers=[header])) == Checked(True)
    assert Answers.seen[-1] == ("/a/200", "yes")
    assert reach(bench, Handler(http_port=port, http_path="/302")) == Checked(True)
    assert reach(bench, Handler(http_port=port, http_path="/500")) == Checked(
        False, "HTTP probe failed with statuscode: 500"
    )
    assert not reach(bench, Handler(http_port=port, http_scheme="HTTPS")).ok


def test_a_server_that_drips_does_not_stretch_the_limit(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        dripped = pool.submit(drip, server)
        checked = reach(bench, Handler(http_port=server.getsockname()[1]), limit=1.0)
        assert (checked.ok, "deadline exceeded" in checked.message) == (False, True)
        assert dripped.result() < MOST_DRIPS


#: Ten a second, for a minute.
MOST_DRIPS = 600


def drip(server: socket.socket) -> int:
    """Answer with a header that takes a minute, until the client goes; gives the bytes that were sent."""
    with server.accept()[0] as client, contextlib.suppress(OSError):
        client.send(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        sent = 0
        while sent < MOST_DRIPS:
            sent += client.send(b"x")
            time.sleep(0.1)
    return sent


def test_tcp(bench: Bench, port: int) -> None:
    assert reach(bench, Handler(tcp_port=port)) == Checked(True)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = nobody.getsockname()[1]
        assert reach(bench, Handler(tcp_port=closed)) == Checked(
            False, f"dial tcp 127.0.0.1:{closed}: Connection refused"
        )
        assert not reach(bench, Handler(http_port=closed)).ok


@pytest.mark.parametrize("host", ["a..b", "x" * 70])
def test_a_name_that_can_be_no_host_fails_like_any_other(bench: Bench, host: str) -> None:
    tcp, http = Handler(tcp_host=host, tcp_port=80), Handler(http_host=host, http_port=80)
    assert not reach(bench, tcp).ok
    assert not reach(bench, http).ok
