"""The access keys of groups that have a RAM role: dummies, made from the group's id and a secret of ours."""

from __future__ import annotations

import hmac
import secrets
from typing import Final, cast

from redis import Redis

from eci_emulator.model.metadata import Credentials
from eci_emulator.store import keys

_PREFIX: Final = "STS."


def credentials(redis: Redis, group_id: str) -> Credentials:
    """The access key of a group's role, always the same."""
    redis.setnx(keys.ROLE_SECRET, secrets.token_bytes(32))
    secret = cast(bytes, redis.get(keys.ROLE_SECRET))

    def made(purpose: str) -> str:
        return hmac.digest(secret, f"{purpose} {group_id}".encode(), "sha256").hex()

    return Credentials(f"{_PREFIX}{group_id}", made("secret"), made("token"))


def group_of(access_key_id: str) -> str:
    """The group whose role's access key this would be; empty for other keys."""
    return access_key_id.removeprefix(_PREFIX) if access_key_id.startswith(_PREFIX) else ""
