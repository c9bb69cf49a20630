"""``eci-emulator worker``."""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from typing import Any

import click
import msgspec

from eci_emulator.cli import options
from eci_emulator.settings import Settings
from eci_emulator.supervisor import lock, state


@click.command()
@click.option("--host", "host_name", required=True, metavar="NAME", help="Name of this Docker host.")
@click.option(
    "--zone",
    "zone",
    multiple=True,
    metavar="ID",
    help="A zone that it serves; may be repeated. All if left out.",
)
@options.setting("engine_url", metavar="URL")
@options.setting("redis_url", metavar="URL")
@options.setting("node_address", metavar="HOST:PORT")
@options.setting("workers", type=int, metavar="N")
@options.state_dir
def worker(host_name: str, zone: tuple[str, ...], **given: Any) -> None:
    """Have another Docker engine serve groups. It joins a running emulator as one of its hosts.

    On the emulator's own machine its state folder says where its Redis is. On another machine, name the
    Redis that the emulator was started with (--redis-url), and an address at which the emulator reaches
    this host (--node-address).

    Ctrl-C takes the host away with all its containers: the groups on it fail. SIGTERM keeps them for the
    next start, which has to come within seconds. To end it without loss, drain it first.
    """
    from eci_emulator.supervisor.host import run_host
    from eci_emulator.supervisor.tree import StartError

    settings = _settings(host_name, zone, given)
    try:
        with lock.hold(settings.state_dir):
            settings, ended = run_host(settings, sys.stdout)
            if ended is signal.SIGINT:
                _remove(settings)
    except (StartError, lock.AlreadyRunning) as error:
        raise click.ClickException(str(error)) from None


def _settings(host_name: str, zones: tuple[str, ...], given: dict[str, Any]) -> Settings:
    from eci_emulator.supervisor.host import joining

    own = options.read(**given, host_name=host_name, zones=",".join(zones) or None, engine="docker")
    if own.redis_url:
        return msgspec.structs.replace(own, state_dir=own.state_dir / "hosts" / host_name)
    endpoint = state.read_endpoint(own.state_dir)
    if endpoint is None:
        raise click.ClickException("no emulator runs here: name its Redis with --redis-url")
    mine = ("host_name", "zones", "engine", "engine_url", "node_address", "workers")
    return msgspec.structs.replace(
        joining(endpoint, host_name), **{name: getattr(own, name) for name in mine}
    )


def _remove(settings: Settings) -> None:
    from eci_emulator.engine.docker import DockerEngine
    from eci_emulator.engine.driver import EngineError
    from eci_emulator.supervisor.cleanup import remove_from

    try:
        with closing(DockerEngine(settings.engine_url or None)) as engine:
            click.echo(f"Removed {remove_from(engine, settings.instance)}.")
    except EngineError as error:
        raise click.ClickException(str(error)) from None
