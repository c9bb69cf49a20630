from __future__ import annotations

import socket

import pytest

from eci_emulator.supervisor import address
from eci_emulator.supervisor.tree import StartError


def listen(port: int) -> socket.socket:
    """Listen the way the API server does."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def test_a_free_port_is_picked_and_kept_for_the_server() -> None:
    with address.reserve("127.0.0.1", 0) as reserved:
        port = reserved.getsockname()[1]
        assert port
        for _ in range(2):  # and again after a crash
            listen(port).close()


def test_a_port_in_use_is_refused() -> None:
    with listen(0) as server:
        port = server.getsockname()[1]
        with pytest.raises(StartError, match=f"127.0.0.1:{port}.*--port 0"):
            address.reserve("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartError, match=r"192\.0\.2\.1"):
        address.reserve("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_the_url_is_one_that_a_client_can_use(host: str, url: str) -> None:
    assert address.url(host, 80) == url
