"""HTTP for requests as long as ECI's: uvicorn's httptools protocol without its limit on targets.

Clients of ECI put base64 config files into the URL, so a request line may have a megabyte. What servers do:

* uvicorn with httptools: targets over 65,535 bytes are refused, because its URL parser counts with 16 bits,
  and one in absolute form without a path (``http://host?Action=...``) too. Headers may be of any length.
* uvicorn with h11: 64 KiB, or ``h11_max_incomplete_event_size``. It parses in Python, which is slower.

``uvicorn.Config(app, http=LongTargetProtocol)`` takes targets and headers of MAX_HEAD bytes together, and
refuses more with 400.
"""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from eci_emulator.gateway.dialect import MAX_BYTES, origin_path

MAX_HEAD: Final = MAX_BYTES + 64 * 1024
"""Most bytes of a request before its body."""


HANG_UP: Final = "eci.hang_up"
"""Where the scope of a request has the way to close its connection at once."""


class LongTargetProtocol(HttpToolsProtocol):
    """Splits the target itself and leaves only its path to httptools; bounds what precedes a body."""

    _head: int | None = None  # bytes seen of a request whose headers are not complete

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response("Request line and headers are too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        self._head = None
        whole = self.url
        target, _, query = whole.partition(b"?")
        self.url = origin_path(target.decode("latin-1")).encode("latin-1")
        super().on_headers_complete()
        # The application runs from the event loop, so not before this.
        self.scope["query_string"] = query.partition(b"#")[0]
        self.scope[HANG_UP] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        self.url = whole
