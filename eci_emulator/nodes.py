"""The API's client of the node agents: looking into containers goes where the containers are.

Only a node agent has an engine; the API asks it over HTTP, on a unix socket or an address that the
agent announced. A shared secret, kept in Redis, keeps others out.
"""

from __future__ import annotations

import secrets
from typing import Any, Final, cast

import httpx
from redis import Redis

from eci_emulator.model import errors
from eci_emulator.store import keys
from eci_emulator.store.hosts import Hosts

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 30.0

TOKEN_HEADER: Final = "x-eci-node-token"  # noqa: S105  the name of a header


def node_token(redis: Redis) -> str:
    """The secret that API and node agents of one installation share, made on first use."""
    redis.setnx(keys.NODE_TOKEN, secrets.token_hex(16))
    return cast(bytes, redis.get(keys.NODE_TOKEN)).decode()


class Nodes:
    def __init__(self, redis: Redis, hosts: Hosts) -> None:
        self._redis = redis
        self._hosts = hosts
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def exec(self, host: str, *, timeout: float, **request: Any) -> str:
        """Output of a command run to its end in a container. Raises IncorrectStatus, RequestTimeout ..."""
        body = {**request, "timeout": timeout}
        response = await self._post(host, "/exec", body, timeout + ANSWER_SECONDS)
        return cast(str, response.json()["output"])

    async def logs(self, host: str, **request: Any) -> str:
        response = await self._post(host, "/logs", request, ANSWER_SECONDS)
        return cast(str, response.json()["content"])

    async def _post(self, host: str, path: str, body: dict[str, Any], timeout: float) -> httpx.Response:
        try:
            response = await self._client(host).post(path, json=body, timeout=timeout)
        except httpx.TimeoutException:
            raise errors.RequestTimeout() from None
        except httpx.TransportError:
            self._clients.pop(host, None)
            raise errors.ServiceUnavailable(f"The node agent of the host {host} does not answer.") from None
        if response.status_code == httpx.codes.CONFLICT:
            raise errors.IncorrectStatus(response.text)
        if response.is_error:
            raise errors.ServiceUnavailable(response.text)
        return response

    def _client(self, host: str) -> httpx.AsyncClient:
        if host not in self._clients:
            node = self._hosts.get(host)
            if node is None or not node.agent:
                raise errors.ServiceUnavailable(f"The host {host} has no node agent.")
            socket = node.agent.removeprefix("unix://") if node.agent.startswith("unix://") else None
            self._clients[host] = httpx.AsyncClient(
                transport=httpx.AsyncHTTPTransport(uds=socket),
                base_url="http://node" if socket else node.agent,
                headers={TOKEN_HEADER: node_token(self._redis)},
                timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            )
        return self._clients[host]

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
