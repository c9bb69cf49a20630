"""/_eci/trace: the last requests."""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec

from eci_emulator.actions.context import Emulator
from eci_emulator.model.times import iso
from eci_emulator.trace import TracedRequest


def show(
    emulator: Emulator, limit: int = 50, action: str = "", request_id: str = "", account: str = ""
) -> dict[str, Any]:
    """The requests that match, newest first."""

    def wanted(request: TracedRequest) -> bool:
        return (
            action in ("", request.action)
            and request_id in ("", request.request_id)
            and account in ("", request.account)
        )

    found = filter(wanted, emulator.trace.newest_first())
    return {"requests": [_shown(request) for request in islice(found, limit)]}


def clear(emulator: Emulator) -> tuple[str, int]:
    emulator.trace.clear()
    return "", 204


def _shown(request: TracedRequest) -> dict[str, Any]:
    shown = msgspec.to_builtins(request)
    answer: bytes = request.answer
    shown["answer"] = msgspec.json.decode(answer) if answer.startswith(b"{") else {}
    shown["real_time"] = iso(request.real_time)
    shown["time"] = iso(request.time or request.real_time)
    result: dict[str, Any] = shown
    return result
