"""The part of the shell's language that the simulated engine understands: lists of simple commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t]+|\#[^\n]*)
  | (?P<redirect>[12]?>>?(?:&[12])?)
  | (?P<operator>&&|\|\||[;&\n])
  | (?P<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;&|<>()`])+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(
    r"""'(?P<literal>[^']*)'|"(?P<quoted>(?:\\.|[^"\\])*)"|\\(?P<escaped>.)|(?P<bare>[^'"\\]+)"""
)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+|\?))")
_RESERVED = frozenset({"if", "for", "while", "until", "case", "function", "{", "!", "do", "done"})


class BeyondUs(Exception):
    """The script uses more of the language than is understood here."""


class Redirect(NamedTuple):
    stream: int
    append: bool
    target: str  # a word not yet expanded, or &1, &2


class Command(Struct):
    """A simple command in a list."""

    connector: str = ";"  # what stands before it: ; && ||
    words: list[str] = field(default_factory=list)  # not yet expanded
    redirects: list[Redirect] = field(default_factory=list)
    background: bool = False


def parse(script: str) -> list[Command]:
    """The commands of a script; raises BeyondUs for pipes, loops, substitutions and the like."""
    commands = [Command()]
    tokens = _tokens(script)
    for kind, text in tokens:
        current = commands[-1]
        if kind == "word":
            if not current.words and text in _RESERVED:
                raise BeyondUs(text)
            current.words.append(text)
        elif kind == "redirect":
            current.redirects.append(_redirect(text, tokens))
        else:
            current.background = text == "&"
            commands.append(Command(connector=text if text in ("&&", "||") else ";"))
    return [command for command in commands if command.words]


def _tokens(script: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(script):
        kind = match.lastgroup or ""
        if kind == "other":
            raise BeyondUs(match[0])
        if kind != "space":
            yield kind, match[0]


def _redirect(text: str, tokens: Iterator[tuple[str, str]]) -> Redirect:
    stream = int(text[0]) if text[0].isdigit() else 1
    if "&" in text:
        return Redirect(stream, False, text[text.index("&") :])
    kind, target = next(tokens, ("", ""))
    if kind != "word":
        raise BeyondUs(text)
    return Redirect(stream, ">>" in text, target)


def expand(word: str, variables: Mapping[str, str]) -> str:
    """A word without its quotes, variables replaced by their values."""
    return "".join(_value(part, variables) for part in _PART.finditer(word))


def _value(part: re.Match[str], variables: Mapping[str, str]) -> str:
    if part.lastgroup in ("literal", "escaped"):
        return part[part.lastgroup]
    text = part["bare"] if part["bare"] is not None else re.sub(r'\\([$"\\`])', r"\1", part["quoted"])
    return _VARIABLE.sub(lambda name: variables.get(name[1] or name[2], ""), text)
