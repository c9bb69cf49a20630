"""The signature of a request, ACS3-HMAC-SHA256 (V3)."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from eci_sdk.config import Credentials

ALGORITHM = "ACS3-HMAC-SHA256"


class Signer(AuthBase):
    """Signs every request that is prepared with it, each with a nonce of its own."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """The request with its headers of date, nonce, content hash, token and signature."""
        headers = request.headers
        headers["host"] = urlsplit(request.url or "").netloc
        headers["x-acs-date"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers["x-acs-signature-nonce"] = secrets.token_hex(16)
        headers["x-acs-content-sha256"] = sha256(_body(request)).hexdigest()
        if self._credentials.security_token:
            headers["x-acs-accesskey-id"] = self._credentials.access_key_id
            headers["x-acs-security-token"] = self._credentials.security_token
        names = sorted(name.lower() for name in headers if name.lower() == "host" or name[:6] == "x-acs-")
        signature = self._sign(canonical_request(request, names))
        headers["Authorization"] = (
            f"{ALGORITHM} Credential={self._credentials.access_key_id},"
            f"SignedHeaders={';'.join(names)},Signature={signature}"
        )
        return request

    def _sign(self, canonical: str) -> str:
        text = f"{ALGORITHM}\n{sha256(canonical.encode()).hexdigest()}"
        return hmac.digest(self._credentials.access_key_secret.encode(), text.encode(), "sha256").hex()


def canonical_request(request: PreparedRequest, signed: list[str]) -> str:
    """What the signature covers, as one text."""
    url = urlsplit(request.url or "")
    pairs = sorted(parse_qsl(url.query, keep_blank_values=True))
    query = "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    digest = request.headers["x-acs-content-sha256"]
    return f"{request.method}\n{url.path or '/'}\n{query}\n{headers}\n{';'.join(signed)}\n{digest}"


def _encode(text: str) -> str:
    return quote(text, safe="~")


def _body(request: PreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body
