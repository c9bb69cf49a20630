"""/_eci/trace: the last requests."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import Any

import msgspec

from eci_emulator.actions.context import Emulator
from eci_emulator.model.times import iso
from eci_emulator.trace import TracedRequest, blanked


def show(
    emulator: Emulator, limit: int = 50, action: str = "", request_id: str = "", account: str = ""
) -> dict[str, Any]:
    """The requests that match, newest first, and the faults that fired outside of any request."""

    def wanted(request: TracedRequest) -> bool:
        return (
            action in ("", request.action)
            and request_id in ("", request.request_id)
            and account in ("", request.account)
        )

    everything = merge(
        emulator.trace.newest_first(),
        emulator.store.faults.told(),
        key=lambda request: request.real_time,
        reverse=True,
    )
    found = filter(wanted, everything)
    return {"requests": [_shown(request) for request in islice(found, limit)]}


def clear(emulator: Emulator) -> tuple[None, int]:
    emulator.trace.clear()
    emulator.store.faults.untell()
    return None, 204


def _shown(request: TracedRequest) -> dict[str, Any]:
    shown = msgspec.to_builtins(request)
    answer: bytes = request.answer
    shown["answer"] = blanked(msgspec.json.decode(answer)) if answer.startswith(b"{") else {}
    shown["real_time"] = iso(request.real_time)
    shown["time"] = iso(request.time or request.real_time)
    result: dict[str, Any] = shown
    return result
