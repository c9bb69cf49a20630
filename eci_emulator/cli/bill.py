"""``eci-emulator bill``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import click

from eci_emulator.cli import options, times
from eci_emulator.cli.client import Client, connected


@click.command()
@click.option(
    "--by",
    default="group",
    show_default=True,
    metavar="group|tag|tag:KEY|hour|item",
    help="What a line stands for; tag:KEY is the value of one tag.",
)
@click.option(
    "--from", "start", type=times.moment, metavar="TIME", help="First moment, such as 2026-01-31T10:00:00Z."
)
@click.option(
    "--to", "end", type=times.moment, metavar="TIME", help="Moment to stop before; now if left out."
)
@click.option("--account", metavar="ID", help="Only this account.")
@click.option("--prices", metavar="FILE", help="Another price list: china, international or a file.")
@click.option("--region", metavar="ID", help="As if every group had run in this region.")
@click.option("--spot", is_flag=True, help="As if every group had been a spot group.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How it is printed.",
)
@click.option("--running", is_flag=True, help="Show what each live group costs a second instead.")
@click.option("--export", "target", metavar="s3://BUCKET/KEY", help="Write it to a bucket (JSON, or CSV).")
@click.option("--endpoint-url", metavar="URL", help="Address of the bucket's store, for --export.")
@options.state_dir
def bill(running: bool, target: str | None, form: str, endpoint_url: str | None, **given: Any) -> None:
    """Show what the groups would have cost on ECI, to the second.

    The same work by another price list, elsewhere, or as spot:

    \b
    eci-emulator bill --prices international --region ap-southeast-1 --spot
    """
    wanted = _wanted(given, form)
    with connected(state_dir=given["state_dir"]) as client:
        if running:
            _show_running(client.get("/bill/running", account=given["account"]), form)
        elif target:
            _export(client, wanted, target, endpoint_url)
        else:
            answer = client.ask("POST", "/bill", body=wanted)
            click.echo(answer.text.rstrip()) if form != "table" else _show(answer.json())


def _wanted(given: dict[str, Any], form: str) -> dict[str, Any]:
    by, _, key = given["by"].partition(":")
    body = {name: given[name] for name in ("start", "end", "account", "region", "spot") if given[name]}
    if given["prices"]:
        body["prices"] = _price_list(given["prices"])
    if key:
        body["tag_key"] = key
    return {"by": by, "format": "csv" if form == "csv" else "json", **body}


def _price_list(name: str) -> Any:
    import msgspec

    from eci_emulator.market import prices

    try:
        return msgspec.to_builtins(prices.load(name))
    except FileNotFoundError:
        raise click.ClickException(f"{name} is neither china nor international, nor a file") from None
    except (OSError, msgspec.ValidationError) as error:
        raise click.ClickException(str(error)) from None


def _export(client: Client, wanted: dict[str, Any], target: str, endpoint_url: str | None) -> None:
    place = urlsplit(target)
    if place.scheme != "s3" or not place.path.strip("/"):
        raise click.UsageError("--export takes s3://BUCKET/KEY")
    body = {**wanted, "bucket": place.netloc, "key": place.path.lstrip("/")}
    if endpoint_url:
        body["endpoint_url"] = endpoint_url
    written = client.ask("POST", "/bill/export", body=body).json()
    click.echo(f"{written['bytes']} bytes written to {target}.")


def _show(made: dict[str, Any]) -> None:
    from eci_emulator.cli import tables

    items = list(made["items"])
    currency = made["currency"]
    click.echo(f"{made['start']} to {made['end']}, prices: {made['prices']}")
    table = tables.plain()
    table.add_column(made["by"], no_wrap=True)
    for heading in ("seconds", *items, f"total {currency}"):
        table.add_column(heading, justify="right")
    for line in made["lines"]:
        table.add_row(line["key"], *_cells(line, items))
    table.add_section()
    table.add_row("total", *_cells(made, items), style="bold")
    tables.show(table)
    if made["list_total"] != made["total"]:
        click.echo(f"Before discounts: {made['list_total']} {currency}.")
    if float(made["unrounded"]) != float(made["total"]):
        click.echo(f"Before each instance's hour was rounded: {made['unrounded']} {currency}.")


def _cells(line: dict[str, Any], items: list[str]) -> list[str]:
    return [str(line["seconds"]), *(line["items"].get(item, "") for item in items), line["total"]]


def _show_running(answer: dict[str, Any], form: str) -> None:
    from eci_emulator.cli import tables

    if form == "json":
        click.echo(_json(answer))
        return
    currency = answer["currency"]
    table = tables.plain("group", "name")
    for heading in (f"{currency} a second", f"{currency} so far"):
        table.add_column(heading, justify="right")
    for group in answer["groups"]:
        table.add_row(group["group_id"], group["name"], group["per_second"], group["so_far"])
    tables.show(table, empty="No container group runs.")


def _json(value: Any) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value)).decode()
