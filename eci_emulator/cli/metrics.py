"""``eci-emulator metrics``."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.cli.client import connected


@click.command()
@options.state_dir
def metrics(**given: Any) -> None:
    """Show the emulator's counters in Prometheus' text format. /metrics serves the same."""
    with connected(**given) as client:
        click.echo(client.ask("GET", "/metrics", under="").text.rstrip())
