"""``eci-emulator spot``: the spot market and its stock."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options, times
from eci_emulator.cli.client import connected

ANY = "*"

ZONE = click.option("--zone", default=ANY, metavar="ID", help="Only this zone; all if left out.")
TYPE = click.option(
    "--type",
    "instance_type",
    default=ANY,
    metavar="TYPE|SIZE",
    help="ECS type (ecs.c6.large) or size (2-4Gi); all if left out.",
)


@click.group()
def spot() -> None:
    """Act as the spot market: take groups back, set prices and stock."""


@spot.command()
@click.argument("group", nargs=-1)
@click.option("--zone", metavar="ID", help="All spot groups of this zone.")
@click.option("--all", "everything", is_flag=True, help="All spot groups.")
@click.option(
    "--notice", type=times.duration, metavar="DURATION", help="Time until the release (3m by default)."
)
@options.state_dir
def reclaim(
    group: tuple[str, ...], zone: str | None, everything: bool, notice: float | None, **given: Any
) -> None:
    """Take spot groups back: by their ids, of a zone, or all. Protection does not help."""
    if sum(map(bool, (group, zone, everything))) != 1:
        raise click.UsageError("say which groups: ids, --zone or --all")
    body: dict[str, Any] = {"group_ids": list(group)} if group else {"zone": zone} if zone else {"all": True}
    if notice is not None:
        body["notice"] = notice
    with connected(**given) as client:
        answer = client.ask("POST", "/spot/reclaim", body=body).json()
    taken = answer["group_ids"]
    click.echo("\n".join([f"{len(taken)} group(s) will be released at {answer['release_time']}.", *taken]))


@spot.group()
def price() -> None:
    """Show and set spot prices."""


@price.command(name="show")
@click.argument("zone")
@click.argument("instance_type", metavar="TYPE|SIZE")
@click.option(
    "--from", "start", type=times.moment, metavar="TIME", help="Show the prices from this moment on."
)
@click.option("--to", "end", type=times.moment, metavar="TIME", help="Show the prices until this moment.")
@options.state_dir
def show_prices(state_dir: str | None, **query: Any) -> None:
    """Show the price in ZONE of an ECS type or size, now or over time."""
    from eci_emulator.cli import tables

    with connected(state_dir=state_dir) as client:
        found = client.get("/spot/prices", **query)["prices"]
    table = tables.plain("since", "price an hour", "on demand", "fraction")
    for entry in found:
        amount = f"{entry['price']} {entry['currency']}"
        table.add_row(entry["since"], amount, entry["on_demand_price"], entry["discount"])
    tables.show(table)


@price.command(name="set")
@click.argument("fraction", type=click.FloatRange(0, 1))
@ZONE
@TYPE
@options.state_dir
def set_price(fraction: float, zone: str, instance_type: str, **given: Any) -> None:
    """Set the price to FRACTION of the on-demand price, from now on."""
    _set_price(given, {"zone": zone, "instance_type": instance_type, "discount": fraction})


@price.command()
@ZONE
@TYPE
@options.state_dir
def free(zone: str, instance_type: str, **given: Any) -> None:
    """Let the price wander by itself again."""
    _set_price(given, {"zone": zone, "instance_type": instance_type, "discount": None})


def _set_price(given: dict[str, Any], body: dict[str, Any]) -> None:
    with connected(**given) as client:
        client.ask("PUT", "/spot/prices", body=body)


@spot.group()
def stock() -> None:
    """Show and limit the stock. There is plenty of what is not limited."""


@stock.command(name="show")
@options.state_dir
def show_stock(**given: Any) -> None:
    """Show the stock levels that were set, as they are now."""
    from eci_emulator.cli import tables

    with connected(**given) as client:
        levels = client.get("/stock")["levels"]
    table = tables.plain("zone", "what", "of", "left")
    for level in levels:
        left = "closed" if level["closed"] else "plenty" if level["units"] is None else str(level["units"])
        table.add_row(level["zone"], level["what"], "spot" if level["spot"] else "all", left)
    tables.show(table, empty="No limit is set: there is plenty of everything.")


@stock.command(name="set")
@click.argument("units", type=click.IntRange(0))
@ZONE
@click.option(
    "--what",
    default=ANY,
    metavar="TYPE|SIZE|FAMILY",
    help="ECS type, size (2-4Gi) or family (ecs.c6; eci for all sizes); all if left out.",
)
@click.option("--on-demand", is_flag=True, help="Limit groups on demand, too; otherwise spot groups only.")
@options.state_dir
def set_stock(units: int, zone: str, what: str, on_demand: bool, **given: Any) -> None:
    """Limit the stock to UNITS. 0 also reclaims running spot groups, at their next check."""
    body = {"zone": zone, "what": what, "spot": not on_demand, "units": units}
    with connected(**given) as client:
        client.ask("PUT", "/stock", body=body)


@stock.command()
@options.state_dir
def clear(**given: Any) -> None:
    """Remove all limits of stock."""
    with connected(**given) as client:
        client.ask("DELETE", "/stock")
