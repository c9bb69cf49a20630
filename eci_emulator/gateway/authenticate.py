"""Who calls: checks of credentials, time, signature and nonce, in the order of the real gateway.

Without keys nothing is checked, and the access key a call names only chooses the account, so that every
tenant has a world of its own. With keys, a call must carry an access key that is known and active, a time
within 15 minutes of the clock, a signature that fits to the letter, and a nonce never seen before.

A key without a security token of its own takes calls with any token, so that recorded calls of temporary
credentials can be replayed under a plain key.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from msgspec import Struct

from eci_emulator.gateway.dialect import Call
from eci_emulator.gateway.keys import AccessKey, Keyring, Keys, account_of
from eci_emulator.gateway.signature import (
    Authorization,
    read_authorization,
    same,
    verify_v1,
    verify_v3,
)
from eci_emulator.model import errors
from eci_emulator.nonces import SpentNonces

WINDOW_SECONDS: Final = 15 * 60
"""How far the time of a call may be from the clock."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_MUST_BE_SIGNED: Final = ("x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce")


class Identity(Struct, frozen=True):
    """Who calls. ``access_key_id`` is empty if the call carries none."""

    account: str
    access_key_id: str


class Claim(Struct, frozen=True, kw_only=True):
    """What a call says of itself, in V1's parameters or in V3's headers. Absent is empty.

    ``authorization`` is V3's; a call of V1 has none.
    """

    access_key_id: str
    timestamp: str
    nonce: str
    security_token: str
    signature: str
    authorization: Authorization | None = None


def identify(call: Call, roles: Keys = Keyring([])) -> Identity:  # noqa: B008  nobody adds to it
    """The caller a call claims to be, nothing checked: for an emulator without keys. Never raises.

    ``roles`` are keys that belong to an account of their own choice.
    """
    try:
        access_key_id = read_claim(call).access_key_id
    except errors.IncompleteSignature:
        access_key_id = ""
    key = roles.lookup(access_key_id)
    return Identity(key.account if key else account_of(access_key_id), access_key_id)


def authenticate(call: Call, keys: Keys, nonces: SpentNonces, now: float) -> Identity:
    """The caller of a call, its signature verified against ``keys``. ``now`` is the clock, in seconds.

    Raises `errors.NotEmulated`, `errors.MandatoryParameter`, `errors.IncompleteSignature`, `errors.AccessKeyNotFound`,
    `errors.AccessKeyInactive`, `errors.TimestampFormat`, `errors.TimestampExpired`,
    `errors.SecurityTokenMismatch`, `errors.SignatureDoesNotMatch` and `errors.SignatureNonceUsed`.
    """
    _refuse_other_proofs(call)
    claim = read_claim(call)
    _require(claim)
    key = keys.lookup(claim.access_key_id)
    if key is None:
        raise errors.AccessKeyNotFound
    if not key.active:
        raise errors.AccessKeyInactive
    if abs(parse_time(claim.timestamp) - now) > WINDOW_SECONDS:
        raise errors.TimestampExpired
    _check_token(claim, key)
    if claim.authorization:
        verify_v3(call, claim.authorization, key.access_key_secret)
    else:
        verify_v1(call, key.access_key_secret)
    # Last, so that a nonce is spent only by one who knows the secret.
    if not nonces.add(claim.access_key_id, claim.nonce):
        raise errors.SignatureNonceUsed
    return Identity(key.account, claim.access_key_id)


def read_claim(call: Call) -> Claim:
    """The credentials of a call; V3's if it has an Authorization header and no Signature of V1.

    Raises `errors.IncompleteSignature` for a V3 header that is malformed or leaves out what it must sign.
    """
    header = call.headers.get("authorization", "")
    common = call.common
    if not header or "Signature" in common:
        return Claim(
            access_key_id=common.get("AccessKeyId", ""),
            timestamp=common.get("Timestamp", ""),
            nonce=common.get("SignatureNonce", ""),
            security_token=common.get("SecurityToken", ""),
            signature=common.get("Signature", ""),
        )
    authorization = read_authorization(header)
    headers = call.headers
    if any(name in headers and name not in authorization.signed_headers for name in _MUST_BE_SIGNED):
        raise errors.IncompleteSignature
    return Claim(
        access_key_id=authorization.access_key_id,
        timestamp=headers.get("x-acs-date", ""),
        nonce=headers.get("x-acs-signature-nonce", ""),
        security_token=headers.get("x-acs-security-token") or common.get("SecurityToken", ""),
        signature=authorization.signature,
        authorization=authorization,
    )


def parse_time(text: str) -> int:
    """Seconds since the epoch of ``2026-11-22T21:30:42Z``; raises `errors.TimestampFormat` for others."""
    if not _TIME.fullmatch(text):
        raise errors.TimestampFormat
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise errors.TimestampFormat from None


def _refuse_other_proofs(call: Call) -> None:
    """Raises `errors.NotEmulated` for what clients may show instead of a signature by an access key."""
    headers = call.headers
    kind = call.common.get("SignatureType") or headers.get("x-acs-signature-type", "")
    if "x-acs-bearer-token" in headers or kind == "BEARERTOKEN":
        raise errors.NotEmulated(feature="A bearer token")
    if headers.get("authorization", "").startswith("ACS3-RSA-SHA256") or kind == "PRIVATEKEY":
        raise errors.NotEmulated(feature="A signature by a key pair (RSA)")


def _require(claim: Claim) -> None:
    for name, value in (
        ("AccessKeyId", claim.access_key_id),
        ("Timestamp", claim.timestamp),
        ("SignatureNonce", claim.nonce),
        ("Signature", claim.signature),
    ):
        if not value:
            raise errors.MandatoryParameter(name)


def _check_token(claim: Claim, key: AccessKey) -> None:
    if key.security_token:
        if not claim.security_token:
            raise errors.MandatoryParameter("SecurityToken")
        if not same(key.security_token, claim.security_token):
            raise errors.SecurityTokenMismatch
