"""Pages: sizes and the opaque NextToken.

A token stands for the last record seen, by its place in the order of creation, so that records
created or deleted meanwhile are neither repeated nor make others skipped.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from eci_emulator.model import errors

_MARK: Final = "seq:"


def page_size(asked: int, most: int) -> int:
    """The number of records on a page: what was asked for, ``most`` at most and when nothing was."""
    return min(asked, most) if asked > 0 else most


def next_token(last: int) -> str:
    """The token of the page after the record with this sequence number; empty for 0, the end."""
    return base64.urlsafe_b64encode(f"{_MARK}{last}".encode()).decode() if last else ""


def sequence_of(token: str) -> int:
    """The place a token stands for, 0 for none. Raises InvalidValue for one we did not make."""
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
        if not text.startswith(_MARK):
            raise ValueError(text)
        return int(text.removeprefix(_MARK))
    except (binascii.Error, ValueError):
        raise errors.InvalidValue("NextToken", "it is not a token of an earlier page") from None
