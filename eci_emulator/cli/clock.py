"""``eci-emulator clock``."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options, times
from eci_emulator.cli.client import connected


@click.group(invoke_without_command=True)
@click.pass_context
@options.state_dir
def clock(ctx: click.Context, /, **given: Any) -> None:
    """Show and move the emulator's clock.

    Everything goes by it: back-off, deadlines, probes, spot protection, caches, retention, the bill.
    Programs in containers run in real time, whatever it says.
    """
    if ctx.invoked_subcommand is None:
        _show(given)


@clock.command()
@options.state_dir
def show(**given: Any) -> None:
    """Show the time, and how the clock goes."""
    _show(given)


@clock.command()
@options.state_dir
def freeze(**given: Any) -> None:
    """Stop the clock where it is."""
    _move(given, action="freeze")


@clock.command(name="set")
@click.argument("time", type=times.moment)
@options.state_dir
def set_time(time: str, **given: Any) -> None:
    """Jump to TIME (2026-01-31T10:00:00Z). What falls due in between is done late."""
    _move(given, action="set", time=time)


@clock.command()
@click.argument("duration", type=times.duration)
@options.state_dir
def advance(duration: float, **given: Any) -> None:
    """Let DURATION pass (90s, 1h30m, 2d). All that falls due in it is done, in order."""
    _move(given, action="advance", seconds=duration)


@clock.command()
@click.argument("factor", type=click.FloatRange(0))
@options.state_dir
def scale(factor: float, **given: Any) -> None:
    """Let the clock go FACTOR times as fast as real time. 60 makes an hour a minute."""
    _move(given, action="scale", scale=factor)


@clock.command()
@options.state_dir
def reset(**given: Any) -> None:
    """Go back to real time."""
    _move(given, action="real")


def _show(given: dict[str, Any]) -> None:
    with connected(**given) as client:
        _tell(client.get("/clock"))


def _move(given: dict[str, Any], **body: Any) -> None:
    with connected(**given) as client:
        _tell(client.ask("POST", "/clock", body=body).json())


def _tell(now: dict[str, Any]) -> None:
    goes = {
        "real": "real time",
        "frozen": "frozen",
        "moved": "moved",
        "scaled": f"{now['scale']:g} x real time",
    }
    click.echo(f"{now['time']}  ({goes[now['mode']]})")
    if now.get("fired"):
        click.echo(f"{now['fired']} thing(s) fell due.")
