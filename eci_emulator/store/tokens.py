"""ClientTokens: the same request again gets the same answer and does nothing twice."""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
from redis import Redis
from redis.client import Pipeline

from eci_emulator.model import errors
from eci_emulator.store import keys
from eci_emulator.store.table import Tenant

#: How long a token is remembered. ECI does not say; its neighbours keep a day.
TOKEN_SECONDS: Final = 86_400


class Remembered(msgspec.Struct):
    digest: str
    answer: dict[str, Any]


def remember(
    pipe: Pipeline, tenant: Tenant, action: str, token: str, digest: str, answer: dict[str, Any]
) -> None:
    key = keys.client_token(tenant.account, tenant.region, action, token)
    pipe.set(key, msgspec.json.encode(Remembered(digest, answer)), ex=TOKEN_SECONDS)


def recall(redis: Redis, tenant: Tenant, action: str, token: str, digest: str) -> dict[str, Any] | None:
    """The answer given before. Raises IdempotentParameterMismatch when the parameters were others."""
    raw = cast("bytes | None", redis.get(keys.client_token(tenant.account, tenant.region, action, token)))
    if raw is None:
        return None
    remembered = msgspec.json.decode(raw, type=Remembered)
    if remembered.digest != digest:
        raise errors.IdempotentParameterMismatch()
    return remembered.answer
