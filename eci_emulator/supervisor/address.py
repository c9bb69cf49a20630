"""The address of the API: chosen, reserved, spelt."""

from __future__ import annotations

import errno
import socket

from eci_emulator.supervisor.tree import StartError


def reserve(host: str, port: int) -> socket.socket:
    """A socket that is bound to the address but does not listen; port 0 picks a free one.

    While it is open nobody else is given the port, yet the API server, which sets the same option, can
    listen on it, and again after a crash. Raises StartError.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return _bound(socket.socket(family), host, port)
    except OSError as error:
        hint = "; --port 0 picks a free port" if error.errno == errno.EADDRINUSE else ""
        raise StartError(f"cannot listen on {host}:{port} ({error.strerror}){hint}") from None


def _bound(reserved: socket.socket, host: str, port: int) -> socket.socket:
    try:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((host, port))
    except OSError:
        reserved.close()
        raise
    return reserved


def url(host: str, port: int) -> str:
    """Where a client on this machine finds the API."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
