"""The last requests, as understood and as answered: for people who wonder what their client did.

Kept in the API process's memory, bounded in number and size; secrets are blanked before anything is kept.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from time import time as real_now
from typing import Any, Final

import msgspec
from msgspec import Struct, field

MAX_REQUESTS: Final = 1000
#: Parameters and answers longer than this (bytes of JSON) are left out.
MAX_BYTES: Final = 8192

#: What never appears anywhere, at whatever depth: parameters (``writeOnly`` in the document), the options of
#: volumes and data sources, and the addresses in an answer by which anyone could get into a container.
SECRETS: Final = frozenset({"Password", "KubeConfig", "akSecret", "accessToken", "HttpUrl", "WebSocketUri"})
BLANK: Final = "***"
_IN_JSON: Final = re.compile(rf'("(?:{"|".join(SECRETS)})"\s*:\s*)"(?:[^"\\]|\\.)*"')


class TracedRequest(Struct, kw_only=True):
    """One request. Times are seconds since the epoch: of the emulator's clock, and real."""

    request_id: str
    action: str
    account: str
    region: str
    dialect: str
    client: str
    status: int
    code: str = ""
    milliseconds: float = 0.0
    parameters: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    answer: bytes = b""
    fault: str = ""
    real_time: float = field(default_factory=real_now)
    time: float = 0.0


class Trace:
    def __init__(self) -> None:
        self._requests: deque[TracedRequest] = deque(maxlen=MAX_REQUESTS)

    def add(self, request: TracedRequest) -> None:
        self._requests.append(request)

    def newest_first(self) -> Iterator[TracedRequest]:
        return reversed(self._requests.copy())

    def clear(self) -> None:
        self._requests.clear()


def shortened(tree: dict[str, Any]) -> dict[str, Any]:
    """A tree without its secrets; what is too long to keep is replaced by its size."""
    clean = blanked(tree)
    size = len(msgspec.json.encode(clean))
    return clean if size <= MAX_BYTES else {"…": f"{size} bytes, too long to keep"}


def blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: BLANK if name in SECRETS else blanked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [blanked(item) for item in value]
    if isinstance(value, str) and value.lstrip().startswith("{"):  # such as the options of a FlexVolume
        return _IN_JSON.sub(rf'\1"{BLANK}"', value)
    return value
