"""Pages: sizes and the opaque NextToken.

A token stands for the last record seen, by its place in the order of creation, so that records
created or deleted meanwhile are neither repeated nor make others skipped. Where a record has several
entries in a list (its tags), the key of the last one seen is in the token, too.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

import msgspec

from eci_emulator.model import errors


class Place(NamedTuple):
    """A place in a list; the first one is before everything."""

    sequence: int = 0
    key: str = ""


def page_size(asked: int, most: int, default: int = 0) -> int:
    """The number of records on a page: what was asked for, ``most`` at most; unasked the default, or ``most``."""
    return min(asked if asked > 0 else default or most, most)


def next_token(last: int) -> str:
    """The token of the page after the record with this sequence number; empty for 0, the end."""
    return token(Place(last)) if last else ""


def sequence_of(given: str) -> int:
    """The place a token stands for, 0 for none. Raises InvalidValue for one we did not make."""
    return place_of(given).sequence


def token(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def place_of(given: str) -> Place:
    """The place a token stands for, the first for none. Raises InvalidValue for one we did not make."""
    if not given:
        return Place()
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(given.encode()), type=Place)
    except (binascii.Error, msgspec.DecodeError, UnicodeError):
        raise errors.InvalidValue("NextToken", "it is not a token of an earlier page") from None
