"""Removing everything of an instance, with words for what is done."""

from __future__ import annotations

from pathlib import Path

import click

from eci_emulator.supervisor import state


def remove_all(state_dir: Path) -> None:
    """Remove what the last run on a state folder left, if there was one. Hold the lock meanwhile."""
    endpoint = state.read_endpoint(state_dir)
    if endpoint is None:
        return
    from rich.console import Console

    from eci_emulator.engine.driver import EngineError
    from eci_emulator.supervisor.cleanup import clean

    try:
        with Console().status("Removing containers, networks, volumes ..."):
            removed = clean(endpoint.run_settings())
    except EngineError as error:
        raise click.ClickException(
            f"{error}\nWhat carries the label eci-emulator.instance={endpoint.instance} may still be in the "
            "engine. Run `eci-emulator down` again when the engine answers."
        ) from None
    click.echo(f"Removed {removed}, and all records.")
