"""Flat dotted names <-> a tree: ``Container.1.Name=c`` <-> ``{"Container": [{"Name": "c"}]}``.

On the wire a number is an item of a list, counted from 1, in any order and with gaps; a word is a field
of an object or a key of a map. A key may also be written ``#3#key``, with its length in front: then it may
hold dots and digits (``Options.#3#a.b``), and is never a number.

What cannot be told apart is settled by rule: siblings of which some are numbers and some are words are
fields of an object; an empty value gives way to an object of the same name (``A=&A.B=1``), any other value
that has one is refused. Numbers only order the items, so a huge one costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from eci_emulator.model import errors

MAX_DEPTH: Final = 32
"""Most parts of a name; the longest of ECI has seven."""

Tree = dict[str, Any]

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_COUNTED_KEY = re.compile(r"#([0-9]{1,6})#")


class Items(list[Any]):
    """A list that knows the numbers its items had on the wire (errors name them)."""

    __slots__ = ("numbers",)

    def __init__(self, items: list[Any], numbers: list[int]) -> None:
        super().__init__(items)
        self.numbers = numbers


def parse(params: Mapping[str, str]) -> Tree:
    """The tree that flat parameters describe; lists in it are `Items`.

    Raises `errors.InvalidFormat` for a name that is too deep, or is both a value and an object.
    """
    root: dict[Any, Any] = {}
    nested: set[Any] = set()
    for name, value in params.items():
        if "." in name or name.startswith("#"):
            parts = _split(name)
            _place(root, parts, value, name)
            nested.add(parts[0])
        elif name not in root:
            root[name] = value
        elif value:
            raise _clash(name)
    for name in nested:
        root[name] = _settled(root[name])
    return root


def flatten(tree: Mapping[str, Any], *, counted_keys: bool = False) -> dict[str, str]:
    """The flat parameters of a tree of strings, numbers and booleans: the inverse of `parse`.

    ``counted_keys`` writes every key below the first level as ``#3#key``, as some clients write maps;
    keys that `parse` would misread are always written so. Empty objects and lists leave nothing.
    """
    flat: dict[str, str] = {}
    for key, value in tree.items():
        _flatten(value, _counted(key) if "." in key or key.startswith("#") else key, counted_keys, flat)
    return flat


def _split(name: str) -> list[str | int]:
    """The parts of a name: numbers as int, words and counted keys as str. The first is always a word."""
    parts = _scan(name) if "#" in name else [_key(part) for part in name.split(".", MAX_DEPTH)]
    if len(parts) > MAX_DEPTH:
        raise errors.InvalidFormat(parameter=name[:100], reason=f"a name has {MAX_DEPTH} parts at most.")
    parts[0] = str(parts[0])
    return parts


def _scan(name: str) -> list[str | int]:
    """The parts of a name that may have counted keys; stops beyond MAX_DEPTH."""
    parts: list[str | int] = []
    start = 0
    while start <= len(name) and len(parts) <= MAX_DEPTH:
        counted = _COUNTED_KEY.match(name, start)
        end = counted.end() + int(counted[1]) if counted else -1
        if counted and end <= len(name) and name[end : end + 1] in ("", "."):
            parts.append(name[counted.end() : end])
        else:
            end = name.find(".", start)
            end = len(name) if end < 0 else end
            parts.append(_key(name[start:end]))
        start = end + 1
    return parts


def _key(part: str) -> str | int:
    # isdecimal alone would take digits of other scripts, too many of them, and zeros in front.
    return int(part) if part.isdecimal() and _NUMBER.fullmatch(part) else part


def _place(root: dict[Any, Any], parts: list[str | int], value: str, name: str) -> None:
    node = root
    for part in parts[:-1]:
        child = node.get(part)
        if not child:  # absent, or an empty value, which gives way
            child = node[part] = {}
        elif not isinstance(child, dict):
            raise _clash(name)
        node = child
    if not isinstance(node.get(parts[-1]), dict):
        node[parts[-1]] = value
    elif value:
        raise _clash(name)


def _settled(node: Any) -> Any:
    """``node`` with every object of which all keys are numbers made a list."""
    if not isinstance(node, dict):
        return node
    children = {key: _settled(child) for key, child in node.items()}
    numbers = [key for key in children if isinstance(key, int)]
    if not numbers:
        return children
    if len(numbers) < len(children):
        return {str(key): child for key, child in children.items()}
    numbers.sort()
    return Items([children[number] for number in numbers], numbers)


def _clash(name: str) -> errors.EciError:
    return errors.InvalidFormat(parameter=name[:100], reason="it is given both as a value and as an object.")


def _flatten(value: Any, name: str, counted_keys: bool, flat: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for key, child in value.items():
            ambiguous = "." in key or key.startswith("#") or _NUMBER.fullmatch(key)
            _flatten(
                child, f"{name}.{_counted(key) if counted_keys or ambiguous else key}", counted_keys, flat
            )
    elif isinstance(value, list):
        for number, child in enumerate(value, 1):
            _flatten(child, f"{name}.{number}", counted_keys, flat)
    else:
        flat[name] = str(value).lower() if isinstance(value, bool) else str(value)


def _counted(key: str) -> str:
    return f"#{len(key)}#{key}"
