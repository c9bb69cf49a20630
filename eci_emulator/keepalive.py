"""Connections that may be silent for as long as they like, as long as the other machine is there."""

from __future__ import annotations

import socket
from typing import Final

IDLE_SECONDS: Final = 60
INTERVAL_SECONDS: Final = 15
ATTEMPTS: Final = 4


def keep_alive(connection: socket.socket) -> None:
    """Let reading fail two minutes after the other machine has vanished; a process that dies closes its sockets."""
    if connection.family == socket.AF_UNIX:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, INTERVAL_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, ATTEMPTS)
