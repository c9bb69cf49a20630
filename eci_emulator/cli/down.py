"""``eci-emulator down``."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.cli.removal import remove_all
from eci_emulator.supervisor import lock, state

STOP_LIMIT = 60.0


@click.command()
@options.state_dir
@click.option("--keep", is_flag=True, help="Keep containers and records; the next `up` goes on with them.")
def down(keep: bool, **given: Any) -> None:
    """Stop the emulator and remove everything of it.

    All containers, networks and volumes that carry its label, running or not, and all records, the bill
    included. Logs stay. It works as well after a crash, with nothing of the emulator running. Of a Redis
    given with --redis-url, only the emulator's own keys are removed.
    """
    state_dir = options.read(**given).state_dir
    pid = lock.holder(state_dir)
    if not pid and state.read_endpoint(state_dir) is None:
        click.echo(f"Nothing to stop: no emulator was started on {state_dir}.")
        return
    if pid:
        _stop(pid, state_dir)
        click.echo("Stopped.")
    if keep:
        click.echo("Containers and records are kept: `up` goes on with them.")
        return
    with lock.hold(state_dir):
        remove_all(state_dir)


def _stop(pid: int, state_dir: Path) -> None:
    """End a supervisor, which ends its processes in order; kill it, and so them, if it takes too long."""
    for number, limit in ((signal.SIGTERM, STOP_LIMIT), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        with suppress(lock.AlreadyRunning), lock.hold(state_dir, wait=limit):
            return
    raise click.ClickException(f"process {pid} does not end")
