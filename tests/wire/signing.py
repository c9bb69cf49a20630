"""Signatures V1 and V3, written from their description and from nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def encode(text: str) -> str:
    return quote(text, safe="-_.~")


def canonical(params: Mapping[str, str]) -> str:
    return "&".join(f"{encode(key)}={encode(value)}" for key, value in sorted(params.items()))


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def v1(method: str, params: Mapping[str, str], secret: str) -> str:
    """The Signature of these parameters of query and form."""
    text = f"{method}&{encode('/')}&{encode(canonical(params))}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def v3(
    method: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    key: tuple[str, str],
    body: bytes = b"",
) -> str:
    """The Authorization header of a request that signs all these headers; ``key`` is id and secret."""
    names = sorted(headers)
    request = "\n".join(
        [
            method,
            "/",
            canonical(query),
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            sha256(body),
        ]
    )
    text = f"ACS3-HMAC-SHA256\n{sha256(request.encode())}"
    signature = hmac.new(key[1].encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key[0]},SignedHeaders={';'.join(names)},Signature={signature}"
