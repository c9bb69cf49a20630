"""The API's client of the node agents: looking into containers goes where the containers are.

Only a node agent has an engine; the API asks it over HTTP, on a unix socket or an address that the
agent announced. A shared secret, kept in Redis, keeps others out.
"""

from __future__ import annotations

import asyncio
import secrets
from enum import IntEnum
from typing import Any, Final, cast

import httpx
import msgspec
from redis import Redis
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from eci_emulator.keepalive import keep_alive
from eci_emulator.model import errors
from eci_emulator.store import keys
from eci_emulator.store.exec_sessions import ExecSession
from eci_emulator.store.hosts import Hosts

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 30.0

TOKEN_HEADER: Final = "x-eci-node-token"  # noqa: S105  the name of a header


class Frame(IntEnum):
    """What the first byte of a binary message says of the rest."""

    STDIN = 0  # to the command; with nothing in it: the end of its input
    STDOUT = 1
    STDERR = 2
    RESIZE = 3  # of the terminal: {"Width": 80, "Height": 24}
    EXIT = 4  # the exit code in decimal digits; nothing comes after it


#: How the agent closes a WebSocket whose command could not be begun: the container does not run.
NOT_RUNNING: Final = 4409


def node_token(redis: Redis) -> str:
    """The secret that API and node agents of one installation share, made on first use."""
    redis.setnx(keys.NODE_TOKEN, secrets.token_hex(16))
    return cast(bytes, redis.get(keys.NODE_TOKEN)).decode()


class Nodes:
    def __init__(self, redis: Redis, hosts: Hosts) -> None:
        self._redis = redis
        self._hosts = hosts
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def exec(self, session: ExecSession, *, timeout: float, limit: int) -> str:
        """Output of a command run to its end in a container. Raises IncorrectStatus, RequestTimeout ..."""
        body = {**msgspec.structs.asdict(session), "timeout": timeout, "limit": limit}
        response = await self._post(session.host, "/exec", body, timeout + ANSWER_SECONDS)
        return cast(str, response.json()["output"])

    async def logs(self, host: str, **request: Any) -> str:
        response = await self._post(host, "/logs", request, ANSWER_SECONDS)
        return cast(str, response.json()["content"])

    async def sample(self, host: str, group_ids: list[str]) -> None:
        """Have groups of a host sampled now, and for some time from now on."""
        await self._post(host, "/sample", {"groups": group_ids}, ANSWER_SECONDS)

    async def converse(self, session: ExecSession) -> ClientConnection:
        """A command in a container, begun; what comes and goes are frames as the API's clients see them.

        The caller closes it. Raises IncorrectStatus when the container does not run,
        ServiceUnavailable, RequestTimeout.
        """
        try:
            connection = await self._connection(session.host)
        except (OSError, TimeoutError, InvalidHandshake):
            raise _silent(session.host) from None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await connection.send(msgspec.json.encode(session))
                await connection.recv()  # says that the command has begun
        except ConnectionClosed as closed:
            raise _refusal(closed, session.host) from None
        except TimeoutError:
            await connection.close()
            raise errors.RequestTimeout() from None
        keep_alive(connection.transport.get_extra_info("socket"))
        return connection

    def _connection(self, host: str) -> connect:
        """A WebSocket to a host's agent. Neither side pings: who makes the other wait could not answer."""
        agent = self._agent(host)
        options: dict[str, Any] = {
            "additional_headers": {TOKEN_HEADER: node_token(self._redis)},
            "open_timeout": CONNECT_SECONDS,
            "close_timeout": CONNECT_SECONDS,
            "ping_interval": None,
            "compression": None,
            "max_size": None,
            "proxy": None,
        }
        if agent.startswith("unix://"):
            return unix_connect(agent.removeprefix("unix://"), "ws://node/exec", **options)
        return connect(agent.replace("http", "ws", 1) + "/exec", **options)

    async def _post(self, host: str, path: str, body: dict[str, Any], timeout: float) -> httpx.Response:
        try:
            response = await self._client(host).post(path, json=body, timeout=timeout)
        except httpx.TimeoutException:
            raise errors.RequestTimeout() from None
        except httpx.TransportError:
            self._clients.pop(host, None)
            raise _silent(host) from None
        if response.status_code == httpx.codes.CONFLICT:
            raise errors.IncorrectStatus(response.text)
        if response.is_error:
            raise errors.ServiceUnavailable(response.text)
        return response

    def _client(self, host: str) -> httpx.AsyncClient:
        if host not in self._clients:
            agent = self._agent(host)
            socket = agent.removeprefix("unix://") if agent.startswith("unix://") else None
            self._clients[host] = httpx.AsyncClient(
                transport=httpx.AsyncHTTPTransport(uds=socket),
                base_url="http://node" if socket else agent,
                headers={TOKEN_HEADER: node_token(self._redis)},
                timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            )
        return self._clients[host]

    def _agent(self, host: str) -> str:
        """Where a host's agent listens. Raises ServiceUnavailable."""
        node = self._hosts.get(host)
        if node is None or not node.agent:
            raise errors.ServiceUnavailable(f"The host {host} has no node agent.")
        return node.agent

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()


def _silent(host: str) -> errors.ServiceUnavailable:
    return errors.ServiceUnavailable(f"The node agent of the host {host} does not answer.")


def _refusal(closed: ConnectionClosed, host: str) -> errors.EciError:
    """Why an agent closed a WebSocket before the command had begun."""
    if closed.rcvd and closed.rcvd.code == NOT_RUNNING:
        return errors.IncorrectStatus(closed.rcvd.reason)
    return errors.ServiceUnavailable(closed.rcvd.reason) if closed.rcvd else _silent(host)
