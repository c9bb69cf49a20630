"""One request on its way through the gateway: what is known of it so far, and its answer."""

from __future__ import annotations

import time
from typing import Any

from msgspec import Struct, field

from eci_emulator.gateway.dialect import Call
from eci_emulator.gateway.render import Answer, new_request_id


class Exchange(Struct, kw_only=True):
    """Stages fill it in from top to bottom."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    scheme: str = "http"
    request_id: str = field(default_factory=new_request_id)
    began: float = field(default_factory=time.monotonic)
    call: Call | None = None
    operation: str = ""  # the operationId that the call means: an action of ECI, or vpc.CreateVpc
    methods: frozenset[str] = frozenset()  # HTTP methods that the operation may be called with
    account: str = ""
    access_key_id: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)  # wire names of parameters the document does not know
    error_code: str = ""
    retry_after: int = 0  # milliseconds after which a call that was refused may succeed
    clock_skew: float = 0.0  # seconds that the clock is off for this call
    delay: float = 0.0  # seconds that its answer is late
    drop: bool = False  # it gets no answer
    fault: str = ""  # the fault that fired
    outcome: dict[str, Any] = field(default_factory=dict)  # the answer's fields, unless it was prepared
    answer: Answer | None = None

    @property
    def known_call(self) -> Call:
        """The call, once the dialect has been read."""
        assert self.call  # noqa: S101  the order of the stages is the proof
        return self.call

    @property
    def action(self) -> str:
        return self.call.action if self.call else ""
