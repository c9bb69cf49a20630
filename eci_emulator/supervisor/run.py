"""One run of the emulator: settle what is left open in the settings, then supervise the tree."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import closing
from typing import TextIO

import msgspec

from eci_emulator import __version__
from eci_emulator.market import catalogue
from eci_emulator.settings import PREFIX, Settings
from eci_emulator.supervisor import address, engine_choice, private_redis, probe, sockets, state
from eci_emulator.supervisor.child import Program
from eci_emulator.supervisor.output import Output
from eci_emulator.supervisor.state import Endpoint
from eci_emulator.supervisor.tree import StartError, Supervisor

SIMULATED = """\
############################################################################
##  NO CONTAINER RUNS HERE: no Docker engine answers, so the SIMULATED    ##
##  engine stands in. API calls work; programs in containers do not run.  ##
############################################################################
"""
#: A warning that Connexion's import of a test client gives, and nobody can do anything about.
QUIET = "ignore:Using `httpx`"
EXPOSED = """\
WARNING: listening on {host}. Whoever reaches this address can run containers on this machine."""


def run(settings: Settings, console: TextIO | None = None, leash: TextIO | None = None) -> signal.Signals:
    """Run the emulator until a signal, which is returned. Hold the lock of the state folder meanwhile.

    ``console`` gets every log line. The end of ``leash``, a pipe, counts as SIGINT: the kernel closes it
    however the process at its other end dies. Raises StartError, SettingsError.
    """
    if not settings.private_redis:
        require_redis(settings.redis_url)
    require_zones(settings)
    settings, version = engine_choice.choose(settings.with_instance())
    settings = msgspec.structs.replace(
        settings, socket_dir=settings.socket_dir or sockets.folder(settings.state_dir)
    )
    with closing(address.reserve(settings.host, settings.port)) as reserved:
        settings = msgspec.structs.replace(settings, port=reserved.getsockname()[1])
        endpoint = _endpoint(settings)
        state.write(state.processes_path(settings.state_dir), [])
        state.write(state.endpoint_path(settings.state_dir), endpoint)
        as_json = settings.log_format == "json"
        with closing(Output(state.logs_dir(settings.state_dir), console, as_json=as_json)) as output:
            _greet(settings, version, endpoint, output)
            return asyncio.run(_supervise(settings, endpoint.url, output, leash))


def require_redis(url: str) -> None:
    """Raises StartError."""
    from redis import RedisError

    from eci_emulator.store.database import connect

    try:
        with closing(connect(url)) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        raise StartError(f"the Redis to use does not answer: {error}") from None


def require_zones(settings: Settings) -> None:
    """Raises StartError for a zone that nothing is sold in."""
    known = catalogue.load(settings.market_dir).zones
    unknown = [zone for zone in settings.zone_ids if zone not in known]
    if unknown:
        raise StartError(f"there is no zone {', '.join(unknown)}")


async def _supervise(settings: Settings, url: str, output: Output, leash: TextIO | None) -> signal.Signals:
    began = time.monotonic()
    if leash is not None:
        _watch(leash.fileno())

    async def tell_when_ready() -> None:
        await probe.until_ready(url)
        output.log.info(f"ready after {time.monotonic() - began:.1f} s")

    processes = state.processes_path(settings.state_dir)
    supervisor = Supervisor(tiers(settings), output, lambda now: state.write(processes, now))
    return await supervisor.run(tell_when_ready)


def _watch(leash: int) -> None:
    """Send this process SIGINT at the end of a pipe."""
    loop = asyncio.get_running_loop()

    def at_input() -> None:
        if not os.read(leash, 4096):
            loop.remove_reader(leash)
            os.kill(os.getpid(), signal.SIGINT)

    loop.add_reader(leash, at_input)


def tiers(settings: Settings) -> list[list[Program]]:
    """The processes of a run, in the order in which they start."""
    redis: list[list[Program]] = []
    if settings.private_redis:
        socket = private_redis.socket_path(settings)
        server = private_redis.command(private_redis.find_server(), settings)
        redis = [[Program(name="redis", argv=server, ready=lambda: private_redis.answers(socket))]]
        settings = msgspec.structs.replace(settings, redis_url=f"unix://{socket}")
    return [*redis, [_python("api", "eci_emulator.server", settings)], *engine_side(settings)]


def engine_side(settings: Settings) -> list[list[Program]]:
    """The processes of one Docker host."""
    workers = range(1, settings.workers + 1)
    return [
        [_python("node", "eci_workers.node", settings)],
        [_python(f"worker-{number}", "eci_workers.worker", settings) for number in workers],
    ]


def _python(name: str, module: str, settings: Settings) -> Program:
    return Program(name=name, argv=[sys.executable, "-m", module], environ=_environ(settings))


def _environ(settings: Settings) -> dict[str, str]:
    """This process's environment with exactly these settings and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {"PYTHONWARNINGS": QUIET, **others, "PYTHONUNBUFFERED": "1", **settings.to_env()}


def _endpoint(settings: Settings) -> Endpoint:
    return Endpoint(
        url=address.url(settings.host, settings.port),
        pid=os.getpid(),
        version=__version__,
        engine=settings.engine,
        engine_note=settings.engine_note,
        instance=settings.instance,
        started_at=time.time(),
        settings=settings.to_dict(),
    )


def _greet(settings: Settings, version: str, endpoint: Endpoint, output: Output) -> None:
    output.log.info(
        f"eci-emulator {__version__} on {endpoint.url}, engine {settings.engine} {version}".rstrip()
    )
    output.log.info(f"instance {settings.instance}, state in {settings.state_dir}")
    for line in notices(settings):
        output.log.warning(line)


def notices(settings: Settings) -> list[str]:
    """What must not go unnoticed at start."""
    lines = []
    if settings.engine_note:
        lines += [*SIMULATED.splitlines(), f"Reason: {settings.engine_note}"]
    if not settings.is_loopback:
        lines.append(EXPOSED.format(host=settings.host))
    return lines
