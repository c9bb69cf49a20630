"""HTTPS through the emulator as a proxy.

A client that asks with CONNECT for a tunnel to a host of ECI gets none: its TLS ends here, with the certificate that
names that host, and what it says then is answered like anything else.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Final

import uvicorn
from msgspec import Struct

ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Home(Struct, frozen=True):
    """The hosts that the emulator stands in for, and how it proves to be them."""

    hosts: frozenset[str]
    context: ssl.SSLContext

    def has(self, authority: bytes) -> bool:
        """Whether this is one of them, with any port: ``eci.cn-hangzhou.aliyuncs.com:443``."""
        return authority.decode("latin-1").rpartition(":")[0].lower() in self.hosts


class Config(uvicorn.Config):
    """uvicorn's configuration, for a server that can be used as a proxy."""

    home: Home | None = None


async def speak_tls(
    transport: asyncio.Transport, protocol: asyncio.Protocol, home: Home, loop: asyncio.AbstractEventLoop
) -> None:
    """Go on with TLS on a connection that has been asked for a tunnel; nobody may be reading it meanwhile."""
    transport.write(ESTABLISHED)
    with suppress(OSError):  # the client does not trust the certificate, or has gone
        encrypted = await loop.start_tls(transport, protocol, home.context, server_side=True)
        if encrypted:
            protocol.connection_made(encrypted)
