"""What the generated methods are made of."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from eci_sdk.transport import Transport
from eci_sdk.types import Strings


class Caller:
    """Makes calls in a region. ``_pages`` gives the items of all pages of a call."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.region = transport.config.region

    def _call(self, action: str, **parameters: Any) -> Any:
        return self._transport.call(action, parameters)

    @staticmethod
    def _pages(page: Callable[..., Any], items: str, **parameters: Any) -> Iterator[Any]:
        token = None
        while token != "":
            answer = page(**parameters, NextToken=token)
            yield from answer.get(items, [])
            token = answer.get("NextToken", "")


def json_list(value: str | Strings | None) -> str | None:
    """A list as the JSON text that the API wants; a text is one already."""
    return json.dumps(value) if isinstance(value, (list, tuple)) else value


def new_token() -> str:
    """A ClientToken: all attempts of a call have the same, no two calls do."""
    return str(uuid.uuid4())
