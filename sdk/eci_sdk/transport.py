"""Calls over HTTP: sent, tried again where that helps and can do no harm, answered or refused."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from eci_sdk import errors
from eci_sdk.config import Config, is_loopback
from eci_sdk.signing import Signer
from eci_sdk.wire import flatten

API_VERSION = "2018-08-08"
CONNECTIONS = 32
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
HARMLESS = ("Describe", "List", "Tag", "Untag")

log = logging.getLogger("eci_sdk")

Timeout = tuple[float, float]


class Transport:
    """Sends signed calls. ``timeout``: seconds to connect, and to wait for an answer; ``attempts``: how often
    a call is sent at most. It can be used from several threads."""

    def __init__(self, config: Config, timeout: Timeout, attempts: int) -> None:
        self.config = config
        self._timeout = timeout
        self._attempts = attempts
        self._signer = Signer(config.credentials)
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(config.endpoint)  # no proxy leads to this machine
        self._session.mount("http", HTTPAdapter(pool_maxsize=CONNECTIONS))

    def call(
        self,
        action: str,
        parameters: Mapping[str, Any],
        *,
        version: str = API_VERSION,
        answer_within: float | None = None,
    ) -> dict[str, Any]:
        """The answer to a call. Raises EciError, NoAnswer.

        Throttled calls are tried again. So are those that got no answer or one of 5xx, if a repetition does
        no harm, because they only read or carry a ClientToken, which stays the same.
        """
        query = flatten(parameters)
        repeatable = "ClientToken" in query or action.startswith(HARMLESS)
        for attempt in range(1, self._attempts):
            try:
                return self._send(action, version, query, answer_within)
            except (errors.EciError, errors.NoAnswer) as error:
                if not _worth_repeating(error, repeatable):
                    raise
                log.debug("%s is tried again after: %s", action, error)
            time.sleep(pause(attempt))
        return self._send(action, version, query, answer_within)

    def close(self) -> None:
        self._session.close()

    def _send(
        self, action: str, version: str, query: dict[str, str], answer_within: float | None
    ) -> dict[str, Any]:
        headers = {
            "accept": "application/json",
            "user-agent": "eci-sdk",
            "x-acs-action": action,
            "x-acs-version": version,
        }
        timeout = (self._timeout[0], answer_within or self._timeout[1])
        began = time.monotonic()
        try:
            response = self._session.post(
                f"{self.config.endpoint}/",
                params=query,
                headers=headers,
                auth=self._signer,
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise errors.NoAnswer(f"{action} at {self.config.endpoint}: {error}") from error
        body = _body(response)
        spent = time.monotonic() - began
        log.debug("%s %s in %.3f s, request %s", action, response.status_code, spent, body.get("RequestId"))
        if response.status_code != requests.codes.ok:
            raise refusal(response, body)
        return body


def pause(attempt: int) -> float:
    """Seconds before the next attempt: twice as long each time, half of it by chance."""
    longest = min(FIRST_PAUSE * 2.0 ** (attempt - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  spreads load, keeps no secret


def refusal(response: requests.Response, body: Mapping[str, Any]) -> errors.EciError:
    """The error that an answer tells."""
    code = str(body.get("Code", ""))
    kind = errors.EciError.of(code, response.status_code)
    return kind(
        str(body.get("Message") or response.reason or "no reason given"),
        code,
        response.status_code,
        str(body.get("RequestId", "")),
        str(body.get("Recommend", "")),
    )


def _body(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    if isinstance(body, dict):
        return body
    if response.status_code == requests.codes.ok:
        raise errors.NoAnswer(f"{response.url.partition('?')[0]} answers, but not as ECI does")
    return {}


def _worth_repeating(error: errors.SdkError, repeatable: bool) -> bool:
    if isinstance(error, errors.Throttling):
        return True
    if isinstance(error, errors.EciError):
        return repeatable and isinstance(error, errors.ServerError)
    return repeatable or _never_sent(error.__cause__)


def _never_sent(cause: BaseException | None) -> bool:
    """Whether a connection could not even be made."""
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, NewConnectionError)
