"""What is kept of a finished exchange: its line in the log and in the trace, its place in the counters."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import Final

import msgspec
import structlog

from eci_emulator import metrics
from eci_emulator.gateway.exchange import Exchange
from eci_emulator.gateway.render import CONTENT_TYPES
from eci_emulator.model.errors import SignatureDoesNotMatch
from eci_emulator.trace import MAX_BYTES, Trace, TracedRequest, shortened

#: Calls that change nothing. Clients that wait make many a second, and a line costs a tenth of such a call.
_READS: Final = ("Describe", "Get", "List", "Query")
_LONGEST: Final = 80  # characters of what a caller says
_NOUN: Final = re.compile(r"[A-Z][a-z]+(\w*)")

log = structlog.get_logger()


def count(exchange: Exchange) -> None:
    metrics.REQUESTS.labels(exchange.operation, exchange.error_code).inc()
    metrics.SECONDS.labels(exchange.operation).observe(time.monotonic() - exchange.began)


def tell(exchange: Exchange) -> None:
    """The call's line in the log, of level debug if it only read. Parameters may be secret, so they are not in it."""
    failed = bool(exchange.error_code)
    if exchange.action.startswith(_READS) and not failed:
        log.debug("call", **_told(exchange))
    elif failed and exchange.answer and exchange.answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("call", **_told(exchange))
    else:
        log.info("call", **_told(exchange))


def _told(exchange: Exchange) -> dict[str, object]:
    told = {
        "action": exchange.operation or exchange.action[:_LONGEST],
        "id": _subject(exchange)[:_LONGEST],
        "account": exchange.account,
        "region": str(exchange.arguments.get("RegionId", ""))[:_LONGEST],
        "status": exchange.answer.status if exchange.answer else 0,
        "code": exchange.error_code,
        "ms": round((time.monotonic() - exchange.began) * 1000, 1),
        "request_id": exchange.request_id,
    }
    return {name: value for name, value in told.items() if value != ""}


def _subject(exchange: Exchange) -> str:
    """The id of what the call was about: a ContainerGroupId for CreateContainerGroup and DeleteContainerGroup."""
    noun = _NOUN.fullmatch(exchange.action)
    known = {**exchange.arguments, **exchange.outcome}
    return str(known.get(f"{noun[1]}Id") or known.get("ContainerGroupId", "")) if noun else ""


class Tracer:
    """Adds each exchange to the trace."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __call__(self, exchange: Exchange) -> None:
        call, answer = exchange.call, exchange.answer
        body = _in_json(exchange)
        if exchange.error_code == SignatureDoesNotMatch.code:
            body = b""  # it tells what was signed: passwords and tokens, too
        self._trace.add(
            TracedRequest(
                request_id=exchange.request_id,
                action=exchange.action,
                account=exchange.account,
                region=str(exchange.arguments.get("RegionId", "")),
                dialect=_dialect(exchange),
                client=call.headers.get("user-agent", "") if call else "",
                status=answer.status if answer else 0,
                code=exchange.error_code,
                milliseconds=round((time.monotonic() - exchange.began) * 1000, 3),
                parameters=shortened(exchange.arguments),
                ignored=exchange.ignored,
                answer=body if len(body) <= MAX_BYTES else b"",
                fault=exchange.fault,
            )
        )


def _in_json(exchange: Exchange) -> bytes:
    """The body of the answer, in JSON even if it was sent in XML."""
    answer = exchange.answer
    if answer is None or answer.content_type == CONTENT_TYPES["JSON"]:
        return answer.body if answer else b""
    return msgspec.json.encode({"RequestId": exchange.request_id, **exchange.outcome})


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
