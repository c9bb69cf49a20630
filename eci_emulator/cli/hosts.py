"""``eci-emulator hosts``."""

from __future__ import annotations

from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.cli.client import connected


@click.command()
@click.option("--drain", metavar="NAME", help="Give this host no new groups; those that run there continue.")
@click.option("--serve", metavar="NAME", help="Take this host into service again.")
@options.state_dir
def hosts(drain: str | None, serve: str | None, **given: Any) -> None:
    """List the Docker hosts, or drain one."""
    from eci_emulator.cli import tables

    with connected(**given) as client:
        for name, draining in ((drain, True), (serve, False)):
            if name:
                client.ask("PATCH", f"/hosts/{name}", body={"draining": draining})
        found = client.get("/hosts")["hosts"]
    table = tables.plain("host", "zones", "state", "engine", "CPUs", "GiB", "groups")
    for host in found:
        status = "drained" if host["draining"] else "serves" if host["alive"] else "lost"
        engine = f"{host['engine']} {host['engine_version']}"
        size = str(host["cpus"]), f"{host['memory'] / (1 << 30):.1f}"
        table.add_row(
            host["name"], ", ".join(host["zones"]) or "all", status, engine, *size, str(host["groups"])
        )
    tables.show(table, empty="No Docker host has reported yet.")
