"""Options that commands share: each is a setting, described once, in `Settings`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from eci_emulator.settings import Settings, SettingsError, load

F = TypeVar("F", bound=Callable[..., Any])

_FIELDS = {
    entry.name: entry
    for entry in msgspec.inspect.type_info(Settings).fields  # type: ignore[attr-defined]
}


def setting(name: str, **attributes: Any) -> Callable[[F], F]:
    """A click option that stands for a setting; not given, it leaves the setting to the environment."""
    entry = _FIELDS[name]
    kind = entry.type.type
    if isinstance(kind, msgspec.inspect.LiteralType):
        attributes["type"] = click.Choice([str(value) for value in kind.values])
    default = f"  [{entry.default}]" if entry.default not in ("", msgspec.NODEFAULT) else ""
    return click.option(
        f"--{name.replace('_', '-')}",
        default=None,
        help=entry.type.extra_json_schema["description"].replace("`", "") + default,
        **attributes,
    )


state_dir = setting("state_dir", metavar="DIR")


def read(**options: Any) -> Settings:
    """The settings of the environment and these options; a wrong one ends the command with its name."""
    try:
        return load(**options)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
