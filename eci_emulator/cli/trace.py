"""``eci-emulator trace``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from eci_emulator.cli import options
from eci_emulator.cli.client import connected

#: Longer answers are cut.
ANSWER_LENGTH: Final = 160
#: In every request or answer, and of no interest beside the others.
USUAL: Final = ("RegionId", "RequestId")


@click.command()
@click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Number of requests."
)
@click.option("--action", metavar="NAME", help="Only requests of this action.")
@click.option("--request-id", metavar="ID", help="Only this request.")
@click.option("--account", metavar="ID", help="Only this account.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, newest first, with all that is known.")
@click.option("--clear", is_flag=True, help="Forget the requests instead.")
@options.state_dir
def trace(as_json: bool, clear: bool, state_dir: str | None, **query: Any) -> None:
    """Show the last requests as understood and as answered.

    The newest is at the end. Parameters have their wire names. Those that ECI does not know are
    ignored: often they are typing errors.
    """
    with connected(state_dir=state_dir) as client:
        if clear:
            client.ask("DELETE", "/trace")
            return
        answer = client.ask("GET", "/trace", query=query)
    if as_json:
        click.echo(answer.text.rstrip())
    else:
        _show(answer.json()["requests"])


def _show(requests: list[dict[str, Any]]) -> None:
    from rich.text import Text

    from eci_emulator.cli import tables

    table = tables.plain("time (UTC)")
    table.add_column("action", no_wrap=True)
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("request and answer", overflow="fold")
    for one in reversed(requests):
        time = one["real_time"].partition("T")[2].removesuffix("Z")
        said = Text.assemble(*_said(one))
        table.add_row(time, one["action"] or "?", f"{one['milliseconds']:.1f}", said)
    tables.show(table, empty="No such requests.")


def _said(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What was asked and answered, as lines with their styles."""
    yield " ".join(_wire(one["parameters"])) or "no parameters", ""
    if one["ignored"]:
        yield f"\nignored: {', '.join(one['ignored'])}", "yellow"
    if one.get("fault"):
        yield f"\nfault: {one['fault']}", "yellow"
    answer = one["answer"]
    if one["code"]:
        yield f"\n{one['status']} {one['code']}: {answer.get('Message', '')}", "red"
    else:
        filled = " ".join(part for part in _wire(answer) if not part.endswith("="))
        yield f"\n{one['status']} {_shortened(filled)}", "green"


def _shortened(text: str) -> str:
    return text if len(text) <= ANSWER_LENGTH else f"{text[:ANSWER_LENGTH]}…"


def _wire(tree: Any, name: str = "") -> Iterator[str]:
    """``Container.1.Name=web`` for each leaf."""
    if isinstance(tree, dict):
        pairs: Any = ((key, value) for key, value in tree.items() if key not in USUAL)
    elif isinstance(tree, list):
        pairs = enumerate(tree, 1)
    else:
        yield f"{name}={tree}"
        return
    for key, value in pairs:
        yield from _wire(value, f"{name}.{key}" if name else str(key))
