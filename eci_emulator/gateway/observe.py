"""What is kept of a finished exchange: its line in the trace, its place in the counters."""

from __future__ import annotations

import time

from eci_emulator import metrics
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.trace import MAX_BYTES, Trace, TracedRequest, shortened


def count(exchange: Exchange) -> None:
    metrics.REQUESTS.labels(exchange.operation, exchange.error_code).inc()
    metrics.SECONDS.labels(exchange.operation).observe(time.monotonic() - exchange.began)


class Tracer:
    """Adds each exchange to the trace."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __call__(self, exchange: Exchange) -> None:
        call, answer = exchange.call, exchange.answer
        status, body = (answer.status, answer.body) if answer else (0, b"")
        self._trace.add(
            TracedRequest(
                request_id=exchange.request_id,
                action=exchange.action,
                account=exchange.account,
                region=str(exchange.arguments.get("RegionId", "")),
                dialect=_dialect(exchange),
                client=call.headers.get("user-agent", "") if call else "",
                status=status,
                code=exchange.error_code,
                milliseconds=round((time.monotonic() - exchange.began) * 1000, 3),
                parameters=shortened(exchange.arguments),
                ignored=exchange.ignored,
                answer=body if len(body) <= MAX_BYTES else b"",
                fault=exchange.fault,
            )
        )


def _dialect(exchange: Exchange) -> str:
    """``POST query+form V1``: method, where the parameters were, how it was signed."""
    call = exchange.call
    if call is None:
        return exchange.method
    places = [
        name for name, there in (("query", call.query), ("form", call.form), ("json", call.document)) if there
    ]
    signed = "V3" if "authorization" in call.headers else "V1" if "Signature" in call.common else "unsigned"
    return f"{call.method} {'+'.join(places) or 'empty'} {signed}"
