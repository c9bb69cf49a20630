"""HTTP for requests as long as ECI's: uvicorn's httptools protocol without its limit on targets.

Clients of ECI put base64 config files into the URL, so a request line may have a megabyte. What servers do:

* uvicorn with httptools: targets over 65,535 bytes are refused, because its URL parser counts with 16 bits,
  and one in absolute form without a path (``http://host?Action=...``) too. Headers may be of any length.
* uvicorn with h11: 64 KiB, or ``h11_max_incomplete_event_size``. It parses in Python, which is slower.

``uvicorn.Config(app, http=LongTargetProtocol)`` keeps targets and headers of MAX_HEAD bytes together, and
refuses more headers with 400. Of a target that is longer than the dialect allows only so much is kept that the
dialect will refuse it.

uvicorn waits for ever for what a client has begun to send; here its connection is cut.
"""

from __future__ import annotations

import asyncio
from asyncio.events import TimerHandle
from typing import Final, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from eci_emulator.gateway.dialect import MAX_BYTES, origin_path
from eci_emulator.gateway.joining import Joining
from eci_emulator.gateway.tunnels import Config, Home, speak_tls

MAX_HEAD: Final = MAX_BYTES + 64 * 1024
"""Most bytes of a request that are kept before its body."""

_MAX_TARGET: Final = MAX_BYTES + 1024
"""Bytes of a target after which the rest of it is forgotten: enough for the dialect to refuse it."""

REQUEST_SECONDS: Final = 60.0
"""How long a client may take to send a request, or to begin one after connecting; at most twice this."""

HANG_UP: Final = "eci.hang_up"
"""Where the scope of a request has the way to close its connection at once."""


class LongTargetProtocol(HttpToolsProtocol):
    """Splits the target itself and leaves only its path to httptools; bounds what precedes a body, and how long."""

    _head: int | None = None  # bytes kept of a request whose headers are not complete
    _since: float | None = None  # when the request that is not yet complete began
    _watch: TimerHandle | None = None
    _home: Home | None = None  # set once a tunnel to it was asked for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._wire = transport
        super().connection_made(cast(asyncio.Transport, Joining(transport, self.loop)))
        self._since = self.loop.time()
        self._watch = self.loop.call_later(REQUEST_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_watching()

    def handle_websocket_upgrade(self) -> None:
        self._stop_watching()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response("Request line and headers are too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        kept = url[: _MAX_TARGET - len(self.url)]
        super().on_url(kept)
        if self._head is not None:  # it is; forgotten bytes do not count
            self._head -= len(url) - len(kept)

    def on_headers_complete(self) -> None:
        self._head = None
        whole = self.url
        if self.parser.get_method() == b"CONNECT":
            self._home = _home_of(self.config, whole)
            if self._home:
                return
        target, _, query = whole.partition(b"?")
        # What is asked for with CONNECT is a host and no path.
        path = "/" if self.parser.get_method() == b"CONNECT" else origin_path(target.decode("latin-1"))
        self.url = path.encode("latin-1")
        super().on_headers_complete()
        # The application runs from the event loop, so not before this.
        self.scope["query_string"] = query.partition(b"#")[0]
        self.scope[HANG_UP] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        self.url = whole

    def on_message_complete(self) -> None:
        self._since = None
        if self._home is None:
            super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """The parser leaves it to us what follows the request, as it does after CONNECT."""
        if self._home:
            self._wire.pause_reading()
            self._stop_watching()
            self.connections.discard(self)
            inner = type(self)(self.config, self.server_state, self.app_state)
            task = self.loop.create_task(speak_tls(self._wire, inner, self._home, self.loop))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _look(self) -> None:
        """Give the client up that has taken too long, else look again later."""
        if self._since is not None and self.loop.time() - self._since >= REQUEST_SECONDS:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(REQUEST_SECONDS, self._look)

    def _stop_watching(self) -> None:
        if self._watch:
            self._watch.cancel()


def _home_of(config: uvicorn.Config, authority: bytes) -> Home | None:
    home = config.home if isinstance(config, Config) else None
    return home if home and home.has(authority) else None
