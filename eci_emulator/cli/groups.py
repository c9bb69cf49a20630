"""``eci-emulator groups``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from eci_emulator.cli import options
from eci_emulator.cli.client import connected

STYLES: Final = {
    "Running": "green",
    "Succeeded": "green",
    "Failed": "red",
    "ScheduleFailed": "red",
    "Expired": "red",
}


@click.command()
@click.argument("names", metavar="[GROUP]...", nargs=-1)
@click.option("--account", metavar="ID", help="Only this account.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, newest first, with all that is known.")
@options.state_dir
def groups(names: tuple[str, ...], account: str | None, as_json: bool, state_dir: str | None) -> None:
    """List the container groups of all accounts and regions.

    Those named, by id or name, are shown with their containers and events.
    """
    import msgspec

    with connected(state_dir=state_dir) as client:
        found = client.get("/groups", account=account)["groups"]
    known = {one[key] for one in found for key in ("group_id", "name")}
    if unknown := [name for name in names if name not in known]:
        raise click.ClickException(f"no such container group: {', '.join(unknown)}")
    if names:
        found = [one for one in found if one["group_id"] in names or one["name"] in names]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    elif names:
        _show_each(found)
    else:
        _show(found)


def _show(found: list[dict[str, Any]]) -> None:
    from eci_emulator.cli import tables

    table = tables.plain()
    for heading in ("group", "name", "status", "address", "size", "running"):
        # What may be cut where the terminal is narrow; a wrapping word is cut, one that may not wrap is kept.
        table.add_column(heading, no_wrap=heading not in ("name", "size"), overflow="ellipsis")
    for one in found:
        states = [each["state"] for each in one["containers"] if not each["init"]]
        table.add_row(
            one["group_id"],
            one["name"],
            f"[{_style(one)}]{one['status']}",
            one["ip"],
            one["instance_type"] or f"{one['cpu']:g}-{one['memory']:g}Gi",
            f"{states.count('Running')} of {len(states)}",
        )
    tables.show(table, empty="No container groups.")


def _style(one: dict[str, Any]) -> str:
    return STYLES.get(one["status"], "yellow")


def _show_each(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for one in found:
        console.print(Text(f"{one['group_id']} {one['name']}: {one['status']}", _style(one)))
        for line in _lines(one):
            console.print(Text(f"  {line}"), soft_wrap=True)


def _lines(one: dict[str, Any]) -> Iterator[str]:
    for each in one["containers"]:
        told = [
            each["state"],
            each["reason"],
            "" if each["exit_code"] is None else f"exit code {each['exit_code']}",
        ]
        restarts = f", {each['restarts']} restarts" if each["restarts"] else ""
        kind = "init container" if each["init"] else "container"
        yield f"{kind} {each['name']} ({each['image']}): {', '.join(filter(None, told))}{restarts}"
    for event in reversed(one["events"]):
        often = f" ({event['count']} times)" if event["count"] > 1 else ""
        yield f"{event['time']} {event['type']} {event['reason']}: {event['message']}{often}"
