"""The two ways ECI's clients sign: V1 (HMAC-SHA1 in the parameters) and V3 (ACS3-HMAC-SHA256 in a header).

Both are computed from decoded values encoded again by RFC 3986 (space is %20, * is %2A, ~ stays), sorted by
name, so the order on the wire and the encoding of a space do not matter. V1 covers the parameters of query
and form; V3 covers the query, the headers it lists and the hash of the body.

Taking in a DescribeContainerGroups (reading, coercing, verifying) costs about 35 microseconds;
two thirds of that are percent signs, so what needs no encoding is looked for first, and the second
encoding of V1, of a text known to hold only three reserved characters, is three replacements.

Official clients do not agree about parameters that are empty: the V1 of the newer ones for Java, C# and PHP
leaves them out, the V3 of PHP and of TypeScript's earlier versions leaves out their equals sign. Such a
signature is right, too; the text that is told is the published one.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from eci_emulator.gateway.dialect import Call
from eci_emulator.model import errors

#: The algorithms of V3 and their hashes. OpenSSL can be built without SM3.
_DIGESTS: Final = {
    algorithm: digest
    for algorithm, digest in {"ACS3-HMAC-SHA256": "sha256", "ACS3-HMAC-SM3": "sm3"}.items()
    if digest in hashlib.algorithms_available
}
_PARTS: Final = {"Credential", "SignedHeaders", "Signature"}


class Authorization(Struct, frozen=True):
    """A V3 Authorization header: who signed, the names of the headers signed, and the signature in hex."""

    algorithm: str
    access_key_id: str
    signed_headers: tuple[str, ...]
    signature: str


def read_authorization(header: str) -> Authorization:
    """The parts of a V3 Authorization header, in any order (Java's old SDK has the signature in the middle).

    Raises `errors.IncompleteSignature` for anything else.
    """
    algorithm, _, rest = header.strip().partition(" ")
    pairs = [part.strip().partition("=") for part in rest.split(",")]
    parts = {name: value for name, _, value in pairs}
    if algorithm not in _DIGESTS or len(pairs) != len(_PARTS) or parts.keys() != _PARTS:
        raise errors.IncompleteSignature
    names = tuple(parts["SignedHeaders"].split(";"))
    return Authorization(algorithm, parts["Credential"], names, parts["Signature"])


def percent_encode(text: str) -> str:
    """``text`` encoded by RFC 3986."""
    # quote() costs a microsecond even where there is nothing to do, as in most names.
    return text if text.isalnum() and text.isascii() else quote(text, safe="~")


def canonical_query(params: Mapping[str, str]) -> str:
    """The parameters except Signature, sorted by name and encoded, as both versions sign them."""
    return "&".join(
        [
            f"{percent_encode(name)}={percent_encode(params[name])}"
            for name in sorted(params)
            if name != "Signature"
        ]
    )


def string_to_sign_v1(method: str, params: Mapping[str, str]) -> str:
    """What a V1 signature of these parameters of query and form signs."""
    # A canonical query has only these three characters left to encode.
    encoded = canonical_query(params).replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    return f"{method}&%2F&{encoded}"


def sign_v1(secret: str, string_to_sign: str) -> str:
    """The V1 signature: base64 of HMAC-SHA1, keyed by the secret and an ampersand."""
    return b64encode(hmac.digest(f"{secret}&".encode(), string_to_sign.encode(), "sha1")).decode()


def canonical_request_v3(
    method: str, path: str, query: str, headers: Mapping[str, str], signed_headers: Iterable[str], digest: str
) -> str:
    """What a V3 signature covers, as one text; a signed header that is absent counts as empty.

    ``query`` is the canonical one, ``digest`` is of the body.
    """
    names = sorted(signed_headers)
    lines = "".join([f"{name}:{headers.get(name, '').strip()}\n" for name in names])
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{digest}"


def string_to_sign_v3(canonical_request: str, algorithm: str = "ACS3-HMAC-SHA256") -> str:
    """What a V3 signature of a canonical request signs."""
    digest = hashlib.new(_DIGESTS[algorithm], canonical_request.encode()).hexdigest()
    return f"{algorithm}\n{digest}"


def sign_v3(secret: str, string_to_sign: str, algorithm: str = "ACS3-HMAC-SHA256") -> str:
    """The V3 signature, in hex."""
    return hmac.digest(secret.encode(), string_to_sign.encode(), _DIGESTS[algorithm]).hex()


def verify_v1(call: Call, secret: str) -> None:
    """Raises `errors.SignatureDoesNotMatch` unless the call's V1 signature is that of ``secret``."""
    params = {**_texts(call), **call.form, **call.query}
    given = call.common.get("Signature", "")
    expected = string_to_sign_v1(call.method, params)
    if same(sign_v1(secret, expected), given):
        return
    filled = {name: value for name, value in params.items() if value}
    if not same(sign_v1(secret, string_to_sign_v1(call.method, filled)), given):
        raise errors.SignatureDoesNotMatch(string_to_sign=expected)


def verify_v3(call: Call, authorization: Authorization, secret: str) -> None:
    """Raises `errors.SignatureDoesNotMatch` unless the call's V3 signature is that of ``secret``.

    The body's true hash is signed here, so a body that was changed cannot pass, whatever
    ``x-acs-content-sha256`` says; and that header, if there is one, must say it.
    """
    algorithm = authorization.algorithm
    digest = hashlib.new(_DIGESTS[algorithm], call.body).hexdigest()
    claimed = call.headers.get("x-acs-content-sha256", digest)

    def canonical(query: str) -> str:
        return canonical_request_v3(
            call.method, call.path, query, call.headers, authorization.signed_headers, digest
        )

    def fits(query: str) -> bool:
        text = string_to_sign_v3(canonical(query), algorithm)
        return same(sign_v3(secret, text, algorithm), authorization.signature)

    published = canonical_query(call.query)
    if not (same(digest, claimed) and (fits(published) or fits(_bare_query(call.query)))):
        expected = canonical(published)
        raise errors.SignatureDoesNotMatch(
            string_to_sign=f"{string_to_sign_v3(expected, algorithm)} server CanonicalRequest is:{expected}"
        )


def same(expected: str, given: str) -> bool:
    """Whether two texts are equal, told in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode())


def _texts(call: Call) -> dict[str, str]:
    """A JSON body as V1 signs it: the parameters at its top, each as a text."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in call.document.items()
    }


def _bare_query(query: Mapping[str, str]) -> str:
    """The canonical query with nothing after the name of an empty parameter."""
    pairs = [canonical_query({name: query[name]}).removesuffix("=") for name in sorted(query)]
    return "&".join(filter(None, pairs))
