"""``eci-emulator fault``: failures on demand."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options, times
from eci_emulator.cli.client import connected
from eci_emulator.model.fault import Kind


@click.group()
def fault() -> None:
    """Have calls, image pulls, starts, hosts or the clock go wrong."""


@fault.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]), metavar="KIND")
@click.option("--code", metavar="CODE", help="Error code for error, such as Throttling.User.")
@click.option("--message", metavar="TEXT", help="Text of the failure; the published one if left out.")
@click.option(
    "--seconds", type=times.duration, metavar="DURATION", help="For latency, slow_pull and clock_skew."
)
@click.option("--action", metavar="NAME", help="Only calls of this action.")
@click.option("--account", metavar="ID", help="Only this account.")
@click.option("--zone", metavar="ID", help="Only this zone.")
@click.option("--type", "instance_type", metavar="TYPE", help="Only this instance type.")
@click.option("--image", metavar="PREFIX", help="Only images whose name begins so.")
@click.option("--host", metavar="NAME", help="Only this Docker host.")
@click.option("--times", type=click.IntRange(1), metavar="N", help="At most N times; unlimited if left out.")
@click.option(
    "--until", type=times.moment, metavar="TIME", help="Until this moment, such as 2026-01-31T10:00:00Z."
)
@click.option("--probability", type=click.FloatRange(0, 1), help="Share of the occasions it hits.")
@click.option("--seed", type=int, metavar="N", help="What the share is drawn from; needed with it.")
@options.state_dir
def add(state_dir: str | None, **given: Any) -> None:
    """Add a fault of a KIND.

    \b
    error          the call is answered with --code
    latency        the answer is late by --seconds
    drop           the call is carried out, its connection closed without an answer
    pull_failure   an image pull fails
    slow_pull      an image pull takes --seconds more
    start_failure  a container cannot be started
    host_loss      a Docker host goes silent while the fault lasts
    clock_skew     signatures are checked --seconds off

    All given conditions must hold. Without --times or --until it stays until it is cleared.
    """
    body = {name: value for name, value in given.items() if value is not None}
    with connected(state_dir=state_dir) as client:
        click.echo(client.ask("POST", "/faults", body=body).json()["id"])


@fault.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@options.state_dir
def list_faults(as_json: bool, **given: Any) -> None:
    """List the faults that are set, in the order in which they are tried."""
    with connected(**given) as client:
        answer = client.ask("GET", "/faults")
    if as_json:
        click.echo(answer.text.rstrip())
    else:
        _show(answer.json()["faults"])


@fault.command()
@click.argument("fault_id", metavar="[ID]...", nargs=-1)
@options.state_dir
def clear(fault_id: tuple[str, ...], **given: Any) -> None:
    """Remove the faults named, or all."""
    with connected(**given) as client:
        for path in [f"/faults/{one}" for one in fault_id] or ["/faults"]:
            client.ask("DELETE", path)


def _show(faults: list[dict[str, Any]]) -> None:
    from eci_emulator.cli import tables

    table = tables.plain("id", "kind", "when", "fired", "of")
    apart = ("id", "kind", "fired", "times")
    for one in faults:
        when = ", ".join(f"{name}={value}" for name, value in one.items() if name not in apart)
        table.add_row(one["id"], one["kind"], when, str(one["fired"]), str(one.get("times", "all")))
    tables.show(table, empty="No fault is set.")
