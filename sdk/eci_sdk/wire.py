"""Parameters as they are sent: a tree of dictionaries and lists flattened into dotted names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def flatten(parameters: Mapping[str, Any]) -> dict[str, str]:
    """``{"Container": [{"Name": "a"}]}`` as ``{"Container.1.Name": "a"}``; what is None is left out."""
    return {name: text for key, value in parameters.items() for name, text in _dotted(key, value)}


def _dotted(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case bool():
            yield name, "true" if value else "false"
        case Mapping():
            for key, inner in value.items():
                yield from _dotted(f"{name}.{key}", inner)
        case list() | tuple():
            for number, inner in enumerate(value, 1):
                yield from _dotted(f"{name}.{number}", inner)
        case _:
            yield name, str(value)
