"""``eci-emulator reset``."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.cli.client import connected


@click.command()
@click.option("--keep-clock", is_flag=True, help="Leave the clock as it is; else it goes back to real time.")
@options.state_dir
def reset(keep_clock: bool, **given: Any) -> None:
    """Forget all records and remove all containers. The emulator runs on, as if just started.

    Settings, hosts and pulled images stay. Init hooks are not run again.
    """
    query = {"keep_clock": "true"} if keep_clock else {}
    with connected(**given) as client:
        removed = client.ask("POST", "/reset", query=query).json()
    told = ", ".join(f"{kind} {number}" for kind, number in removed.items())
    click.echo(f"Removed records: {told}." if told else "Removed nothing: there was nothing.")
