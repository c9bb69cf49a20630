"""Asking a running emulator how it is, over its own HTTP interface."""

from __future__ import annotations

import asyncio
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field


class Answer(Struct):
    """The status and JSON body of an answer; status 0 when there was none."""

    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status == 200


def ask(url: str, path: str, *, timeout: float = 2.0) -> Answer:
    """GET a path; never through a proxy and never raising, for the answer may well be none."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, msgspec.json.decode(response.read(), type=dict[str, Any]))
    except (OSError, HTTPException, msgspec.DecodeError):
        return Answer()
    finally:
        connection.close()


async def until_ready(url: str) -> None:
    """Return when the emulator says that it is ready."""
    while not (await asyncio.to_thread(ask, url, "/_eci/ready")).ok:
        await asyncio.sleep(0.1)
