"""The way to a Docker engine: one docker-py client per thread, and its errors in our words."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from docker import APIClient
from docker.context import ContextAPI
from docker.errors import APIError, DockerException
from docker.utils import kwargs_from_env, parse_host
from urllib3.exceptions import HTTPError

from eci_emulator.engine.driver import (
    AddressInUse,
    DiskFull,
    EngineError,
    EngineUnavailable,
    ImageNotFound,
    NotFound,
)

#: What the engine says, in small letters, and what it means; the first that fits counts.
_MEANINGS: tuple[tuple[str, type[EngineError]], ...] = (
    ("no space left on device", DiskFull),
    ("address already in use", AddressInUse),
    ("pool overlaps with other one", AddressInUse),
    ("networks have overlapping ipv4", AddressInUse),
    ("no such image", ImageNotFound),
    ("no such container", NotFound),
)

_UNREACHABLE = (requests.RequestException, HTTPError, OSError)
_UNIX = "http+unix://"
_KNOCK_SECONDS = 5.0
_LOCAL = "http+docker://"  # what docker-py makes of it


class Connection:
    """Base of the driver's parts: everything they need to talk to the engine.

    Args:
        url: where the engine listens (``unix://``, ``tcp://``); None: as the docker command finds
            it, from DOCKER_HOST, its current context or at the usual socket.
        timeout: seconds a call may take without a byte from the engine.

    Raises:
        EngineUnavailable: no engine answers there.
    """

    def __init__(self, url: str | None = None, *, timeout: int = 60) -> None:
        self._client_options: dict[str, Any] = {**_whereabouts(url), "timeout": timeout, "version": "auto"}
        self._timeout = timeout
        self._local = threading.local()
        with translated(f" at {self._client_options['base_url']}"):
            _knock(parse_host(self._client_options["base_url"]))
            # Asking for the API version once shows whether the engine is there.
            self._client_options["version"] = self._api.api_version

    @property
    def _api(self) -> Any:  # an APIClient, half of whose methods have no types
        # One per thread: docker-py closes the least recently used of its 25 connection pools
        # even while another thread is about to use it.
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = APIClient(**self._client_options)
            # Looking for proxies of the environment costs more than the rest of a call.
            client.trust_env = not client.base_url.startswith(_LOCAL)
        return client

    def _request(
        self, method: str, path: str, *, timeout: float | None = None, **options: Any
    ) -> requests.Response:
        """A streamed call of the engine's API where docker-py's own method sets no time limit."""
        api = self._api
        url = f"{api.base_url}/v{api.api_version}{path}"
        response: requests.Response = api.request(
            method, url, stream=True, timeout=timeout or self._timeout, **options
        )
        if not response.ok:
            raise error_of(_message(response), response.status_code)
        return response

    def close(self) -> None:
        """Close this thread's connections; those of other threads are closed when their thread ends."""
        client = self._local.__dict__.pop("client", None)
        if client is not None:
            client.close()


def _whereabouts(url: str | None) -> dict[str, Any]:
    """Address and certificates of the engine, as arguments of docker-py's client."""
    environment = {**os.environ, **({"DOCKER_HOST": url} if url else {})}
    found: dict[str, Any] = {**kwargs_from_env(environment)}
    if "base_url" not in found:
        context = ContextAPI.get_current_context()
        found |= {"base_url": context.Host, "tls": context.TLSConfig or False}
    return found


def _knock(url: str) -> None:
    """Raise OSError where nothing listens; docker-py would leave an open socket to the garbage
    collector each time."""
    if url.startswith(_UNIX):
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.settimeout(_KNOCK_SECONDS)  # its queue of callers may be full
            knocking.connect(url.removeprefix(_UNIX))


@contextmanager
def translated(place: str = "") -> Iterator[None]:
    """Whatever goes wrong inside is raised as an EngineError; ``place`` is told of an engine that is not there."""
    try:
        yield
    except APIError as error:
        raise error_of(error.explanation or str(error), error.status_code) from error
    except _UNREACHABLE as error:
        raise EngineUnavailable(f"no Docker engine answers{place}: {_reason(error)}") from error
    except DockerException as error:
        if not isinstance(error.__context__, _UNREACHABLE):
            raise EngineError(str(error)) from error
        raise EngineUnavailable(f"no Docker engine answers{place}: {_reason(error.__context__)}") from error


def _reason(error: BaseException) -> str:
    """Why a connection failed: what the operating system said, inside of what requests and urllib3 made of it."""
    while isinstance(error.__context__, _UNREACHABLE):
        error = error.__context__
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _message(refusal: requests.Response) -> str:
    """The engine's reason; an answer to HEAD has none."""
    return str(refusal.json()["message"]) if refusal.content else str(refusal.reason)


def error_of(text: str, status: int | None) -> EngineError:
    """The error for the engine's answer ``text`` with the HTTP status ``status``."""
    lowered = text.lower()
    for phrase, kind in _MEANINGS:
        if phrase in lowered:
            return kind(text)
    return NotFound(text) if status == requests.codes.not_found else EngineError(text)


def label_filter(labels: Mapping[str, str]) -> list[str]:
    """The labels as the engine's list and event calls want them; "" stands for any value."""
    return [f"{name}={value}" if value else name for name, value in labels.items()]
