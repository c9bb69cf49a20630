"""A service that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests_mock
from requests_mock import Mocker

from eci_sdk import Client

ENDPOINT = "http://127.0.0.1:4588"

Json = dict[str, Any]
Answer = Json | Exception | Callable[[dict[str, str]], Json]


class Service:
    """Gives the answers of an action in turn, the last one for ever, and keeps the calls.

    An answer is a body, with its HTTP status in ``status`` when it is not 200; a function of the parameters
    that makes one; or an exception of requests.
    """

    def __init__(self, mocker: Mocker) -> None:
        self.mocker = mocker
        self._answers: dict[str, list[Answer]] = {}
        mocker.post(f"{ENDPOINT}/", json=self._answer)

    def on(self, action: str, *answers: Answer) -> None:
        self._answers[action] = list(answers)

    def calls(self, action: str = "") -> list[dict[str, str]]:
        """The parameters of the calls so far."""
        return [
            query(request)
            for request in self.mocker.request_history
            if request.method == "POST" and action in ("", request.headers.get("x-acs-action"))
        ]

    def _answer(self, request: Any, context: Any) -> Json:
        answers = self._answers[request.headers["x-acs-action"]]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        body = dict(answer(query(request)) if callable(answer) else answer)
        context.status_code = body.pop("status", 200)
        return {"RequestId": "R-1", **body}


def query(request: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what this machine is set up for."""
    for name in (
        "ENDPOINT",
        "ENDPOINT_ECI",
        "ACCESS_KEY_ID",
        "ACCESS_KEY_SECRET",
        "SECURITY_TOKEN",
        "REGION_ID",
    ):
        monkeypatch.delenv(f"ALIBABA_CLOUD_{name}", raising=False)
    monkeypatch.delenv("ECI_ENDPOINT", raising=False)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for; none is made."""
    asked: list[float] = []
    monkeypatch.setattr("time.sleep", asked.append)
    return asked


@pytest.fixture
def service(pauses: list[float]) -> Iterator[Service]:
    with requests_mock.Mocker() as mocker:
        yield Service(mocker)


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(endpoint=ENDPOINT) as made:
        yield made
