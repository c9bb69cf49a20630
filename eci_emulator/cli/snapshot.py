"""``eci-emulator snapshot``."""

from __future__ import annotations

from typing import Any, BinaryIO

import click
import msgspec

from eci_emulator.cli import options
from eci_emulator.cli.client import connected


@click.group()
def snapshot() -> None:
    """Save all records as one JSON file, and go back to it.

    The file is readable, in a fixed order so that two can be compared, and has no credentials in it.
    """


@snapshot.command()
@click.argument("file", type=click.File("wb"), default="-")
@options.state_dir
def save(file: BinaryIO, **given: Any) -> None:
    """Write all records to FILE; to standard output if left out."""
    with connected(**given) as client:
        saved = client.ask("GET", "/snapshot").content
    file.write(msgspec.json.format(saved) + b"\n")


@snapshot.command()
@click.argument("file", type=click.File("rb"))
@options.state_dir
def load(file: BinaryIO, **given: Any) -> None:
    """Replace all records by those in FILE; - for standard input.

    Containers that no record asks for are removed; groups that should run are started.
    """
    try:
        records = msgspec.json.decode(file.read())
    except msgspec.DecodeError as error:
        raise click.ClickException(f"{file.name} is no snapshot: {error}") from None
    with connected(**given) as client:
        client.ask("PUT", "/snapshot", body=records)
