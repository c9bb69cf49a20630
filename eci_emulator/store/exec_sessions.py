"""Commands that may be talked with: each is kept under a secret token, for a short time and for one use."""

from __future__ import annotations

import secrets
from typing import Final, cast

import msgspec
from redis import Redis

from eci_emulator.store import keys

#: How long after ExecContainerCommand a token may be used, in real seconds.
VALID_SECONDS: Final = 30


class ExecSession(msgspec.Struct, kw_only=True):
    """A command that ExecContainerCommand was given, and where it is to run."""

    host: str
    group: str
    role: str
    container: str
    attempt: int
    argv: list[str]
    tty: bool
    stdin: bool


def issue(redis: Redis, session: ExecSession) -> str:
    """A new token for a session."""
    token = secrets.token_urlsafe(24)
    redis.set(keys.exec_session(token), msgspec.json.encode(session), ex=VALID_SECONDS)
    return token


def redeem(redis: Redis, token: str) -> ExecSession | None:
    """The session of a token, which is used up by this; None when it is unknown, used or too old."""
    raw = cast("bytes | None", redis.getdel(keys.exec_session(token)))
    return msgspec.json.decode(raw, type=ExecSession) if raw else None
