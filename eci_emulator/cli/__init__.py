"""The command line. A module per command, loaded only when its command is used: help is there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

#: Command -> where it is. Add a command here; `tests/cli` then sees to its help.
COMMANDS = {
    "up": "eci_emulator.cli.up:up",
    "down": "eci_emulator.cli.down:down",
    "status": "eci_emulator.cli.status:status",
    "groups": "eci_emulator.cli.groups:groups",
    "logs": "eci_emulator.cli.logs:logs",
    "env": "eci_emulator.cli.env:env",
    "cert": "eci_emulator.cli.cert:cert",
    "bill": "eci_emulator.cli.bill:bill",
    "clock": "eci_emulator.cli.clock:clock",
    "spot": "eci_emulator.cli.spot:spot",
    "fault": "eci_emulator.cli.fault:fault",
    "trace": "eci_emulator.cli.trace:trace",
    "reset": "eci_emulator.cli.reset:reset",
    "snapshot": "eci_emulator.cli.snapshot:snapshot",
    "hosts": "eci_emulator.cli.hosts:hosts",
    "metrics": "eci_emulator.cli.metrics:metrics",
    "worker": "eci_emulator.cli.worker:worker",
}


class Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Raises ClickException for a file or folder that cannot be used, such as the state folder."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eci-emulator", prog_name="eci-emulator")
def main() -> None:
    """Alibaba Cloud ECI on your own machine: the real API, real containers.

    Every setting can also be given as a variable ECI_EMULATOR_<NAME>, see docs/settings.md. One emulator
    runs per state folder; with a --state-dir and --port 0 several run side by side.
    """
