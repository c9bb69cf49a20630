"""The command line's way to a running emulator's own API."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import click
import httpx

from eci_emulator.cli import options
from eci_emulator.supervisor import state

ANSWER_SECONDS: Final = 300.0
ELSEWHERE: Final = (
    "ECI_ENDPOINT"  # of `eci-emulator env`: an emulator in a compose stack, or on another machine
)


class Client:
    """Asks what is under ``/_eci``; what is refused ends the command with the reason."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        under: str = "/_eci",
    ) -> httpx.Response:
        given = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        try:
            answer = self._http.request(method, f"{under}{path}", params=given, json=body)
        except httpx.TransportError as error:
            raise click.ClickException(f"the emulator does not answer: {error}") from None
        if answer.is_error:
            raise click.ClickException(_reason(answer))
        return answer

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, query=query).json()


@contextmanager
def connected(**given: Any) -> Iterator[Client]:
    """A client of the emulator that runs on the state folder of these options, else of the one that is named."""
    endpoint = state.read_endpoint(options.read(**given).state_dir)
    named = os.environ.get(ELSEWHERE)
    if endpoint is None and not named:
        raise click.ClickException(
            f"no emulator runs here: start one with `eci-emulator up -d`, or set {ELSEWHERE}=HOST:PORT"
        )
    url = endpoint.url if endpoint else f"http://{str(named).removeprefix('http://')}"
    with httpx.Client(base_url=url, timeout=ANSWER_SECONDS, trust_env=False) as http:
        yield Client(http)


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return answer.text or f"HTTP {answer.status_code}"
    return str(problem.get("detail") or problem.get("title") or problem)
