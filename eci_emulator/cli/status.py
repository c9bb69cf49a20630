"""``eci-emulator status``."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import Any

import click
import msgspec
from msgspec import Struct, field

from eci_emulator.cli import options
from eci_emulator.supervisor import lock, probe, state

NOT_RUNNING = 3
_KILO = 1000


class Status(Struct, kw_only=True):
    """What ``status --json`` prints. ``groups``: container groups by status; ``storage``: as in the health;
    ``init``: the init hooks."""

    running: bool
    ready: bool = False
    kept: bool = False  # not running, but containers and records of the last run are kept
    url: str = ""
    version: str = ""
    engine: str = ""
    engine_version: str = ""
    engine_note: str = ""
    instance: str = ""
    state_dir: str = ""
    processes: list[state.Process] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    init: list[dict[str, Any]] = field(default_factory=list)


@click.command()
@options.state_dir
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool, **given: Any) -> None:
    """Show whether the emulator runs, and how it is.

    Address, engine, container groups by status, disk, init hooks, processes. Exit code 0: running; 3: not running.
    """
    now = _status(**given)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(now)).decode())
    else:
        _show(now)
    if not now.running:
        sys.exit(NOT_RUNNING)


def _status(**given: Any) -> Status:
    state_dir = options.read(**given).state_dir
    running = bool(lock.holder(state_dir))
    endpoint = state.read_endpoint(state_dir)
    if endpoint is None:
        return Status(running=running, state_dir=str(state_dir))
    health = probe.ask(endpoint.url, "/_eci/health", timeout=5.0).body if running else {}
    return Status(
        running=running,
        ready=running and probe.ask(endpoint.url, "/_eci/ready").ok,
        kept=not running,
        url=endpoint.url,
        version=endpoint.version,
        engine=endpoint.engine,
        engine_version=str(health.get("engine_version", "")),
        engine_note=endpoint.engine_note,
        instance=endpoint.instance,
        state_dir=str(state_dir),
        processes=state.read_processes(state_dir) if running else [],
        groups=health.get("groups", {}),
        storage=health.get("storage", {}),
        init=probe.ask(endpoint.url, "/_eci/init").body.get("hooks", []) if running else [],
    )


def _show(now: Status) -> None:
    if not now.running:
        click.echo("Not running.")
        if now.kept:
            click.echo("Containers and records are kept: `up` goes on with them, `down` removes them.")
        return
    click.echo(f"eci-emulator {now.version} on {now.url}: {'ready' if now.ready else 'NOT ready'}")
    click.echo(f"console, for a browser: {now.url}/_eci/console")
    click.echo(f"engine {now.engine} {now.engine_version}".rstrip())
    if now.engine_note:
        click.secho(f"NO CONTAINER RUNS: {now.engine_note}", fg="yellow", bold=True)
    click.echo(f"instance {now.instance}, state in {now.state_dir}")
    groups = ", ".join(f"{count} {name}" for name, count in sorted(now.groups.items()))
    click.echo(f"container groups: {groups or 'none'}")
    if now.storage:
        click.echo(_disk(now.storage))
    for hook in now.init:
        failed = hook["state"] == "failed"
        click.secho(
            f"init hook {hook['name']} {hook['state']}" + (f": {hook['message']}" if failed else ""),
            fg="red" if failed else None,
        )
    _show_processes(now.processes)


def _disk(storage: dict[str, int]) -> str:
    return (
        f"disk: {storage['images']} pulled images, {_size(storage['image_bytes'])}; of these "
        f"{storage['images_held']}, {_size(storage['held_bytes'])}, held by "
        f"{storage['image_caches']} image caches; "
        f"{storage['data_caches']} data caches, {_size(storage['data_bytes'])}; {storage['volumes']} volumes"
    )


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < _KILO:
            return f"{count:.0f} {unit}"
        count /= _KILO
    return f"{count:.1f} GB"


def _show_processes(processes: list[state.Process]) -> None:
    from eci_emulator.cli import tables

    table = tables.plain("process", "pid", "up for", "restarts")
    for process in processes:
        up_for = timedelta(seconds=round(time.time() - process.started_at))
        pid, since = (str(process.pid), str(up_for)) if process.pid else ("-", "waits to be started again")
        table.add_row(process.name, pid, since, str(process.restarts))
    tables.show(table)
